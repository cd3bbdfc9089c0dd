/* Sending a document from the chat: fetched by chat.js once somebody wants it. What was sent and what the first check
   found is told in the conversation itself. */
const LIST = "/chat/documents";
const NOT_SENT = "The selected file could not be uploaded. Check your connection, then choose the file again.";
const TOO_MANY = "You sent many files in a short time. Wait a while, then send it again.";

function make(tag, attributes, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value !== false) node.setAttribute(name, value === true ? "" : value);
  }
  node.append(...children);
  return node;
}

const pageOf = (address) => (address || "").split("#")[0];

/* `asked` is the address of a document's page that was chosen in an answer. */
export async function openUpload(chat, asked) {
  if (chat.uploading) return chat.uploading.begin(asked);
  chat.uploading = new Upload(chat);
  await chat.uploading.begin(asked);
}

class Upload {
  constructor(chat) {
    this.chat = chat;
  }

  async begin(asked) {
    if (this.panel && this.button?.disabled) return this.panel.querySelector("[type=button]").focus(); // a file is on its way
    this.opener = document.activeElement;
    const found = await fetch(LIST).then((answer) => answer.ok && answer.json()).catch(() => null);
    if (!found) return this.chat.say(NOT_SENT);
    const page = pageOf(asked);
    if (page && !found.documents.some((one) => one.page === page)) return location.assign(asked);
    this.found = found;
    this.close();
    this.panel = found.signed_in && found.documents.length ? this.form(page) : this.notice(found.signed_in);
    this.chat.form.before(this.panel);
    this.chat.form.hidden = true;
    this.panel.querySelector("select:not([disabled]), input, a").focus();
  }

  notice(signedIn) {
    const words = signedIn
      ? ["There is no document to send now. ", make("a", { href: "/brands" }, "Open your brand")]
      : [make("a", { href: "/sign-in?next=/messages" }, "Sign in"), " to send documents of your brand. Visitors cannot send files."];
    return make("section", { class: "upload", "aria-label": "Upload a document" }, make("p", {}, ...words), this.cancel());
  }

  cancel() {
    const button = make("button", { type: "button", class: "btn btn-2 btn-s" }, "Cancel");
    button.addEventListener("click", () => this.end());
    return button;
  }

  form(page) {
    this.choice = make("select", { id: "upload-document" }, ...this.options(page || this.topic()));
    this.hint = make("span", { class: "hint", id: "upload-hint" });
    this.file = make("input", { type: "file", id: "upload-file", "aria-describedby": "upload-error upload-hint" });
    this.error = make("span", { class: "msg-bad", id: "upload-error", role: "alert" });
    this.bar = make("progress", { max: 100, value: 0, hidden: true, "aria-label": "Sending the file" });
    this.told = make("span", { class: "small quiet", role: "status" });
    this.button = make("button", { type: "submit", class: "btn btn-s" }, "Send the file");
    const photo = this.photoOf();
    const form = make("form", { class: "upload", "aria-label": "Upload a document", novalidate: true },
      make("div", { class: "field" }, make("label", { for: "upload-document" }, "Which document?"), this.choice),
      make("div", { class: "field" }, make("label", { for: "upload-file" }, "Choose the file"), this.hint, this.error, this.file),
      photo, this.bar, this.told, make("p", { class: "row" }, this.button, this.cancel()));
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.send();
    });
    form.addEventListener("keydown", (event) => {
      if (event.key !== "Escape") return;
      event.stopPropagation();
      this.end();
    });
    this.choice.addEventListener("change", () => this.showChoice());
    this.showChoice();
    return form;
  }

  /* A camera of a phone or tablet, beside the file that is there already. */
  photoOf() {
    this.photo = make("input", { type: "file", id: "upload-photo", accept: "image/jpeg,image/png", capture: "environment" });
    this.byCamera = make("div", { class: "field by-camera" }, make("label", { for: "upload-photo" }, "Or take a photo"), this.photo);
    return this.byCamera;
  }

  options(wanted) {
    const several = new Set(this.found.documents.map((one) => one.brand)).size > 1;
    const options = this.found.documents.map((one) => {
      const name = several ? `${one.label}, ${one.brand}` : one.label;
      return make("option", { value: one.send, selected: one.page === wanted }, one.due ? name : `${name} (not asked for now)`);
    });
    return wanted ? options : [make("option", { value: "" }, "Select a document"), ...options];
  }

  /* The document that the last answer speaks of, where it speaks of one. */
  topic() {
    const bubbles = [...this.chat.log.querySelectorAll(".m-bot, .handover")];
    const links = bubbles.at(-1)?.querySelectorAll('a[href*="/documents/"]') || [];
    const pages = new Set([...links].map((one) => pageOf(one.getAttribute("href"))));
    const [page] = pages;
    return pages.size === 1 && this.found.documents.some((one) => one.page === page) ? page : "";
  }

  get chosen() { return this.found.documents.find((one) => one.send === this.choice.value); }

  showChoice() {
    const { chosen } = this;
    this.hint.textContent = chosen ? chosen.formats : "";
    this.file.accept = chosen ? chosen.accept : "";
    this.byCamera.hidden = !chosen?.photo;
    this.fail("");
  }

  send() {
    const file = this.file.files[0] || (!this.byCamera.hidden && this.photo.files[0]);
    if (!this.chosen) return this.fail("Select a document", this.choice);
    if (!file) return this.fail("Select a file", this.file);
    this.fail("");
    const sent = new FormData();
    sent.append("csrf_token", this.found.csrf_token);
    sent.append("file", file);
    this.post(this.chosen.send, sent);
  }

  /* XMLHttpRequest, because fetch does not tell how much has gone out. */
  post(address, sent) {
    const request = this.request = new XMLHttpRequest();
    request.open("POST", address);
    request.responseType = "json";
    request.upload.addEventListener("progress", (event) => event.lengthComputable && this.show(event.loaded / event.total));
    request.addEventListener("load", () => this.answered(request));
    request.addEventListener("error", () => this.stopped(NOT_SENT));
    this.button.disabled = true;
    this.show(0);
    request.send(sent);
  }

  show(share) {
    const percent = Math.round(100 * share);
    this.bar.hidden = false;
    this.bar.value = percent;
    const told = share < 1 ? `Sending: ${percent - (percent % 25)}%` : "Looking at the file";
    if (this.told.textContent !== told) this.told.textContent = told;
  }

  answered(request) {
    const { status, response } = request;
    if (status === 200 && response?.done) return this.end(response.told);
    this.stopped(response?.error || (status === 429 ? TOO_MANY : NOT_SENT));
  }

  stopped(words) {
    this.bar.hidden = true;
    this.told.textContent = "";
    this.button.disabled = false;
    this.fail(words, this.file);
  }

  fail(words, field) {
    this.error.textContent = words;
    for (const one of [this.choice, this.file]) one.removeAttribute("aria-invalid");
    if (!field) return;
    field.setAttribute("aria-invalid", "true");
    field.focus();
  }

  close() {
    this.request?.abort();
    this.panel?.remove();
    this.panel = null;
    this.chat.form.hidden = false;
  }

  end(told) {
    this.close();
    if (told) this.chat.say(told);
    (this.opener?.isConnected ? this.opener : this.chat.box).focus();
  }
}
