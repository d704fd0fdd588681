// A grid's keys, as in a spreadsheet; each row is sent by itself. Without this it is a form like any other.
"use strict";

const sheet = () => document.querySelector("[data-grid]");
const inputOf = (cell) => cell?.querySelector(".counted input") ?? cell?.querySelector("input:not([type=hidden]), select, button");
const rowsOf = () => [...sheet().querySelectorAll("tbody tr")].map((row) => [...row.cells]);
const isTick = (each) => each.matches("button.tk");
const takesWords = (each) => each.matches("input, textarea, select") && !each.closest(".tk, .counted");
const named = (row, name) => [...row.querySelectorAll("[name]")].find((each) => each.name === name && each.type !== "hidden");

function placeOf(input) {
  const cell = input.closest("td");
  const rows = rowsOf();
  const row = rows.findIndex((cells) => cells.includes(cell));
  return [row, row < 0 ? -1 : rows[row].indexOf(cell)];
}

function go(row, column, by = 0) {
  const cells = rowsOf()[row] ?? [];
  while (by && cells[column] && !inputOf(cells[column])) column += by; // past what only tells
  const input = inputOf(cells[column]);
  input?.focus();
  if (input?.type === "text") input.select();
  return Boolean(input);
}

// -- what is sent: a row, or all of it -----------------------------------------------------------------

const valuesOf = (row) =>
  Object.fromEntries([...row.querySelectorAll("input, select")].map((each) => [each.name, each.value]));

function send(address, target, values) {
  const swap = "outerHTML";
  return htmx.ajax("POST", address, { source: target, target, swap, values: { back: sheet().dataset.back, ...values } });
}

// One after the other, each of the row as the answer before drew it: what is typed fast is not lost.
let before = Promise.resolve();
const next = (step) => (before = before.then(step, step));

function sendRow(row, changed) {
  const key = row.dataset.row;
  return next(() => {
    const drawn = sheet()?.querySelector(`tr[data-row="${CSS.escape(key)}"]`);
    return drawn && send(sheet().dataset.save, drawn, { ...valuesOf(drawn), ...changed, row: key });
  });
}

const sendAll = (values, address = sheet().dataset.save) => next(() => send(address, sheet(), values));

// A tick that is typed into becomes a cell like one that was ticked.
function typeInto(tick, text) {
  const input = document.createElement("input");
  Object.assign(input, { type: "text", name: tick.name, value: text, autocomplete: "off" });
  input.setAttribute("aria-label", tick.getAttribute("aria-label"));
  const cell = document.createElement("span");
  cell.className = "tk";
  cell.append(input);
  tick.replaceWith(cell);
  return input;
}

function put(cell, text) {
  let input = inputOf(cell);
  if (input?.matches("[data-typed]")) input = typeInto(input, "");
  if (input) input.value = text;
}

document.addEventListener("click", (event) => {
  const pressed = event.target.closest("[data-grid] button");
  if (!pressed) return;
  if (pressed.closest("td") && pressed.name) {
    event.preventDefault();
    sendRow(pressed.closest("tr"), { [pressed.name]: pressed.value });
  } else if (pressed.matches("[data-all]")) {
    event.preventDefault();
    if (!isWrong()) sendAll({ all: pressed.value });
  }
});

// What was refused in a row would go when all of them are drawn anew: it is set right first.
function isWrong() {
  const wrong = sheet().querySelector("tbody [aria-invalid]");
  wrong?.focus();
  return Boolean(wrong);
}

// A click into a cell is to type over what stands there, as a key that comes to it is.
let entered = null;
document.addEventListener("focusin", (event) => (entered = event.target.matches("[data-grid] td input[type=text]") ? event.target : null));
document.addEventListener("click", (event) => {
  if (event.target === entered && entered.selectionStart === entered.selectionEnd) entered.select();
  entered = null;
});

document.addEventListener("change", (event) => {
  const row = event.target.closest("[data-grid] tbody tr");
  if (row) sendRow(row, { [event.target.name]: event.target.value });
});

// What adds is a form; here its answer takes the grid's place.
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (!form.matches("[data-grid] [data-adds]")) return;
  event.preventDefault();
  const values = {};
  for (const [name, value] of new FormData(form, event.submitter)) values[name] = [...(values[name] ?? []), value];
  sheet().dataset.adding = form.matches(".coder") ? "[name=codes]" : form.matches(".adder, .found-to-add") ? "[data-found], .adder [name=q]" : "";
  sendAll(values, form.action);
}, true);

// -- the focus stays, and what is typed meanwhile ------------------------------------------------------

let left = null;

document.addEventListener("htmx:beforeSwap", (event) => {
  const target = event.detail.target;
  if (!target.closest?.("[data-grid]")) return;
  const here = document.activeElement;
  const isIn = target.contains(here) && here.closest("td");
  left = isIn ? { name: here.name.replace(/^was\./, ""), value: here.name.startsWith("step.") && here.value, typed: here.type === "text" && here.value !== here.defaultValue ? here.value : null } : null;
  if (target.matches("[data-grid]")) left = { ...left, adding: target.dataset.adding };
});

document.addEventListener("htmx:afterSwap", () => {
  const asked = sheet()?.querySelector("[data-sure]");
  if (asked) return asked.focus();
  if (!sheet() || !left) return;
  const { name, value, typed, adding } = left;
  left = null;
  const box = adding && sheet().querySelector(adding);
  if (adding) return box?.focus(), box?.select?.();
  const again = name && ((value && sheet().querySelector(`[name="${CSS.escape(name)}"][value="${value}"]:enabled`)) || (named(sheet(), name) ?? named(sheet(), `was.${name}`)));
  if (!again || window.matchMedia("(pointer: coarse)").matches) return;
  again.focus();
  if (typed !== null && again.type === "text") again.value = typed;
  else if (again.type === "text") again.select();
});

