// The forms of offers: each sending has a name of its own, what is typed outlives a page that is lost (a camera that opens
// ends pages on small phones), a photo is shown as it will go.
import { picture } from "./photos.js";
import { words } from "./words.js";

const draftOf = (form) => `draft ${document.body.dataset.of ?? ""} ${form.action}`;
const isTyped = (each) => each.name && !["hidden", "file", "submit"].includes(each.type) && !("secret" in each.dataset);
const isPressed = (each) => ["checkbox", "radio"].includes(each.type);

export function ready(form, once = crypto.randomUUID()) {
  form.elements.once.value = once; // the page may be one of before, which was sent already
  const kept = JSON.parse(sessionStorage.getItem(draftOf(form)) ?? "{}");
  const given = new URLSearchParams(location.search);
  for (const each of [...form.elements].filter(isTyped)) if (!given.has(each.name)) fill(each, kept[each.name]);
  form.dispatchEvent(new Event("input", { bubbles: true })); // fields.js shows what belongs to that
  form.addEventListener("input", () => sessionStorage.setItem(draftOf(form), JSON.stringify(typed(form))));
  form.addEventListener("focusin", ({ target }) => target.inputMode === "numeric" && target.select()); // not 01 for 1
  form.addEventListener("change", (event) => event.target.type === "file" && look(event.target));
}
export const forgetDraft = (form) => sessionStorage.removeItem(draftOf(form));

function typed(form) {
  const found = {};
  for (const each of [...form.elements].filter(isTyped)) {
    const values = (found[each.name] ??= []);
    if (!isPressed(each) || each.checked) values.push(each.value);
  }
  return found;
}
function fill(each, values) {
  if (!values) return;
  if (isPressed(each)) each.checked = values.includes(each.value);
  else each.value = values.at(-1) ?? "";
}

async function look(input) {
  for (const old of input.parentElement.querySelectorAll(".shrunk, .wrong")) old.remove();
  const [file] = input.files;
  if (!file || file.type === "application/pdf") return;
  const image = await picture(file);
  if (image) return input.after(image);
  input.value = "";
  const told = Object.assign(document.createElement("p"), { className: "wrong", textContent: words().badPhoto });
  told.setAttribute("role", "alert");
  input.after(told);
}
