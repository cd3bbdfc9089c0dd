/* In the frame on another site: asks the page around who somebody is, and gives <brand-chat> its way to the server.
   The token lives in this frame alone: in memory, and in its session storage where the browser allows that. */
(() => {
  const { site, origins } = document.currentScript.dataset;
  const allowed = JSON.parse(origins);
  const KEY = `embed:${site}`;
  const LONGEST_WAIT = 8000;
  const waiting = [];
  const tell = (message) => parent.postMessage({ brandDesk: "frame", ...message }, "*");
  let current = null;

  addEventListener("message", ({ source, origin, data }) => {
    if (source !== parent || !allowed.includes(origin) || data?.brandDesk !== "identity") return;
    for (const { resolve, reject } of waiting.splice(0)) {
      if (data.failed) reject(new Error("The page cannot say now who somebody is."));
      else resolve(typeof data.identity === "string" ? data.identity : null);
    }
  });

  function identity(signal) {
    signal.throwIfAborted();
    return new Promise((resolve, reject) => {
      signal.addEventListener("abort", () => reject(signal.reason), { once: true });
      waiting.push({ resolve, reject });
      tell({ ask: "identity" });
    });
  }

  function stored() {
    try { return JSON.parse(sessionStorage.getItem(KEY)); } catch { return null; }
  }

  function store(found) {
    current = found;
    try { sessionStorage.setItem(KEY, JSON.stringify(found)); } catch { /* kept in memory alone */ }
  }

  // Nobody writes as somebody else without seeing it.
  function showAs(name) {
    const line = document.querySelector("[data-as]");
    if (!line) return;
    line.textContent = name ? `You chat as ${name}` : "";
    line.hidden = !name;
  }

  async function ask(body, signal) {
    const answer = await fetch(`/embed/${site}/session`, {
      method: "POST", signal, credentials: "omit", body: JSON.stringify(body), headers: { "Content-Type": "application/json" },
    });
    if (answer.status === 401) return answer.json();
    if (!answer.ok) return null;
    const found = await answer.json();
    store(found);
    showAs(found.name);
    return found;
  }

  // A page that vouches for nobody gets a visitor's chat, never what an earlier person left in this tab.
  async function meet(signal) {
    const before = current || stored();
    const proof = current ? null : await identity(signal);
    const goesOn = before && (current || proof || !before.who);
    const found = await ask({ ...(proof && { identity: proof }), ...(goesOn && { token: before.token }) }, signal);
    const hasEnded = goesOn && before.who && found?.who === "";
    return hasEnded ? meetAgain(found, signal) : found;
  }

  // Nobody becomes a visitor because the page could not say at once who they are.
  async function meetAgain(visitor, signal) {
    current = null;
    const anew = await identity(signal);
    if (anew) return ask({ identity: anew, token: visitor.token }, signal);
    current = visitor;
    return visitor;
  }

  // One after the other: a proof works once.
  let last = Promise.resolve();
  const inTurn = (work) => (last = last.catch(() => null).then(work));

  // What is refused now is asked for again, and told, when somebody opens the chat.
  if (location.hash === "#given") inTurn(() => current || meet(AbortSignal.timeout(LONGEST_WAIT))).catch(() => null);

  globalThis.chatDoor = {
    known: (signal) => inTurn(() => meet(signal)),
    socket: () => new WebSocket(`${location.origin.replace("http", "ws")}/embed/${site}/socket`, ["brand-desk", current.token]),
  };

  // The frame is as large as what it shows.
  addEventListener("DOMContentLoaded", () => {
    customElements.whenDefined("brand-chat").then(() => {
      const chat = document.querySelector(".chat");
      const opener = document.querySelector(".opener");
      const size = () => tell({ open: !chat.hidden, width: Math.ceil(opener.offsetWidth), height: Math.ceil(opener.offsetHeight) });
      new MutationObserver(size).observe(chat, { attributes: true, attributeFilter: ["hidden"] });
      new ResizeObserver(size).observe(opener);
      size();
    });
  });
})();
