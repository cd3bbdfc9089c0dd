/* <brand-chat>: the conversation as a panel over every page, or as the page itself (data-page).
   Text is only ever put into text nodes. A message waits in an outbox under its own id (cid) until the server has stored
   it, so that it arrives exactly once however often the connection breaks. */
// How the server is reached. On other sites another door stands here before (embed-frame.js).
const door = globalThis.chatDoor ?? {
  async known(signal) {
    const answer = await fetch("/chat/session", { method: "POST", signal });
    return answer.ok ? answer.json() : null;
  },
  socket: () => new WebSocket(`${location.origin.replace("http", "ws")}/chat/socket`),
};
const VISITOR = ""; // `data-who` of whoever did not sign in
const AT_FIRST = { owner: "bot", assistant: { phase: "ready", detail: "" } };
const LONGEST_PAUSE = 30000;
const PING_EVERY = 25000;
const LONGEST_SILENCE = 8000;
const TYPING_LASTS = 8000;
const LINK = /\*\*(.+?)\*\*|\[([^\]\n]+)\]\(([^)\s]+)\)|(https?:\/\/[^\s<>"]+[^\s<>".,;:!?)])/g;
const SAFE = /^(https?:\/\/|mailto:|\/(?![/\\]))/i;

function make(tag, className, ...children) {
  const node = document.createElement(tag);
  if (className) node.className = className;
  node.append(...children);
  return node;
}

function link(label, address) {
  if (!SAFE.test(address)) return label;
  const anchor = make("a", "", label);
  anchor.href = address;
  if (!address.startsWith("/")) Object.assign(anchor, { target: "_blank", rel: "noopener noreferrer" });
  return anchor;
}

function inline(text) {
  const parts = [];
  let from = 0;
  for (const found of text.matchAll(LINK)) {
    const [all, bold, label, address, bare] = found;
    parts.push(text.slice(from, found.index), bold ? make("strong", "", bold) : link(label || bare, address || bare));
    from = found.index + all.length;
  }
  return [...parts, text.slice(from)].filter((part) => part !== "");
}

function block(text) {
  const lines = text.split("\n");
  if (lines.every((line) => /^[-•] /.test(line))) {
    return make("ul", "", ...lines.map((line) => make("li", "", ...inline(line.slice(2)))));
  }
  return make("p", "", ...lines.flatMap((line, n) => (n ? [make("br"), ...inline(line)] : inline(line))));
}

function blocks(text) {
  // A list may follow its sentence without an empty line between them.
  return text.trim().replace(/(^|\n)(?![-•] )(.+)\n(?=[-•] )/g, "$1$2\n\n").split(/\n{2,}/).map(block);
}

// Buttons are known by the number of their message in its conversation: in another one, what was chosen goes as its text.
const asText = ({ cid, text }) => ({ cid, text });
const initials = (name) => name.split(/\s+/).map((word) => word[0]).slice(0, 2).join("").toUpperCase();
const newId = () => Array.from(crypto.getRandomValues(new Uint8Array(16)), (b) => b.toString(16).padStart(2, "0")).join("");

class BrandChat extends HTMLElement {
  connectedCallback() {
    if (this.chat) return;
    this.last = 0;
    this.attempts = 0;
    this.day = "";
    this.memory = new Map();
    this.state = AT_FIRST;
    this.asPage = "page" in this.dataset;
    this.chat = document.getElementById("chat-parts").content.cloneNode(true).firstElementChild;
    for (const part of ["speaker", "back", "log", "typing", "hint", "rate", "form", "close"]) {
      this[part] = this.chat.querySelector(`[data-part=${part}]`);
    }
    this.box = this.form.querySelector("textarea");
    this.goOn();
    this.asPage ? this.layAsPage() : this.layAsPanel();
    this.listen();
    this.showState();
    if (this.asPage || this.isUsed()) this.connect();
  }

  layAsPage() {
    this.replaceChildren(this.chat);
    const asked = new URLSearchParams(location.search).get("ask");
    if (!asked) return;
    this.propose(asked);
    this.box.focus();
  }

  layAsPanel() {
    const anchor = this.querySelector("a");
    this.opener = make("button", anchor.className, ...anchor.childNodes);
    this.opener.type = "button";
    this.opener.setAttribute("aria-expanded", "false");
    this.badge = make("span", "unread");
    this.opener.append(this.badge);
    this.chat.classList.add("pop");
    this.chat.hidden = true;
    this.replaceChildren(this.chat, this.opener);
    this.opener.addEventListener("click", () => this.open(this.opener));
    this.close.addEventListener("click", () => this.shut());
    if (this.kept("open") && matchMedia("(min-width: 60rem)").matches) this.reveal();
  }

