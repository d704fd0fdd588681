// What every page needs of a script: the token for htmx, the menu on a phone, and focus that stays.
"use strict";

document.addEventListener("htmx:configRequest", (event) => {
  const token = document.querySelector('meta[name="csrf-token"]');
  if (token) event.detail.headers["X-CSRFToken"] = token.content;
});

// A part that refreshes itself waits while nobody looks or listens, and leaves the focus where it was.
document.addEventListener("htmx:confirm", (event) => {
  const refreshing = event.detail.elt.hasAttribute("data-when-visible");
  if (refreshing && document.hidden && !document.documentElement.hasAttribute("data-listens")) event.preventDefault();
});

const menuButton = document.querySelector(".menu-button");
if (menuButton && !document.getElementById("menu")) menuButton.hidden = true;

document.addEventListener("click", (event) => {
  const button = event.target.closest(".menu-button");
  if (!button) return;
  const menu = document.getElementById("menu");
  if (!menu) return;
  const open = menu.classList.toggle("is-open");
  button.setAttribute("aria-expanded", String(open));
  if (open) menu.querySelector("a")?.focus();
});

// What was just told lies over the page, so a press on it takes it away.
document.addEventListener("click", (event) => {
  if (!event.target.closest("a, button")) event.target.closest(".toast-line")?.remove();
});

// A press that prints the page.
document.addEventListener("click", (event) => {
  if (event.target.closest("[data-prints]")) window.print();
});

// A day or an hour of which half is typed would go as none: the browser says so, where else it would not be asked.
document.addEventListener("submit", (event) => {
  const half = [...event.target.elements].find((each) => each.validity?.badInput);
  if (!half) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  half.reportValidity();
}, true);

// A form that asks first: <form data-ask="Delete this?">.
document.addEventListener("submit", (event) => {
  const question = event.submitter?.dataset.ask || event.target.dataset.ask;
  if (question && !window.confirm(question)) event.preventDefault();
});

// A button pressed twice does its work once, until the next page or the way back.
document.addEventListener("submit", (event) => {
  if (event.defaultPrevented) return;
  if (event.target.dataset.underWay) event.preventDefault();
  event.target.dataset.underWay = "yes";
});
window.addEventListener("pageshow", () => {
  for (const form of document.querySelectorAll("[data-under-way]")) delete form.dataset.underWay;
});

// The box at the top, on every page of both sides: by / outside of what is typed into, by Ctrl+K from anywhere.
// The desk lets single keys be switched off (switches.js).
const mayBeOneKey = () => typeof singleKeys === "undefined" || singleKeys();
document.addEventListener("keydown", (event) => {
  const box = document.querySelector(".top .search [type=search]");
  const chord = event.ctrlKey || event.metaKey;
  const typing = event.target.closest("textarea, select, dialog[open], input:not([type=checkbox])");
  const asked = chord ? event.key.toLowerCase() === "k" : event.key === "/" && !event.altKey && !typing && mayBeOneKey();
  if (!box || !asked) return;
  event.preventDefault();
  box.focus();
});
