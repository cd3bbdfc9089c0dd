/* Trying out an operation: sends what its form says with the key that was typed, and shows what comes back.
   The key stays in its field; cookies are not sent along. */
const keyForm = document.querySelector("[data-key]");
const LONGEST_SHOWN = 20000;
keyForm.hidden = false;
keyForm.addEventListener("submit", (event) => event.preventDefault());

function request(form) {
  const headers = { Authorization: `Bearer ${keyForm.querySelector("input").value.trim()}` };
  const query = new URLSearchParams();
  let path = form.dataset.path;
  for (const { name, value, dataset } of form.querySelectorAll("[data-in]")) {
    if (dataset.in === "path") path = path.replace(`{${name}}`, encodeURIComponent(value.trim()));
    else if (value.trim() && dataset.in === "query") query.set(name, value.trim());
    else if (value.trim()) headers[name] = value.trim();
  }
  if (form.querySelector('[data-in="header"]') && !headers["Idempotency-Key"]) headers["Idempotency-Key"] = crypto.randomUUID();
  const options = { method: form.dataset.method, headers, credentials: "omit" };
  const body = form.querySelector("[data-body]");
  if (body) Object.assign(headers, { "Content-Type": "application/json" }) && (options.body = body.value);
  if ("upload" in form.dataset) {
    options.body = new FormData();
    const [file] = form.querySelector('[type="file"]').files;
    if (file) options.body.append("file", file);
  }
  return [path + (query.size ? `?${query}` : ""), options];
}

function shown(text) {
  try { return JSON.stringify(JSON.parse(text), null, 2); } catch { return text; }
}

async function send(form, output) {
  const [path, options] = request(form);
  const answer = await fetch(path, options);
  const isText = /json|text/.test(answer.headers.get("Content-Type") || "");
  const body = isText ? shown(await answer.text()).slice(0, LONGEST_SHOWN) : "";
  const code = document.createElement("pre");
  code.className = "code";
  code.tabIndex = 0;
  code.textContent = `${answer.status} ${answer.statusText}\n${body || answer.headers.get("Content-Disposition") || ""}`;
  output.replaceChildren(code);
}

for (const form of document.querySelectorAll("form[data-method]")) {
  const output = form.querySelector("output");
  form.querySelector("[data-send]").hidden = false;
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    output.textContent = "Sending…";
    send(form, output).catch(() => { output.textContent = "The request could not be sent. Check your connection and send it again."; });
  });
}
