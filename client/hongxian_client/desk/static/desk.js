// The desk's comfort: unsaved forms that survive a closed tab, keys, rows, and picking by typing.
"use strict";

const NOT_TYPED = new Set(["csrf_token", "next"]);
const DRAFT = "hongxian:draft:";
const byKey = (name) => document.querySelector(`[data-key="${name}"]`);

// -- a double tap is one press: what has come under the finger meanwhile is another's ---------------

document.addEventListener(
  "click",
  (event) => event.detail > 1 && event.target.closest("form[hx-post]:not([data-counts])") && event.preventDefault(),
  true
);

// -- presses that count: those made while the page is drawn anew go together once it is there ---------

const counted = new Map(); // by the button's id, how many wait and whether some are on their way

const sendCounted = async (id) => {
  const held = counted.get(id);
  const pressed = document.getElementById(id)?.form;
  if (!held.waiting || held.isAway || !pressed) return;
  pressed.elements[pressed.dataset.counts].value = held.waiting;
  Object.assign(held, { waiting: 0, isAway: true });
  const values = Object.fromEntries(new FormData(pressed));
  await htmx.ajax("POST", pressed.action, { source: pressed, target: "#main", swap: "innerHTML show:none settle:0ms", values });
  held.isAway = false;
  sendCounted(id);
};

document.addEventListener(
  "submit",
  (event) => {
    if (!event.target.matches("form[data-counts]") || !event.submitter?.id) return;
    event.preventDefault();
    event.stopPropagation(); // htmx would send each, and drop those that come while one is away
    const id = event.submitter.id;
    const held = counted.get(id) || { waiting: 0, isAway: false };
    held.waiting += 1;
    counted.set(id, held);
    sendCounted(id);
  },
  true
);

// -- drafts: kept in this browser alone, by person and the form's address, until it is saved -------

const sent = sessionStorage.getItem(DRAFT); // the form that was sent before this page, which may be another form
sessionStorage.removeItem(DRAFT);
const wasSaved = document.querySelector("[data-told=good]") && !document.querySelector(".is-wrong");
if (sent && wasSaved) localStorage.removeItem(sent);

const form = document.querySelector("form[data-keeps-draft]");
const offer = document.querySelector("[data-draft-offer]");
const place = form && DRAFT + (form.dataset.of ? `${form.dataset.of}:` : "") + form.dataset.keepsDraft;
const found = form && localStorage.getItem(place); // offered as it was found, whatever is typed meanwhile
const inputsOf = (form) =>
  [...form.elements].filter(
    (each) => each.name && !NOT_TYPED.has(each.name) && !["submit", "file", "password"].includes(each.type)
  );
const typedInputs = () => inputsOf(form);
const TICKED = new Set(["checkbox", "radio"]);
const valueOf = (each) => (TICKED.has(each.type) ? each.checked : each.value);
const content = () => JSON.stringify(typedInputs().map((each) => [each.name, each.type, valueOf(each)]));

// An identity number stays nowhere, as most forms refuse it; nor does what a plugin calls secret.
const IDENTITY = /(?<!\d)(\d{17}[\dXx]|\d{15})(?!\d)/;
const secrets = new Set([...document.querySelectorAll("[data-secret]")].map((each) => each.name));
const isUnkept = (each) =>
  secrets.has(each.name.replace(/^was\./, "")) || (!TICKED.has(each.type) && IDENTITY.test(each.value.normalize("NFKC").replace(/[\s.\-]+/g, "")));
const keptContent = () =>
  JSON.stringify(typedInputs().filter((each) => !isUnkept(each)).map((each) => [each.name, each.type, valueOf(each)]));

if (form) {
  const drawn = content();
  let saving = false;
  const keep = () => {
    if (saving || content() === drawn) return;
    localStorage.setItem(place, keptContent());
  };
  if (found && found !== drawn && !document.querySelector(".is-wrong")) offer.hidden = false;
  form.addEventListener("input", keep);
  form.addEventListener("change", keep);
  form.addEventListener("submit", () => {
    saving = true;
    sessionStorage.setItem(DRAFT, place); // kept until a page says that it is saved
    localStorage.setItem(place, keptContent());
  });
  const isAnswered = (each) => each.type === "radio" && form.elements[each.name].value;
  (document.querySelector('[aria-invalid="true"]') || typedInputs().find((each) => each.type !== "hidden" && !isAnswered(each)))?.focus();
}

// What is asked before something is done: one may type at once what is not known yet.
const begins = document.querySelector("[data-begins]");
if (begins) inputsOf(begins).find((each) => each.type !== "hidden" && !valueOf(each))?.focus();