// How many are ticked and how many wait, after a row was drawn anew.
document.addEventListener("htmx:afterSwap", () => {
  if (!sheet()) return;
  const rows = rowsOf();
  sheet().querySelectorAll("thead th").forEach((head, column) => {
    const count = head.querySelector("[data-count]");
    if (count) count.textContent = rows.filter((cells) => cells[column]?.querySelector(".on")).length;
  });
  for (const press of sheet().querySelectorAll("[data-all]")) {
    const waiting = rows.flat().filter((cell) => cell.querySelector("button.tk:not(.on)")?.name.endsWith(`.${press.value}`));
    press.querySelector("[data-count]").textContent = waiting.length;
    press.disabled = !waiting.length;
  }
});

// -- keys ----------------------------------------------------------------------------------------------

const atEdge = (input, back) =>
  input.type !== "text" || (back ? input.selectionEnd === 0 : input.selectionStart === input.value.length) ||
  (input.selectionStart === 0 && input.selectionEnd === input.value.length);

function inCell(event, input, row, column) {
  const above = rowsOf()[row - 1]?.[column];
  if (event.ctrlKey && event.key === "d" && above && !isTick(input)) {
    put(input.closest("td"), inputOf(above)?.value ?? "");
    sendRow(input.closest("tr"), { [input.name]: input.value });
  } else if (event.ctrlKey || event.metaKey) return false;
  else if (isTick(input) && event.key === " ") {
    input.click();
    go(row + 1, column) || input.focus();
  } else if (/^[-+=]$/.test(event.key) && input.closest(".counted")) {
    const [fewer, more] = input.closest(".counted").querySelectorAll("button");
    if (input.value !== input.defaultValue) sendRow(input.closest("tr"), { [input.name]: input.value });
    (event.key === "-" ? fewer : more).click();
  } else if (input.matches("[data-typed]") && /^\d$/.test(event.key)) typeInto(input, event.key).focus();
  else if (event.key === "Enter" || event.key === "ArrowDown") {
    if (input.tagName === "SELECT" && event.key !== "Enter") return false;
    if (!go(row + (event.shiftKey ? -1 : 1), column)) input.blur();
  } else if (event.key === "ArrowUp" && input.tagName !== "SELECT") go(row - 1, column);
  else if (event.key === "ArrowLeft" && atEdge(input, true)) {
    if (!go(row, column - 1, -1)) return false;
  } else if (event.key === "ArrowRight" && atEdge(input, false)) {
    if (!go(row, column + 1, 1)) return false;
  } else return false;
  return true;
}

document.addEventListener("keydown", (event) => {
  if (!sheet() || event.isComposing || event.altKey) return;
  const input = event.target;
  const [row, column] = input.closest("[data-grid] td") ? placeOf(input) : [-1, -1];
  if (row >= 0 && inCell(event, input, row, column)) return event.preventDefault();
  if (event.ctrlKey || event.metaKey || takesWords(input) || !singleKeys()) return;
  const letter = event.key.toLowerCase();
  const named = letter === "z" ? '[data-key="undo"], [data-key="undo-last"]:enabled' : `[data-key-letter="${CSS.escape(letter)}"]`;
  if (!document.querySelector(named)) return;
  event.preventDefault();
  event.stopImmediatePropagation(); // the desk has such keys too
  next(() => {
    const press = document.querySelector(named); // as it is once what was done before is saved
    if (press?.matches("[data-all]")) return press.disabled || isWrong() || send(sheet().dataset.save, sheet(), { all: press.value });
    press?.click();
  });
});

// The box that adds: Enter takes the only one found, else goes to what was found.
document.addEventListener("keydown", (event) => {
  const box = event.target.closest(".addbar");
  if (!box || !event.target.matches(".adder [name=q], [data-found]")) return;
  const places = [box.querySelector(".adder [name=q]"), ...box.querySelectorAll("[data-found]")];
  const at = places.indexOf(event.target);
  const by = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
  if (!by || (at === 0 && event.key === "ArrowLeft") || (at === 0 && event.key === "ArrowRight") || !places[at + by]) return;
  event.preventDefault();
  places[at + by].focus();
});

// -- paste ---------------------------------------------------------------------------------------------

document.addEventListener("paste", (event) => {
  if (!event.target.closest("[data-grid]")) return;
  const text = event.clipboardData.getData("text").replace(/\r?\n$/, "");
  const [row, column] = event.target.closest("td") ? placeOf(event.target) : [-1, -1];
  if (!/[\n\t]/.test(text) || event.target.matches("textarea")) return;
  event.preventDefault();
  if (row < 0) {
    const paster = sheet().querySelector(".paster form");
    paster.elements.list.value = text;
    return paster.requestSubmit();
  }
  const rows = rowsOf();
  text.split(/\r?\n/).forEach((line, down) =>
    line.split("\t").forEach((each, right) => put(rows[row + down]?.[column + right], each.trim()))
  );
  const changed = rows.slice(row, row + text.split("\n").length).map(([first]) => valuesOf(first.parentElement));
  sendAll(Object.assign({}, ...changed));
});

// On a page of its own the first tick that waits has the focus.
if (sheet()?.querySelector(".head") && !window.matchMedia("(pointer: coarse)").matches) sheet().querySelector("button.tk")?.focus();
