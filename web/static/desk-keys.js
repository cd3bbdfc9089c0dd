// Single keys on what carries data-key: links are followed, everything else is brought into focus, so that Enter decides.
const TYPING = "input, textarea, select, [contenteditable]";

function target(key) {
  return [...document.querySelectorAll("[data-key]")].find((one) => one.dataset.key === key);
}

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.target.closest(TYPING)) return;
  const found = target(event.key.toLowerCase());
  if (!found) return;
  event.preventDefault();
  if (found.matches("a[href]")) found.click();
  else found.focus();
});