const putBack = () => {
  const waiting = JSON.parse(found);
  for (const each of typedInputs()) {
    const at = waiting.findIndex(([name, type]) => name === each.name && type === each.type);
    if (at < 0) continue;
    const [[, , value]] = waiting.splice(at, 1);
    if (TICKED.has(each.type)) each.checked = value;
    else each.value = value;
  }
  form.dispatchEvent(new Event("change", { bubbles: true }));
};

document.addEventListener("click", (event) => {
  const what = event.target.closest("[data-draft]")?.dataset.draft;
  if (!what || !form) return;
  if (what === "take") putBack();
  else localStorage.removeItem(place);
  offer.hidden = true;
  if (event.target.closest("[data-draft-offer]")) typedInputs().find((each) => each.type !== "hidden")?.focus();
});

// -- the lock ---------------------------------------------------------------------------------------

// The sync line asks by itself; only what a person does in between counts as being here.
let touched = false;
for (const kind of ["keydown", "pointerdown"]) document.addEventListener(kind, () => (touched = true));

document.addEventListener("htmx:configRequest", (event) => {
  if (event.detail.elt.id !== "sync-line" || !touched) return;
  event.detail.parameters.touched = "yes";
  touched = false;
});

document.addEventListener("click", (event) => {
  const chosen = event.target.closest("[data-leads-to]");
  if (chosen && event.detail) document.getElementById(chosen.dataset.leadsTo).focus(); // not by the arrow keys
});

// -- keys -------------------------------------------------------------------------------------------

const rows = () => [...document.querySelectorAll("[data-rows] :is(tbody tr, li)")];

function move(by) {
  const all = rows();
  if (!all.length) return;
  const now = all.findIndex((row) => row.classList.contains("is-current"));
  const next = Math.min(Math.max(now + by, 0), all.length - 1);
  all.forEach((row, at) => row.classList.toggle("is-current", at === next));
  (all[next].querySelector("a.btn") ?? all[next].querySelector("a"))?.focus();
}

// The space bar calls the next, unless it stands on something that it presses by itself; never while it is held.
document.addEventListener("keydown", (event) => {
  if (!singleKeys() || event.key !== " " || !byKey("call") || event.target.closest("a, button, input, select, summary, textarea, dialog[open]")) return;
  event.preventDefault();
  if (!event.repeat) byKey("call").click();
});

const openKeys = () => document.getElementById("keys")?.showModal();
const KEYS = {
  n: () => byKey("new")?.click(),
  e: () => byKey("edit")?.click(),
  j: () => (byKey("put-off") ? byKey("put-off").click() : move(1)),
  1: () => byKey("1")?.click(),
  2: () => byKey("2")?.click(),
  k: () => move(-1),
  z: () => (byKey("undo") ?? byKey("undo-last"))?.click(),
  "?": openKeys,
};

document.addEventListener("keydown", (event) => {
  if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "s" && byKey("save")) {
    event.preventDefault();
    byKey("save").requestSubmit();
    return;
  }
  if ((event.ctrlKey || event.metaKey) && event.key === "Enter" && byKey("again")) {
    event.preventDefault();
    byKey("again").click();
    return;
  }
  const typing = event.target.closest("textarea, select, dialog[open], input:not([type=checkbox])");
  if (typing || event.ctrlKey || event.metaKey || event.altKey || !KEYS[event.key] || !singleKeys()) return;
  event.preventDefault();
  KEYS[event.key]();
});

document.addEventListener("click", (event) => {
  if (event.target.closest('[data-opens="keys"]')) openKeys();
});

// -- the box above every page: arrows go through what was found, Escape leaves it ---------------------

document.addEventListener("keydown", (event) => {
  const box = event.target.closest(".top .search");
  if (!box) return;
  const places = [byKey("search"), ...box.querySelectorAll("[data-found]")];
  const at = places.indexOf(event.target);
  if (event.key === "ArrowDown" && at < places.length - 1) places[at + 1].focus();
  else if (event.key === "ArrowUp" && at > 0) places[at - 1].focus();
  else if (event.key === "Enter" && at === 0 && places[1]) places[1].click();
  else if (event.key === "Escape") document.activeElement.blur();
  else return;
  event.preventDefault();
});

// -- what was done last: a part of the page that is drawn anew names it, and the press above follows -----

document.addEventListener("undoable", (event) => {
  const { said, url, told } = event.detail;
  for (const form of document.querySelectorAll("[data-undo-last]")) {
    const press = form.querySelector("button");
    form.action = url;
    form.hidden = told;
    press.disabled = told;
    press.title = said;
    press.setAttribute("aria-label", `${press.textContent.trim()} · ${said}`);
  }
  for (const form of document.querySelectorAll(".toast-line form"))
    if (form.getAttribute("action") !== url) form.closest(".toast-line").remove(); // it tells of something older
});

// -- lists ------------------------------------------------------------------------------------------

