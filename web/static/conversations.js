/* The page where agents work. The server draws everything: this fetches the same pages, puts what changed in its place,
   and keeps what somebody is typing. Without it every link and form works as it stands. */
const PING_EVERY = 25000;
const LONGEST_SILENCE = 8000;
const LONGEST_PAUSE = 15000;
const TYPING_EVERY = 3000;
const SOON = 3600;
const PAUSE_BETWEEN_READS = 250;
const TOKEN = /(name="(?:csrf_token|external_id)"[^>]*value=")[^"]*"/g;

const find = (selector, root = document) => root.querySelector(selector);
const all = (selector, root = document) => [...root.querySelectorAll(selector)];
const byId = (id) => document.getElementById(id);
const desk = () => byId("desk");
const inField = (node) => Boolean(node?.closest?.("input:not([type=radio]), textarea, select, [contenteditable]"));
const bare = (node) => node.outerHTML.replace(TOKEN, "$1\"");

/* What the server drew last, to tell what has changed since from what somebody did to it. */
const drawn = new WeakMap();

function remember(root = document) {
  all("[data-live]", root).forEach((node) => drawn.set(node, bare(node)));
  all("[data-list] > [data-key]", root).forEach((node) => drawn.set(node, bare(node)));
}

function takeTokens(now, fresh) {
  const token = find("input[name=csrf_token]", fresh)?.value;
  if (token) all("input[name=csrf_token]", now).forEach((field) => { if (field.closest("form")?.action.includes("/desk/")) field.value = token; });
}

function put(now, fresh) {
  const text = bare(fresh);
  if (drawn.get(now) === text) return takeTokens(now, fresh);
  const focusAgain = focusWithin(now);
  const scrolled = now.scrollTop;
  goOnFilling(now, fresh);
  now.replaceWith(fresh);
  drawn.set(fresh, text);
  prepare(fresh);
  fresh.scrollTop = scrolled;
  focusAgain();
}

/* Gives what brings the focus back to where it was inside the part, once that is another node. */
function focusWithin(part) {
  const { activeElement: active } = document;
  const id = part.contains(active) ? active.id : "";
  const selection = id && "selectionStart" in active ? [active.selectionStart, active.selectionEnd] : null;
  return () => {
    const again = id && byId(id);
    if (!again) return;
    again.focus({ preventScroll: true });
    if (selection && again.setSelectionRange && again.type !== "search") again.setSelectionRange(...selection);
  };
}

/* A log is changed entry by entry, so that a screen reader is told only what is new. */
function putList(now, fresh) {
  const atEnd = now.scrollHeight - now.scrollTop - now.clientHeight < 120;
  if (now.getAttribute("aria-label") !== fresh.getAttribute("aria-label")) {
    now.replaceWith(fresh);
    remember(fresh.parentElement);
    return toEnd();
  }
  const before = new Map([...now.children].map((node) => [node.dataset.key, node]));
  let place = null;
  for (const wanted of [...fresh.children]) {
    const had = before.get(wanted.dataset.key);
    const text = bare(wanted);
    const node = had && drawn.get(had) === text ? had : wanted;
    before.delete(wanted.dataset.key);
    if (node !== had) had?.remove();
    drawn.set(node, text);
    const next = place ? place.nextElementSibling : now.firstElementChild;
    if (next !== node) now.insertBefore(node, next);
    place = node;
  }
  before.forEach((node) => node.remove());
  if (atEnd) toEnd();
}

function toEnd() {
  const log = byId("talk-log");
  if (log) log.scrollTop = log.scrollHeight;
}

function putPage(page, { asked = true } = {}) {
  const fresh = find("#desk", page);
  const moved = fresh.dataset.conversation !== desk().dataset.conversation;
  if (moved && !asked) moveDrafts(desk().dataset.conversation, fresh.dataset.conversation);
  moved ? putAnother(page, fresh, asked) : putParts(fresh, asked);
  plainTitle = page.title;
  showCount();
  showPeople();
}

