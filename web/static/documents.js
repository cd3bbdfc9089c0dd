// Looks again while a file is being checked, and puts the result where the waiting was.
const PAUSE = 1500;
const LOOKS = 80;

async function look() {
  const answer = await fetch(location.pathname, { headers: { Accept: "text/html" } });
  return answer.ok ? new DOMParser().parseFromString(await answer.text(), "text/html") : null;
}

function show(found) {
  for (const place of document.querySelectorAll("[data-live]")) {
    const fresh = found.getElementById(place.id);
    if (fresh) place.replaceChildren(...fresh.childNodes);
  }
}

async function watch() {
  for (let looks = 0; looks < LOOKS; looks += 1) {
    await new Promise((go) => setTimeout(go, PAUSE));
    const found = await look().catch(() => null);
    if (found && !found.querySelector("[data-checking]")) return show(found);
  }
}

if (document.querySelector("[data-checking]")) watch();