document.addEventListener("change", (event) => {
  if (event.target.matches("[data-sends-form]")) event.target.form.requestSubmit();
  if (event.target.matches("[data-picks-all]"))
    for (const each of event.target.form.querySelectorAll('input[name="id"]')) each.checked = event.target.checked;
});

const picks = () => [...document.querySelectorAll("tbody .pick")];

function tellPicked() {
  const told = document.querySelector("[data-says]");
  if (told) told.textContent = told.dataset.says.replace("{}", picks().filter((each) => each.checked).length);
}

function pickNone() {
  for (const each of document.querySelectorAll(".pick")) each.checked = false;
  tellPicked();
}

document.addEventListener("change", (event) => {
  if (event.target.matches(".pick")) tellPicked();
});
document.addEventListener("click", (event) => {
  if (event.target.closest("[data-picks-none]")) pickNone();
});
document.addEventListener("keydown", (event) => {
  if (event.key === "Escape" && !event.target.closest("dialog[open]")) pickNone();
});
window.addEventListener("pageshow", tellPicked); // a page that is come back to keeps its ticks

// -- references -------------------------------------------------------------------------------------

const closePicker = (picker) => {
  picker.querySelector(".found").replaceChildren();
  picker.querySelector("[role=combobox]").setAttribute("aria-expanded", "false");
};

document.addEventListener("input", (event) => {
  const picker = event.target.closest(".picker");
  if (picker) picker.querySelector("input[type=hidden]").value = ""; // typed over what was picked
});

document.addEventListener("htmx:afterSwap", (event) => {
  const box = event.detail.target.closest(".picker")?.querySelector("[role=combobox]");
  if (!box) return;
  if (document.activeElement !== box) closePicker(box.closest(".picker")); // the answer came too late
  else box.setAttribute("aria-expanded", "true");
});

document.addEventListener("click", (event) => {
  const option = event.target.closest(".found [data-id]");
  if (!option) return;
  const picker = option.closest(".picker");
  const box = picker.querySelector("[role=combobox]");
  picker.querySelector("input[type=hidden]").value = option.dataset.id;
  box.value = option.dataset.name;
  box.dispatchEvent(new Event("change", { bubbles: true }));
  closePicker(picker);
  picker.dataset.picked = "now";
  box.focus();
});

document.addEventListener("keydown", (event) => {
  const picker = event.target.closest(".picker");
  if (!picker) return;
  const options = [...picker.querySelectorAll(".found button")];
  const at = options.indexOf(document.activeElement);
  if (event.key === "ArrowDown" && options.length) options[Math.min(at + 1, options.length - 1)].focus();
  else if (event.key === "ArrowUp" && at > 0) options[at - 1].focus();
  else if (event.key === "ArrowUp" && at === 0) picker.querySelector("[role=combobox]").focus();
  else if (event.key === "Escape" && options.length) {
    picker.querySelector("[role=combobox]").focus();
    closePicker(picker);
  } else return;
  event.preventDefault();
});

document.addEventListener("focusout", (event) => {
  const picker = event.target.closest(".picker");
  if (picker && event.relatedTarget && !picker.contains(event.relatedTarget)) closePicker(picker);
});

// A picker that got its value just now does not open again because the focus came back to it.
document.addEventListener("htmx:confirm", (event) => {
  const picker = event.detail.elt.closest?.(".picker");
  if (picker?.dataset.picked) {
    delete picker.dataset.picked;
    event.preventDefault();
  }
});

// -- paper and texts ------------------------------------------------------------------------------

document.addEventListener("click", async (event) => {
  const copier = event.target.closest("[data-copies]");
  if (!copier) return;
  const text = document.getElementById(copier.dataset.copies);
  text.select(); // where the browser keeps the clipboard shut, Ctrl+C does it
  await navigator.clipboard.writeText(text.value);
  document.querySelector("[data-copied]").hidden = false;
});

// What was told is printed now: a slip, without leaving the page.
function printSheet() {
  const told = document.querySelector("[data-prints-sheet]:not([data-printed])");
  if (!told) return;
  told.dataset.printed = "yes";
  const frame = Object.assign(document.createElement("iframe"), { src: told.href, className: "sheet-to-print", title: told.textContent });
  frame.addEventListener("load", () => {
    frame.contentWindow.addEventListener("afterprint", () => frame.remove());
    frame.contentWindow.print();
  });
  document.body.append(frame);
}
document.addEventListener("DOMContentLoaded", printSheet);

// A press draws the page anew: whoever had pressed what is gone now goes on at the likeliest press.
document.addEventListener("htmx:afterSettle", (event) => {
  if (event.detail.target.id !== "main") return;
  printSheet();
  if (document.activeElement === document.body) (byKey("call") || document.getElementById("main")).focus();
});