/* The visitor has signed in: it is the same conversation under another name. */
function moveDrafts(from, to) {
  for (const kind of ["reply", "note"]) {
    const texts = [stored(draftKey(kind, to)), stored(draftKey(kind, from))];
    store(draftKey(kind, to), texts.filter(Boolean).join("\n"));
    store(draftKey(kind, from), "");
  }
}

function putAnother(page, fresh, asked) {
  desk().dataset.conversation = fresh.dataset.conversation;
  const talk = page.getElementById("talk");
  const focusAgain = asked ? () => {} : focusWithin(byId("talk"));
  remember(talk);
  byId("talk").replaceWith(talk);
  prepare(talk);
  focusAgain();
  for (const part of ["card", "queue"]) put(byId(part), page.getElementById(part));
  toEnd();
  watch();
  document.dispatchEvent(new Event("desk:moved"));
}

/* What only somebody's own act may clear stays while others act. */
function putParts(fresh, asked) {
  const kept = asked || !byId("talk-news")?.childElementCount ? [] : ["talk-news"];
  if (!asked && (find("#talk-news .errors") || isBegun(byId("talk-say")))) kept.push("talk-say");
  const writing = byId("note")?.hidden === false ? "note" : "reply";
  const focusAgain = focusWithin(byId("talk"));
  for (const part of all("[data-live]", fresh)) if (byId(part.id) && !kept.includes(part.id)) put(byId(part.id), part);
  for (const part of all("[data-list]", fresh)) if (byId(part.id)) putList(byId(part.id), part);
  if (byId("note")?.hidden === (writing === "note")) write(writing, false);
  if (document.activeElement === document.body) focusAgain(); // what is hidden takes none
}

/* What nobody keeps for whoever fills it in: a file that was chosen, a fold that is open, a way that was chosen. */
function isBegun(part) {
  if (!part) return false;
  return all("input[type=file]", part).some((one) => one.files.length)
    || Boolean(find(".acts details[open]", part))
    || all(".ways input[type=radio]", part).some((one) => one.checked !== one.defaultChecked);
}

/* Fetching: whoever goes somewhere is never held up, or brought back, by what is read again in the background. */
let moves = 0;
let busy = 0;

async function fetched(address, options = {}) {
  const answer = await fetch(address, { credentials: "same-origin", ...options });
  if (answer.redirected && new URL(answer.url).pathname.startsWith("/desk/sign-in")) location.assign(answer.url);
  return { answer, page: new DOMParser().parseFromString(await answer.text(), "text/html") };
}

/* What came of it, or nothing where the connection is away; `then` only where nothing else was done meanwhile. */
async function acting(address, options, then, always) {
  const mine = ++moves;
  busy += 1;
  const found = await fetched(address, options).catch(() => null);
  busy -= 1;
  if (!found) offline(true);
  else always?.(found);
  if (found && mine === moves) then(found);
  if (due.page || due.queue) readSoon();
  return found;
}

async function go(address, { push = true, focus } = {}) {
  await acting(address, {}, ({ answer, page }) => {
    if (push) history.pushState(null, "", answer.url);
    if (!find("#desk", page)) return location.assign(answer.url);
    putPage(page);
    if (focus) byId(focus)?.focus();
  });
}

async function reread() {
  const before = moves;
  const headers = document.hidden ? { "X-Desk-Unseen": "1" } : {};
  const { answer, page } = await fetched(location.href, { headers });
  if (answer.status >= 500) throw new Error(`the page answered ${answer.status}`);
  if (before === moves && answer.ok && find("#desk", page)) putPage(page, { asked: false });
}

async function rereadQueue() {
  const before = moves;
  const query = new URLSearchParams(location.search);
  query.set("open", desk().dataset.conversation);
  const { answer, page } = await fetched(`/desk/conversation-queue?${query}`);
  if (before !== moves || !answer.ok) return;
  put(byId("queue"), page.getElementById("queue"));
  showCount();
  showPeople();
}

/* The box is free for the next message at once; what could not be sent comes back before what was typed since. */
const underway = new Set();

