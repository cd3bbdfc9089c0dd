/* The chat of Brand Desk on another site: <script src=".../embed.js" data-site="..." async></script>
   Shows a frame of Brand Desk and tells it, where the site's own server vouches for somebody, who that is: by
   data-identity (a proof that came with the page) or data-identity-url (where the page fetches one). */
(() => {
  const script = document.currentScript;
  const { site, identity, identityUrl, title } = script.dataset;
  const desk = new URL(script.src).origin;
  const LONGEST_WAIT = 8000;
  const frame = document.createElement("iframe");
  // A proof that came with the page does not last until somebody opens the chat: the frame shows it at once.
  frame.src = `${desk}/embed/${encodeURIComponent(site)}${identity && !identityUrl ? "#given" : ""}`;
  frame.title = title || "Chat with Brand Desk";
  frame.referrerPolicy = "origin";

  // Set property by property, which the site's policy for styles does not touch.
  const style = (values) => Object.entries(values).forEach(([name, value]) => frame.style.setProperty(name, value));
  style({
    position: "fixed", right: "16px", bottom: "16px", border: "0", width: "0", height: "0", "z-index": "2147483000",
    "color-scheme": "light dark", "max-width": "100vw", "max-height": "100vh",
  });

  function fit({ open, width, height }) {
    const narrow = open && innerWidth < 640;
    style({
      right: narrow ? "0" : "16px", bottom: narrow ? "0" : "16px",
      width: open ? (narrow ? "100vw" : "400px") : `${width}px`,
      height: open ? (narrow ? "100vh" : `min(640px, ${innerHeight - 32}px)`) : `${height}px`,
      "border-radius": open ? (narrow ? "0" : "16px") : "999px",
      "box-shadow": "0 8px 28px rgb(0 0 0 / .22)",
    });
  }

  // Nothing where the site vouches for nobody; fails where it cannot say now.
  async function proof() {
    if (!identityUrl) return identity || null;
    const signal = AbortSignal.timeout(LONGEST_WAIT);
    const answer = await fetch(identityUrl, { credentials: "same-origin", headers: { Accept: "text/plain" }, signal });
    if (answer.status >= 500 || answer.status === 429) throw new Error(`it answered ${answer.status}`);
    return answer.ok ? (await answer.text()).trim() || null : null;
  }

  async function told() {
    try {
      return { identity: await proof() };
    } catch (error) {
      console.warn(`Brand Desk asks again, since ${identityUrl} did not say who somebody is: ${error.message}`);
      return { failed: true };
    }
  }

  let last = null;
  addEventListener("message", async ({ source, origin, data }) => {
    if (source !== frame.contentWindow || origin !== desk || data?.brandDesk !== "frame") return;
    if ("open" in data) fit(last = data);
    if (data.ask === "identity") frame.contentWindow.postMessage({ brandDesk: "identity", ...(await told()) }, desk);
  });
  addEventListener("resize", () => last?.open && fit(last));
  (document.body || document.documentElement).append(frame);
})();
