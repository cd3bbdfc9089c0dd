// Buttons that copy what a field or a block of code shows; without this script it can be selected.
function select(shown) {
  if (shown.select) shown.select();
  else getSelection().selectAllChildren(shown);
}

for (const button of document.querySelectorAll("[data-copies]")) {
  button.hidden = false;
  button.addEventListener("click", async () => {
    const shown = document.getElementById(button.dataset.copies);
    select(shown);
    try {
      await navigator.clipboard.writeText(shown.value ?? shown.textContent);
      button.textContent = "Copied";
    } catch {
      button.textContent = "Selected: copy it now";
    }
  });
}