async function send(form, submitter) {
  const kind = form.dataset.draft;
  const open = desk().dataset.conversation;
  const writing = kind && draftKey(kind, open);
  if (underway.has(writing || form)) return;
  underway.add(writing || form);
  const options = { method: "POST", body: kind ? takeOut(form, submitter, writing) : new FormData(form, submitter) };
  const buttons = all("button[type=submit]", form);
  buttons.forEach((button) => { button.disabled = true; });
  const found = await acting(form.action, options, ({ answer, page }) => {
    if (answer.ok) all("#talk-say .acts details[open]").forEach((one) => { one.open = false; });
    if (!find("#desk", page)) return answer.ok ? location.assign(answer.url) : undefined;
    putPage(page);
    if (kind && !answer.ok) showDraft(kind, writing);
    after(kind, answer);
  }, ({ answer }) => settled(form, kind, writing, answer));
  underway.delete(writing || form);
  buttons.forEach((button) => { button.disabled = false; });
  if (!found && kind) comeBack(form, kind, writing);
  if (!found || (!found.answer.ok && !find("#desk", found.page))) say("kept");
}

/* Of what was sent nobody knows for a while whether it arrived: sent again unchanged, it is the same message. */
const sentKey = (writing) => `${writing}:sent`;
const sentOf = (writing) => JSON.parse(stored(sentKey(writing)) || "null");

function takeOut(form, submitter, writing) {
  const box = find("textarea", form);
  const id = find("[data-fresh]", form);
  const before = sentOf(writing);
  if (id && before?.text === box.value) id.value = before.id;
  store(sentKey(writing), JSON.stringify({ id: id?.value, text: box.value }));
  const body = new FormData(form, submitter);
  box.value = "";
  store(writing, "");
  return body;
}

function comeBack(form, kind, writing) {
  const sent = sentOf(writing);
  store(writing, [sent.text, stored(writing)].filter(Boolean).join("\n"));
  store(sentKey(writing), JSON.stringify({ ...sent, isBack: true }));
  freshen(form);
  showDraft(kind, writing);
}

function showDraft(kind, writing) {
  const box = find(`form[data-draft=${kind}] textarea`);
  if (box && draftKey(kind) === writing) box.value = stored(writing) || "";
}

/* Before the page is put: what it was when the form was drawn, it is no more. */
function settled(form, kind, writing, answer) {
  if (answer.ok && (kind || "template" in form.dataset)) renew(form);
  if (!kind) return;
  if (!answer.ok) comeBack(form, kind, writing);
  if (answer.status < 500) store(sentKey(writing), "");
}

/* Sent is empty, and is another form from then on: the server writes each one once. */
function renew(form) {
  const since = form.dataset.draft ? find("textarea", form).value : "";
  form.reset();
  all("textarea", form).forEach((box) => { box.value = since; });
  freshen(form);
}

function freshen(form) {
  const id = find("[data-fresh]", form);
  if (id) id.value = crypto.randomUUID ? crypto.randomUUID() : newId();
}

function newId() {
  const hex = Array.from(crypto.getRandomValues(new Uint8Array(16)), (b) => b.toString(16).padStart(2, "0")).join("");
  return hex.replace(/(.{8})(.{4})(.{4})(.{4})(.{12})/, "$1-$2-$3-$4-$5");
}

/* After something was done, the next key counts. */
function after(kind, answer) {
  if (!answer.ok) return find("#talk-news .errors, [aria-invalid=true]")?.focus();
  if (kind && document.activeElement?.matches("textarea") && document.activeElement.value) return toEnd();
  if (kind === "note") write("reply", false);
  const next = byId("next");
  if (!keysOn()) return kind ? byId(kind === "note" ? "note-text" : "text")?.focus() : (next || byId("talk-log"))?.focus();
  (kind === "reply" || kind === "note" ? byId("talk-log") : next || byId("talk-log"))?.focus({ preventScroll: true });
  toEnd();
}

