/* A document reviewed beside the conversation: the panel of its page, put into the column of the brand. */
const place = () => document.getElementById("review");
const isOfDocuments = (address) => new URL(address, location.href).pathname.startsWith("/desk/documents/");

async function read(address, options) {
  const answer = await fetch(address, { credentials: "same-origin", ...options });
  return { answer, page: new DOMParser().parseFromString(await answer.text(), "text/html") };
}

// Before it is shown: whoever chooses a reason at once is heard.
async function prepare(part) {
  const form = part.querySelector("form[data-review]");
  if (!form) return;
  const { setUp } = await import(place().dataset.module);
  setUp(form);
}

// Whatever was pressed last counts: an answer to what came before is too late.
let asked = 0;

async function open(address) {
  const number = (asked += 1);
  const { pathname, search } = new URL(address, location.href);
  const { answer, page } = await read(`${pathname}/panel${search}`);
  if (number !== asked) return;
  const panel = page.querySelector(".review-panel");
  if (!answer.ok || !panel) return location.assign(address);
  const heading = panel.querySelector("h2");
  heading.tabIndex = -1;
  const close = document.createElement("button");
  Object.assign(close, { type: "button", className: "btn btn-2 btn-s gap", textContent: "Close the review" });
  close.dataset.shutReview = "";
  await prepare(panel);
  if (number !== asked) return;
  place().replaceChildren(panel, close);
  heading.focus();
}

function shut() {
  asked += 1;
  place()?.replaceChildren();
}

async function decide(form, submitter) {
  const number = (asked += 1);
  const body = new FormData(form, submitter);
  const { answer, page } = await read(form.action, { method: "POST", body });
  // Decided: the conversation itself tells it, and is read again.
  if (answer.redirected && form.isConnected) return shut();
  if (number !== asked || !form.isConnected) return;
  const again = page.querySelector(".decide") || page.querySelector("main section");
  const before = place().querySelector(".decide");
  if (!again || !before) return location.assign(answer.url);
  if (submitter?.value === "preview" && !again.querySelector("[aria-invalid=true]")) return preview(form, again);
  await prepare(again);
  before.replaceWith(again);
  (again.querySelector("[aria-invalid=true]") || again.querySelector("h2"))?.focus();
}

/* What is typed or pressed while it was asked for stays: only what is shown changes, and no error is left. */
function preview(form, again) {
  form.querySelector("#preview").replaceChildren(...again.querySelector("#preview").childNodes);
  form.querySelectorAll(".msg-bad").forEach((message) => message.remove());
  form.querySelectorAll(".field-bad").forEach((field) => field.classList.remove("field-bad"));
  form.querySelectorAll("[aria-invalid]").forEach((field) => field.removeAttribute("aria-invalid"));
}

document.addEventListener("click", (event) => {
  const link = event.target.closest?.("a[data-review-link], #review a[href]");
  if (event.target.closest?.("[data-shut-review]")) return shut();
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey || event.button) return;
  if (link.hasAttribute("download") || !isOfDocuments(link.href)) return;
  event.preventDefault();
  open(link.href);
});

document.addEventListener("submit", (event) => {
  if (!event.target.closest("#review")) return;
  event.preventDefault();
  decide(event.target, event.submitter);
});

document.addEventListener("desk:moved", shut);
