// Choosing a reason fills in its ready words, and the preview keeps up with what is typed. Without this, Preview does it.
export function setUp(form) {
  const reason = form.querySelector("[name=reason]");
  const fields = { sentence: form.querySelector("[name=sentence]"), instead: form.querySelector("[name=instead]") };
  const ready = (name) => [...reason.options].map((option) => option.dataset[name] ?? "");

  function show() {
    for (const [name, field] of Object.entries(fields)) {
      const shown = form.querySelector(`[data-says=${name}]`);
      const words = field.value.trim().replace(/\s+/g, " ") || reason.selectedOptions[0].dataset[name] || "";
      if (shown) shown.textContent = name === "instead" ? words.replace(/\.+$/, "") : words;
    }
  }

  reason.addEventListener("change", () => {
    for (const [name, field] of Object.entries(fields)) {
      if (!field.value.trim() || ready(name).includes(field.value.trim())) {
        field.value = reason.selectedOptions[0].dataset[name] ?? "";
      }
    }
    // Without a reason nothing was drawn yet: the server draws it.
    if (!form.querySelector("[data-says]") && reason.value) form.querySelector("[value=preview]").click();
    show();
  });
  for (const field of Object.values(fields)) field.addEventListener("input", show);
}

document.querySelectorAll("form[data-review]").forEach(setUp);