/* What is being typed outlives reloads and lost connections. */
const draftKey = (kind, id = desk().dataset.conversation) => `desk:${desk().dataset.staff}:${id}:${kind}`;

const memory = new Map();

function stored(key) {
  if (memory.has(key)) return memory.get(key);
  try { return sessionStorage.getItem(key); } catch { return null; }
}

function store(key, value) {
  memory.delete(key);
  try { value ? sessionStorage.setItem(key, value) : sessionStorage.removeItem(key); } catch { memory.set(key, value); }
}

function keep(box) {
  const kind = box.form?.dataset.draft;
  if (kind) store(draftKey(kind), box.value);
}

/* Of what was under way when the page was left nobody knows whether it arrived: it is offered again. */
function bringBack(root) {
  all("form[data-draft]", root).forEach((form) => {
    const box = find("textarea", form);
    const writing = draftKey(form.dataset.draft);
    const sent = sentOf(writing);
    const lost = sent && !sent.isBack && !underway.has(writing) ? sent.text : "";
    const text = [lost, stored(writing)].filter(Boolean).join("\n");
    if (box && text && !box.value) box.value = text;
  });
}

/* A part that came new from the server. */
function prepare(root) {
  if (!root) return;
  all("[data-script]", root).forEach((node) => { node.hidden = false; });
  all("[data-closes]", root).forEach((node) => closing.set(node, Date.now() + 1000 * (Number(node.dataset.closes) + 1)));
  bringBack(root);
}

/* How long one can still write on a channel, in the server's own words (wording.py); then it says what goes now. */
const closing = new WeakMap();

function inLeft(seconds) {
  const minutes = Math.floor(seconds / 60);
  const hours = Math.floor(minutes / 60);
  const days = Math.floor(hours / 24);
  if (days) return `${days === 1 ? "1 day" : `${days} days`} ${hours % 24} h`;
  if (hours) return `${hours} h ${minutes % 60} min`;
  return minutes ? `${minutes} min` : "less than a minute";
}

function countDown() {
  const line = find("[data-closes]");
  if (!line || !closing.has(line)) return;
  const seconds = Math.floor((closing.get(line) - Date.now()) / 1000) - 1;
  find("[data-left]", line).textContent = inLeft(Math.max(0, seconds));
  find("[data-soon]", line).hidden = seconds >= SOON;
  if (seconds >= 0) return;
  closing.delete(line);
  due.page = true;
  readSoon();
}

/* A template that is being filled stays so while the part around it comes new. */
function goOnFilling(now, fresh) {
  const same = ({ id }) => fresh.querySelector(`#${id}`);
  all("#templates details[open]", now).filter(same).forEach((one) => { same(one).open = true; });
  for (const box of all("[data-template] input[type=text]", now)) {
    if (box.value === box.defaultValue || !same(box)) continue;
    same(box).value = box.value;
    fillGap(same(box));
  }
}

/* A template as the brand will read it. */
function fillGap({ name, value, form }) {
  const gap = find(`[data-gap="${name}"]`, form);
  if (gap) gap.textContent = value.trim() || gap.dataset.label;
}

/* Reply or note */
function write(kind, focus = true) {
  for (const name of ["reply", "note"]) if (byId(name)) byId(name).hidden = name !== kind;
  all("[data-with-reply]").forEach((node) => { node.hidden = kind !== "reply"; });
  if (focus) byId(kind === "note" ? "note-text" : "text")?.focus();
}

/* Saved replies: a list below the box, chosen by arrows, filled in before it is sent. */
const options = () => all("#canned-list [role=option]:not([hidden])");
const chosen = () => find("#canned-list [aria-selected=true]:not([hidden])");

function openCanned(wanted = "") {
  const list = byId("canned");
  if (!list) return;
  list.hidden = false;
  byId("open-canned")?.setAttribute("aria-expanded", "true");
  const box = byId("text");
  box.setAttribute("aria-controls", "canned-list");
  const asked = wanted.toLowerCase();
  const every = all("#canned-list [role=option]");
  const begun = every.filter((one) => one.dataset.shortcut.startsWith(asked));
  const fitting = begun.length ? begun : every.filter((one) => one.dataset.title.toLowerCase().includes(asked));
  every.forEach((one) => { one.hidden = !fitting.includes(one); });
  choose(options()[0]);
}

