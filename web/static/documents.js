// Looks again while a file is being checked, and puts the result where the waiting was.
const PAUSE = 1500;
const LOOKS = 80;

async function look() {
  const answer = await fetch(location.pathname, { headers: { Accept: "text/html" } });
  if (!answer.ok) return null;
  return new DOMParser().parseFromString(await answer.text(), "text/html").querySelector("#result");
}

async function watch(place) {
  for (let looks = 0; looks < LOOKS && place.hasAttribute("data-checking"); looks += 1) {
    await new Promise((go) => setTimeout(go, PAUSE));
    const found = await look().catch(() => null);
    if (!found || found.hasAttribute("data-checking")) continue;
    place.removeAttribute("data-checking");
    place.replaceChildren(...found.childNodes);
  }
}

const place = document.querySelector("#result[data-checking]");
if (place) watch(place);
