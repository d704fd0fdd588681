// Notices of the system while no page of the desk is looked at. The sync line, which asks anyway, brings what waits.
"use strict";

const LOOKED = "hongxian:looked-at";
const LOOKED_FOR = 20_000; // milliseconds; another page of the desk is looked at, and says so more often
const MOST_AT_ONCE = 3;
let known = null; // what waited when this page went to the background

const hears = () => document.hidden && notices();
const isLookedAt = () => Date.now() - Number(localStorage.getItem(LOOKED)) < LOOKED_FOR;

document.addEventListener("visibilitychange", () => {
  known = null;
  localStorage.setItem(LOOKED, document.hidden ? 0 : Date.now());
});
const isHere = () => document.hidden || localStorage.setItem(LOOKED, Date.now());
setInterval(isHere, LOOKED_FOR / 2);
isHere();

document.addEventListener("htmx:configRequest", (event) => {
  if (event.detail.elt.id === "sync-line" && hears()) event.detail.parameters.notices = "yes";
});

function tell({ dataset: { key, url }, textContent }) {
  const notice = new Notification(document.querySelector(".brand").textContent.trim(), { body: textContent, tag: key });
  notice.onclick = () => {
    window.focus();
    notice.close();
    window.location.assign(url);
  };
}

document.addEventListener("htmx:afterSwap", (event) => {
  const brought = document.querySelector("#sync-line [data-notices]");
  if (!brought || !hears()) return;
  const found = [...brought.content.querySelectorAll("[data-key]")];
  const fresh = found.filter((each) => known && !known.has(each.dataset.key));
  known = new Set(found.map((each) => each.dataset.key));
  if (!isLookedAt()) fresh.slice(0, MOST_AT_ONCE).forEach(tell);
});