function shutCanned() {
  const list = byId("canned");
  if (!list || list.hidden) return false;
  list.hidden = true;
  byId("open-canned")?.setAttribute("aria-expanded", "false");
  byId("text").removeAttribute("aria-activedescendant");
  return true;
}

function choose(option) {
  all("#canned-list [aria-selected=true]").forEach((one) => one.setAttribute("aria-selected", "false"));
  if (!option) return byId("text").removeAttribute("aria-activedescendant");
  option.setAttribute("aria-selected", "true");
  option.scrollIntoView({ block: "nearest" });
  byId("text").setAttribute("aria-activedescendant", option.id);
}

function take(option) {
  const box = byId("text");
  const text = find("p", option).textContent;
  const typed = box.value.replace(/(^|\s)\/[a-z0-9-]*$/, "$1");
  shutCanned();
  fill(box, typed && !/\s$/.test(typed) ? `${typed} ${text}` : typed + text);
}

function fill(box, text) {
  box.value = text;
  box.focus();
  const field = /\{[a-z_]+\}/.exec(text);
  if (field) box.setSelectionRange(field.index, field.index + field[0].length);
  else box.setSelectionRange(text.length, text.length);
  keep(box);
}

function whileCanned(event) {
  const shown = options();
  const place = shown.indexOf(chosen());
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (step && shown.length) choose(shown[(place + step + shown.length) % shown.length]);
  else if (event.key === "Enter" && chosen()) take(chosen());
  else if (event.key === "Tab" && chosen()) take(chosen());
  else if (event.key === "Escape") shutCanned();
  else return false;
  event.preventDefault();
  return true;
}

/* Keys: one letter each, never inside a field. */
const keysOn = () => "shortcuts" in desk().dataset;

function step(by) {
  // The open one stands above the others, with the place that it has among them.
  const links = all("[data-rows] .q > a");
  const place = Number(find("[data-rows]")?.dataset.place || 0) + (by > 0 ? 0 : -1);
  const next = links[(place + links.length) % links.length];
  if (next) go(next.href, { focus: "h-t" });
}

function unfold(name) {
  const fold = byId(`fold-${name}`);
  if (!fold) return;
  fold.open = true;
  find("input:checked, textarea, select", fold)?.focus();
}

const KEYS = {
  j: () => step(1),
  k: () => step(-1),
  g: () => byId("next") && go(byId("next").href, { focus: "text" }),
  r: () => write("reply"),
  n: () => write("note"),
  a: () => (byId("do-claim") || byId("do-take-over"))?.click(),
  e: () => unfold("resolve"),
  h: () => unfold("hand-back"),
  t: () => unfold("transfer"),
  s: () => byId("do-suggest")?.click(),
  "/": () => { write("reply"); openCanned(); },
  "?": () => byId("keys")?.showModal(),
};

function onKey(event) {
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey) && event.target.id === "text" && !event.isComposing) {
    event.preventDefault();
    if (event.target.value.trim() || byId("file")?.value) event.target.form.requestSubmit(byId("send-resolve"));
    return;
  }
  if (event.isComposing || event.ctrlKey || event.metaKey || event.altKey) return;
  const field = event.target;
  if (field.id === "text" && !byId("canned")?.hidden && whileCanned(event)) return;
  if (event.key === "Escape" && inField(field)) return field.blur();
  if (event.key === "Escape") return closeFolds();
  if (event.key === "Enter" && !event.shiftKey && field.id === "text") {
    event.preventDefault();
    if (field.value.trim() || byId("file")?.value) field.form.requestSubmit();
    return;
  }
  if (!keysOn() || inField(field) || find("dialog[open]") || !KEYS[event.key]) return;
  if (field.matches?.("summary, button, a") && event.key === "Enter") return;
  event.preventDefault();
  KEYS[event.key]();
}