  listen() {
    this.form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.submit();
    });
    this.back.addEventListener("click", () => {
      this.tell({ type: "never_mind" });
      this.box.focus();
    });
    this.rate.addEventListener("submit", (event) => {
      event.preventDefault();
      const { stars, comment } = this.rate.elements;
      this.tell({ type: "rate", stars: Number(stars.value), comment: comment.value });
      this.box.focus();
    });
    this.box.addEventListener("input", () => this.keep("draft", this.box.value));
    this.box.addEventListener("keydown", (event) => {
      // 229: Safari ends a composition before it tells of the key that did.
      if (event.key !== "Enter" || event.shiftKey || event.isComposing || event.keyCode === 229) return;
      event.preventDefault();
      this.submit();
    });
    for (const button of this.log.querySelectorAll("[data-say-this]")) {
      button.addEventListener("click", () => this.speak(button.textContent));
    }
    this.chat.addEventListener("click", (event) => this.upload(event));
    this.addEventListener("keydown", (event) => {
      if (event.key === "Escape" && !this.asPage && !this.chat.hidden) this.shut();
    });
    document.addEventListener("click", (event) => this.follow(event));
    document.addEventListener("visibilitychange", () => document.hidden || this.wake());
    addEventListener("online", () => this.wake());
  }

  follow(event) {
    const asking = event.target.closest("a[data-ask]");
    if (!asking || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    this.propose(asking.dataset.ask);
    this.asPage ? this.box.focus() : this.open(asking);
  }

  // Behind what somebody has begun to write.
  propose(text) {
    if (!this.box.value.includes(text)) this.box.value = [this.box.value.trim(), text].filter(Boolean).join("\n");
    this.keep("draft", this.box.value);
  }

  // The button, or a link of an answer to a document; what this browser cannot do is done on the document's page. On
  // other sites there is no button: files are sent on our own pages, where the link leads.
  upload(event) {
    const asked = event.target.closest('[data-part=upload], .log a[href*="/documents/"][href$="#file"]');
    const button = this.chat.querySelector("[data-part=upload]");
    if (!asked || !button || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    const page = asked.getAttribute("href");
    const { module } = button.dataset;
    import(module).then(({ openUpload }) => openUpload(this, page)).catch(() => location.assign(page || "/brands"));
  }

  open(from) {
    this.cameFrom = from;
    this.keep("open", "1");
    this.reveal();
    this.box.focus();
    if (!this.socket) this.connect();
  }

  reveal() {
    this.chat.hidden = false;
    this.opener.setAttribute("aria-expanded", "true");
    this.opener.hidden = true;
    this.badge.textContent = "";
    this.toEnd();
  }

  shut() {
    this.keep("open", "");
    this.chat.hidden = true;
    this.opener.hidden = false;
    this.opener.setAttribute("aria-expanded", "false");
    (this.cameFrom?.isConnected && !this.cameFrom.hidden ? this.cameFrom : this.opener).focus();
  }

  // What survives a reload, kept apart for everybody who signs in on this device.
  kept(name, who = this.dataset.who) {
    const key = `chat:${who}:${name}`;
    if (this.memory.has(key)) return this.memory.get(key);
    try { return sessionStorage.getItem(key); } catch { return null; }
  }
  keep(name, value, who = this.dataset.who) {
    const key = `chat:${who}:${name}`;
    try {
      sessionStorage.setItem(key, value);
      this.memory.delete(key);
    } catch { // storage is full or switched off
      this.memory.set(key, value);
    }
  }
  waiting(who) { return JSON.parse(this.kept("outbox", who) || "[]"); }
  keepWaiting(items, who) { this.keep("outbox", JSON.stringify(items), who); }
  isUsed() { return this.kept("used") || this.waiting().length > 0; }

  // What is there already of whoever writes here.
  goOn() {
    if (this.dataset.who) this.takeAlong();
    this.box.value = this.kept("draft") || "";
    this.waiting().forEach((item) => this.showWaiting(item));
  }

  // A visitor who signs in keeps what was not sent yet, as the server joins what was.
  takeAlong() {
    this.keepWaiting([...this.waiting(), ...this.waiting(VISITOR).map(asText)]);
    this.keepWaiting([], VISITOR);
    this.keep("draft", [this.kept("draft"), this.kept("draft", VISITOR)].filter(Boolean).join("\n"));
    this.keep("draft", "", VISITOR);
  }

  async connect() {
    clearTimeout(this.retry);
    if (this.connecting || this.refused) return;
    this.connecting = true;
    const known = await this.beKnown().catch(() => false);
    this.connecting = false;
    known ? this.openSocket() : this.refused || this.again();
  }

  async beKnown() {
    const asking = new AbortController();
    this.asking = asking;
    setTimeout(() => asking.abort(), LONGEST_SILENCE);
    const found = await door.known(asking.signal);
    if (!found) return false;
    if (found.refused) return this.refuse(found.refused);
    const { who } = found;
    if (who !== this.dataset.who) this.beginAnew(who);
    this.keep("used", "1");
    return true;
  }

  // Trying again would change nothing: only the page around can.
  refuse(text) {
    this.refused = true;
    this.say(text);
    return false;
  }

  // Somebody signed in or out in another tab: what is shown here is not theirs.
  beginAnew(who) {
    const wasSignedIn = this.dataset.who;
    this.dataset.who = who;
    this.conversation = null;
    this.uploading?.close();
    this.clear();
    this.state = AT_FIRST;
    this.showState();
    this.goOn();
    if (wasSignedIn) this.tellApart("You were signed out. ", link("Sign in", "/sign-in"), " to go on with your conversation.");
  }

  // A visitor's session ends in time: what is said now is another conversation, which counts from the beginning.
  beginAnother() {
    this.clear();
    this.keepWaiting(this.waiting().map(asText));
    this.tellApart("The conversation before is over. This is a new one.");
    this.waiting().forEach((item) => this.showWaiting(item));
  }

  clear() {
    this.last = 0;
    this.day = "";
    this.quick = null;
    this.choice = "";
    this.log.replaceChildren(this.log.firstElementChild);
  }

  tellApart(...words) { this.log.append(make("p", "handover", make("span", "", ...words))); }

  openSocket() {
    const socket = door.socket();
    this.socket = socket;
    this.asked = Date.now();
    this.underway = null;
    socket.onopen = () => this.greet();
    socket.onmessage = ({ data }) => this.hear(JSON.parse(data));
    socket.onclose = () => socket === this.socket && this.lost();
    clearInterval(this.beat);
    this.beat = setInterval(() => this.ping(), PING_EVERY);
  }

  // Somebody else may have signed in since the page asked who it is.
  greet() { this.tell({ type: "hello", after: this.last, who: this.dataset.who, conversation: this.conversation }); }

  // A connection can be dead without anybody having said so.
  ping() {
    if (this.asked && Date.now() - this.asked >= LONGEST_SILENCE) return this.drop();
    this.asked ||= Date.now();
    this.tell({ type: "ping" });
  }

  // Whoever is gone does not answer the closing either, which a browser waits for.
  drop() {
    const { socket } = this;
    this.lost();
    socket.close();
  }

  lost() {
    this.socket = null;
    this.ready = false;
    this.endPause();
    clearInterval(this.beat);
    this.hideTyping();
    this.again();
  }

  again() {
    const pause = Math.min(LONGEST_PAUSE, 400 * 2 ** this.attempts++) * (0.5 + Math.random() / 2);
    this.retry = setTimeout(() => this.connect(), pause);
    if (this.attempts > 1) this.say("Connecting again. What you write is kept and sent.");
  }

  // Back on the network or on the screen: what hangs is begun anew at once.
  wake() {
    if (this.ready) return this.look();
    this.attempts = 0;
    if (this.connecting) this.asking.abort();
    else if (this.socket) this.drop();
    else if (this.asPage || this.isUsed()) this.connect();
  }

  look() {
    const { socket } = this;
    this.ping();
    setTimeout(() => this.asked && socket === this.socket && this.ping(), LONGEST_SILENCE + 100);
  }

  tell(frame) {
    if (this.socket?.readyState === WebSocket.OPEN) this.socket.send(JSON.stringify(frame));
  }

  hear(frame) {
    this.asked = 0;
    const act = { history: "onHistory", msg: "onMessage", typing: "onTyping", state: "onState", ack: "onAck", error: "onError" };
    this[act[frame.type]]?.(frame);
  }

  onHistory(frame) {
    if (this.conversation && this.conversation !== frame.conversation) this.beginAnother();
    this.conversation = frame.conversation;
    this.attempts = 0;
    this.ready = true;
    // A screen reader is told what is new, not the whole past.
    if (!this.last) this.log.setAttribute("aria-live", "off");
    frame.items.forEach((item) => this.show(item));
    setTimeout(() => this.log.removeAttribute("aria-live"), 500);
    this.onState(frame);
    this.flush();
    this.toEnd();
  }

  onMessage(item) {
    const ours = item.role === "user";
    const reading = this.readsEarlier();
    if (!ours) this.hideTyping();
    if (!this.show(item) || ours) return;
    if (this.chat.hidden) this.countUnread();
    if (!reading) this.toEnd(this.log.lastElementChild);
  }

  onTyping({ on }) {
    clearTimeout(this.typed);
    if (!on) return this.hideTyping();
    const { person } = this.state;
    if (person) this.typed = setTimeout(() => this.hideTyping(), TYPING_LASTS);
    this.typing.lastElementChild.textContent = `${person || "Assistant"} is typing`;
    if (!this.typing.hidden) return;
    this.typing.hidden = false;
    this.toEnd();
  }

  onState(frame) {
    const rated = this.state.rating && !frame.rating && frame.owner === "resolved";
    const reading = this.readsEarlier();
    this.state = frame;
    this.showState();
    if (rated) this.say("Thank you. Our team reads what you sent.");
    // Head and rating take room from the log: what was said last stays in view.
    if (!reading) this.toEnd();
  }

  onAck({ cid }) {
    this.bubble(cid)?.classList.remove("m-late");
    this.settle(cid);
  }

  onError({ cid, text, retry_after: pause }) {
    if (pause) {
      this.say(text);
      this.endPause();
      this.pause = setTimeout(() => this.tryAgain(), pause * 1000);
      return;
    }
    const bubble = this.bubble(cid);
    if (bubble) {
      bubble.append(make("p", "failed", `Not sent. ${text}`));
      bubble.classList.remove("m-late");
      delete bubble.dataset.cid; // it stays where it is
    } else this.say(text);
    this.settle(cid);
  }

  // Stored, or refused for good: the next one may go.
  settle(cid) {
    this.keepWaiting(this.waiting().filter((item) => item.cid !== cid));
    if (this.underway === cid) this.underway = null;
    this.flush();
  }

  tryAgain() {
    this.endPause();
    this.underway = null;
    if (!this.ready) return this.greet();
    this.showState();
    this.flush();
  }

  endPause() {
    clearTimeout(this.pause);
    this.pause = null;
  }

  bubble(cid) { return cid && this.log.querySelector(`[data-cid="${CSS.escape(cid)}"]`); }

  submit() {
    const text = this.box.value.trim();
    const limit = Number(this.dataset.limit);
    if (!text) return this.box.focus();
    if ([...text].length > limit) {
      return this.say(`Your message has ${[...text].length} characters. Shorten it to ${limit}, or send it in parts.`);
    }
    this.box.value = "";
    this.keep("draft", "");
    this.speak(text);
  }

  speak(text) {
    this.send({ cid: newId(), text });
    this.box.focus();
  }

  send(item) {
    this.keepWaiting([...this.waiting(), item]);
    this.showWaiting(item);
    this.toEnd();
    this.socket ? this.flush() : this.connect();
  }

  // One at a time: were one refused for a while, the next could be stored before it.
  flush() {
    const [next] = this.waiting();
    if (!this.ready || this.underway || this.pause || !next) return;
    this.underway = next.cid;
    this.tell({ type: "msg", ...next });
  }

  press(title, seq, index) {
    this.choose(title);
    this.choice = title;
    this.send({ cid: newId(), text: title, button: { seq, index } });
    this.box.focus();
  }

  showWaiting(item) {
    if (item.button) return;
    const bubble = this.speech("you", "You", "", item.text);
    bubble.dataset.cid = item.cid;
    bubble.classList.add("m-late");
    this.log.append(bubble);
  }

  // Messages come in the order of their ids; one that was seen before is left out.
  show(item) {
    if (item.id <= this.last) return false;
    this.last = item.id;
    this.bubble(item.cid)?.remove();
    const at = new Date(item.at);
    this.showDay(at);
    if (item.role === "user" && this.choose(item.text)) return true;
    if (item.role === "user") this.quick?.remove(); // an older question's buttons
    this.place(this.drawn(item, this.clock(at)));
    return true;
  }

  drawn(item, time) {
    if (item.role === "notice") return this.notice(item);
    if (item.role === "user") return this.speech("you", "You", time, item.text);
    const person = item.role === "person";
    const bubble = this.speech(item.role, person ? item.name : "Assistant", time, item.text);
    if (person) bubble.querySelector(".by b").after("support agent");
    if (item.buttons?.length) this.offer(bubble, item);
    return bubble;
  }

  notice({ id, text }) {
    const line = make("p", "handover", make("span", "", ...inline(text)));
    line.dataset.id = id;
    return line;
  }

  speech(role, name, time, text) {
    const by = make("p", "by", make("b", "", name), make("span", "num", time));
    if (role !== "you") by.prepend(this.face(role, name));
    return make("div", `m m-${role}`, by, make("div", "txt", ...(role === "you" ? plain(text) : blocks(text))));
  }

  face(role, name) {
    const mark = role === "person" ? initials(name) : document.getElementById("chat-mark").content.cloneNode(true);
    const face = make("span", role === "person" ? "face" : "face face-bot", mark);
    face.setAttribute("aria-hidden", "true");
    return face;
  }

  offer(bubble, item) {
    this.quick?.remove();
    this.choice = item.chosen || "";
    if (item.chosen) return bubble.append(make("p", "chosen", `You chose: ${item.chosen}`));
    this.quick = make("div", "quick", ...item.buttons.map((title, index) => {
      const button = make("button", "btn btn-s", title);
      button.type = "button";
      button.addEventListener("click", () => this.press(title, item.id, index));
      return button;
    }));
    bubble.append(this.quick);
  }

  // The answer to the buttons shown last takes their place; when it comes back from the server it is not shown twice.
  choose(title) {
    if (this.choice === title) {
      this.choice = "";
      return true;
    }
    if (![...(this.quick?.children || [])].some((button) => button.textContent === title)) return false;
    this.quick.replaceWith(make("p", "chosen", `You chose: ${title}`));
    this.quick = null;
    return true;
  }

  place(node) {
    const late = this.log.querySelector(".m[data-cid]");
    late ? late.before(node) : this.log.append(node);
  }

  showDay(at) {
    const zone = this.dataset.zone || Intl.DateTimeFormat().resolvedOptions().timeZone || "UTC";
    const parts = { weekday: "short", day: "numeric", month: "long", year: "numeric", timeZone: zone };
    const day = at.toLocaleDateString("en-GB", parts).replace(",", "");
    if (day === this.day) return;
    this.day = day;
    this.place(make("p", "day", `${day}, ${zone.split("/").pop().replaceAll("_", " ")} time`));
  }

  clock(at) {
    const timeZone = this.dataset.zone || undefined;
    return at.toLocaleTimeString("en-GB", { hour: "2-digit", minute: "2-digit", timeZone });
  }

  showState() {
    const { owner, assistant, person, waiting, rating } = this.state;
    const [name, what] = this.speaker.querySelectorAll("[data-say]");
    this.speaker.classList.toggle("speaker-person", Boolean(person));
    this.speaker.firstElementChild.replaceWith(this.face(person ? "person" : "bot", person));
    name.textContent = person || "Assistant";
    what.textContent = { person: "A person answers you", waiting: "A person is called", resolved: "Write, and it is open again" }[owner] || "Answers at once";
    this.form.querySelector("label").textContent = `Message to ${person || "the assistant"}`;
    this.back.textContent = person ? "Back to the assistant" : "Never mind";
    this.back.hidden = !person && !waiting;
    this.back.classList.toggle("btn-panel", Boolean(person));
    this.back.classList.toggle("btn-2", !person);
    if (waiting) this.showPlace(waiting);
    const late = owner !== "person" && assistant.phase !== "ready";
    if (late) what.textContent = "Getting ready";
    this.say(late ? `${assistant.detail || "The assistant is getting ready."} Write now: it answers as soon as it is ready.` : "");
    if (late) this.hideTyping();
    this.askForRating(rating);
  }

  // The place in the queue stays where it was told first, and is told again when it changes.
  showPlace({ id, text }) {
    const line = this.log.querySelector(`.handover[data-id="${id}"] span`);
    if (!line || line.textContent === text.replaceAll("**", "")) return;
    line.replaceChildren(...inline(text));
  }

  askForRating(on) {
    if (on && this.rate.hidden) this.rate.reset();
    this.rate.hidden = !on;
  }

  readsEarlier() { return this.log.scrollHeight - this.log.scrollTop - this.log.clientHeight > 150; }

  say(text) {
    if (this.hint.textContent === text) return;
    this.hint.textContent = text;
    this.hint.hidden = !text;
  }

  hideTyping() { this.typing.hidden = true; }

  countUnread() {
    const count = (parseInt(this.badge.textContent, 10) || 0) + 1;
    this.badge.textContent = `${count} new`;
  }

  // A long answer is shown from its beginning.
  toEnd(from) {
    const end = this.log.scrollHeight;
    this.log.scrollTop = from ? Math.min(end, from.offsetTop - this.log.offsetTop - 16) : end;
  }
}

function plain(text) {
  return text.split(/\n{2,}/).map((part) =>
    make("p", "", ...part.split("\n").flatMap((line, n) => (n ? [make("br"), line] : [line]))));
}

customElements.define("brand-chat", BrandChat);
