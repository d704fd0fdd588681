// A field that shows by what stands in another: what is hidden is not sent, so its value stays what it was.
// Without this script all show; what was refused shows however the other stands.
const shows = (field, form) => {
  const { shownBy, shownIs, shownFrom } = field.dataset;
  if (field.classList.contains("is-wrong") || !form.elements.namedItem(shownBy)) return true;
  const sent = new FormData(form).getAll(shownBy).map((each) => String(each).trim());
  const told = (sent.length > 1 && sent[0] === "false" ? sent.slice(1) : sent).filter(Boolean); // a ticked box follows its shadow
  if (shownFrom) return told.some((each) => Number(each) >= Number(shownFrom));
  return shownIs === undefined ? told.length > 0 : told.some((each) => shownIs.split("\n").includes(each));
};
const showFields = (form) => {
  for (const field of form.querySelectorAll("[data-shown-by]")) {
    field.hidden = !shows(field, form);
    for (const each of field.querySelectorAll("input, select, textarea")) each.disabled = field.hidden;
  }
  for (const part of form.querySelectorAll("h2 + .fields")) {
    part.previousElementSibling.hidden = part.hidden = !part.querySelector(".field:not([hidden])");
  }
};
const showAllFields = () => {
  for (const form of new Set([...document.querySelectorAll("[data-shown-by]")].map((each) => each.closest("form")))) showFields(form);
};
for (const kind of ["input", "change"]) {
  document.addEventListener(kind, (event) => {
    const form = event.target.closest("form");
    if (form?.querySelector("[data-shown-by]")) showFields(form);
  });
}
window.addEventListener("pageshow", showAllFields); // the way back fills in again what was typed
document.addEventListener("htmx:afterSettle", showAllFields);