function closeFolds() {
  const open = find("#talk-say details[open]");
  if (!open) return;
  open.open = false;
  find("summary", open).focus();
}

/* Who views and who types */
let people = {};

function inWords(there) {
  const say1 = (id, names) => byId(id).content.firstElementChild.textContent.replace("{names}", names.join(", "));
  const typing = there.filter((one) => one.typing).map((one) => one.name);
  const viewing = there.filter((one) => !one.typing).map((one) => one.name);
  return [typing.length && say1("told-typing", typing), viewing.length && say1("told-viewing", viewing)].filter(Boolean).join(". ");
}

function showPeople() {
  all("[data-seen]").forEach((node) => {
    const words = inWords(people[node.dataset.seen] || []);
    if (node.textContent !== words) node.textContent = words;
  });
}

/* A count in the title, and a sound, when somebody waits. */
let plainTitle = document.title;
let waited = null;

function showCount() {
  const count = Number(byId("queue")?.dataset.waiting || 0);
  document.title = count ? `(${count}) ${plainTitle}` : plainTitle;
  if (waited !== null && count > waited) sound();
  waited = count;
}

let audio = null;
function sound() {
  if (!("sound" in desk().dataset)) return;
  try {
    audio ||= new AudioContext();
    desk().dataset.rang = String(Number(desk().dataset.rang || 0) + 1);
    for (const [delay, pitch] of [[0, 660], [0.16, 880]]) ring(audio.currentTime + delay, pitch);
  } catch { /* this browser makes no sound before somebody clicked */ }
}

function ring(at, pitch) {
  const tone = audio.createOscillator();
  const loudness = audio.createGain();
  tone.frequency.value = pitch;
  loudness.gain.setValueAtTime(0.12, at);
  loudness.gain.exponentialRampToValueAtTime(0.001, at + 0.3);
  tone.connect(loudness).connect(audio.destination);
  tone.start(at);
  tone.stop(at + 0.3);
}

let toastEnds;
function say(name, values = {}) {
  let text = byId(`told-${name}`).content.firstElementChild.textContent;
  for (const [field, value] of Object.entries(values)) text = text.replace(`{${field}}`, value);
  byId("toast").textContent = text;
  clearTimeout(toastEnds);
  toastEnds = setTimeout(() => { byId("toast").textContent = ""; }, 8000);
}

function offline(on) { byId("offline").hidden = !on; }

/* The socket says what to read again. */
let socket = null;
let asked = 0;
let attempts = 0;
let typedAt = 0;
let retry;
const due = { queue: false, page: false };
let reader;

function connect() {
  clearTimeout(retry);
  const before = socket;
  const mine = new WebSocket(`${location.origin.replace("http", "ws")}/desk/socket`);
  socket = mine;
  before?.close();
  asked = Date.now();
  let opened = false;
  mine.onopen = () => { opened = true; attempts = 0; offline(false); watch(); };
  mine.onmessage = ({ data }) => {
    if (mine !== socket) return;
    asked = 0;
    hear(JSON.parse(data));
  };
  mine.onclose = ({ code }) => mine === socket && lost(code, opened);
}

function lost(code, opened) {
  socket = null;
  if (code === 4401) return location.reload();
  // A socket that was refused tells no reason; the page tells it, or leads to the sign-in.
  if (!opened) { due.page = true; readSoon(); }
  offline(true);
  retry = setTimeout(connect, Math.min(LONGEST_PAUSE, 300 * 2 ** attempts++) * (0.5 + Math.random() / 2));
}

function tell(frame) {
  if (socket?.readyState === WebSocket.OPEN) socket.send(JSON.stringify(frame));
}

function watch() { tell({ type: "watch", conversation: desk().dataset.conversation || null }); }

function ping() {
  if (!socket) return;
  // Whoever is gone does not answer the closing either, which a browser waits for.
  if (asked && Date.now() - asked > LONGEST_SILENCE) return connect();
  asked ||= Date.now();
  tell({ type: "ping" });
}

