// What whoever sits here has this browser do, or not: kept in this browser alone, as it works by script alone.
"use strict";

const SWITCH = "hongxian:switch:";
const isOn = (name, usually) => (localStorage.getItem(SWITCH + name) ?? usually) === "on";
const singleKeys = () => isOn("keys", "on");
const mayNotify = () => "Notification" in window && Notification.permission === "granted";
const notices = () => isOn("notices", "off") && mayNotify();
const STANDS = { keys: singleKeys, notices };

function drawSwitches() {
  document.documentElement.toggleAttribute("data-listens", notices());
  for (const box of document.querySelectorAll("[data-switch]")) box.checked = STANDS[box.dataset.switch]();
  for (const each of document.querySelectorAll("[data-by-script]")) each.hidden = false;
  for (const each of document.querySelectorAll("[data-notices-shut]"))
    each.hidden = "Notification" in window && Notification.permission !== "denied";
}

document.addEventListener("change", async (event) => {
  const name = event.target.dataset.switch;
  if (!name) return;
  const wanted = event.target.checked ? "on" : "off";
  if (name === "notices" && wanted === "on" && "Notification" in window) await Notification.requestPermission();
  localStorage.setItem(SWITCH + name, wanted);
  drawSwitches(); // what the browser does not allow is off again
});

drawSwitches();