function hear(frame) {
  if (frame.type === "presence") { people = frame.people; return showPeople(); }
  if (frame.type === "told") return told(frame);
  if (frame.type !== "changed") return;
  due.queue = true;
  due.page ||= frame.everything || frame.conversations.includes(desk().dataset.conversation);
  readSoon();
}

let failures = 0;

function readSoon() {
  reader ||= setTimeout(readAgain, Math.min(LONGEST_PAUSE, PAUSE_BETWEEN_READS * 2 ** failures));
}

/* One after another, so that what is older never covers what is newer. */
async function readAgain() {
  const page = due.page;
  due.page = due.queue = false;
  const before = moves;
  try {
    if (busy) due.page = true;
    else await (page ? reread() : rereadQueue());
    if (before !== moves) due.page = true;
    failures = 0;
    if (socket?.readyState === WebSocket.OPEN) offline(false);
  } catch {
    failures += 1;
    due.page ||= page;
    due.queue = true;
    offline(true);
  } finally {
    reader = null;
    if (!busy && (due.page || due.queue)) readSoon();
  }
}

function told({ what, conversation, by }) {
  const link = byId(`q-${conversation}`);
  say(what, { by, brand: link?.textContent.trim() || "a conversation" });
  if (what === "transferred") sound();
}

function typing() {
  if (Date.now() - typedAt < TYPING_EVERY) return;
  typedAt = Date.now();
  tell({ type: "typing" });
}

/* Hearing the page */
document.addEventListener("click", (event) => {
  const within = (selector) => event.target.closest?.(selector);
  const plain = !event.ctrlKey && !event.metaKey && !event.shiftKey && event.button === 0;
  const segment = within("[data-write]");
  const use = within("[data-use]");
  const link = within("a[data-go]");
  const option = within("#canned-list [role=option]");
  if (!plain) return;
  if (segment) { event.preventDefault(); write(segment.dataset.write); }
  else if (use) { event.preventDefault(); fill(byId("text"), byId(use.dataset.use).textContent); }
  else if (option) take(option);
  else if (within("#open-canned")) { if (!shutCanned()) { byId("text").focus(); openCanned(); } }
  else if (link) { event.preventDefault(); go(link.href, { focus: link.id === "next" ? "text" : link.id.startsWith("q-") ? "h-t" : link.id }); }
  else if (!within("#canned")) shutCanned();
});

document.addEventListener("submit", (event) => {
  const form = event.target;
  if ("go" in form.dataset) {
    event.preventDefault();
    go(`${form.action}?${new URLSearchParams(new FormData(form))}`, { focus: "filter" });
  } else if ("boost" in form.dataset) {
    event.preventDefault();
    send(form, event.submitter);
  }
});

document.addEventListener("input", ({ target }) => {
  keep(target);
  if (target.form && "template" in target.form.dataset) fillGap(target);
  if (target.id !== "text") return;
  if (target.value) typing();
  const slash = /^\/([a-z0-9-]*)$/i.exec(target.value);
  if (slash) openCanned(slash[1]);
  else shutCanned();
});

document.addEventListener("keydown", onKey);
document.addEventListener("toggle", ({ target }) => {
  if (!target.closest("#talk-say")) return;
  if (target.open) return target.scrollIntoView({ block: "nearest" });
  due.page = true; // what was not put in its place meanwhile
  readSoon();
}, true);
document.addEventListener("visibilitychange", () => { if (!document.hidden) { due.page = true; readSoon(); if (!socket) { attempts = 0; connect(); } else ping(); } });
addEventListener("online", () => { attempts = 0; connect(); });
addEventListener("popstate", () => go(location.href, { push: false }));

remember();
prepare(document);
toEnd();
showCount();
connect();
setInterval(ping, PING_EVERY);
setInterval(countDown, 5000);
// Waiting times grow without news.
setInterval(() => { due.queue = true; readSoon(); }, 60000);
