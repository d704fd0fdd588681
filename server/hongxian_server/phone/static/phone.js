// What every page does: looks for a code in its address, comes back in by itself, sends what waits, works without a line.
import { forget, canKeep, put, root } from "./kept.js";
import { comeBack, enter, keys, send } from "./keys.js";
import { drawCodes, rememberCode } from "./again.js";
import { pressed, showCounts } from "./counts.js";
import { forgetDraft, ready } from "./forms.js";
import { flush, keep, waiting } from "./outbox.js";
import { drawWaiting } from "./waiting.js";
import { say, told, words } from "./words.js";

const RETRY_MILLISECONDS = 20_000;
const main = document.getElementById("main");
const body = document.body.dataset;
const noLine = () => say(words().noLine, "wait");

// -- codes ---------------------------------------------------------------------------------------

async function opened(code) {
  const wait = say(words().moment, "wait");
  const answer = await send("scan", { code }).finally(() => wait.remove());
  if (answer.status >= 500) throw new Error(String(answer.status));
  history.replaceState(null, "", location.pathname + location.search); // it is in no history
  if (!answer.ok) return say(told(await answer.text()));
  const { to, asks } = await answer.json();
  if (to) return location.replace(to);
  if (!canKeep()) return say(words().noKeys);
  main.innerHTML = asks; // what is kept is read first, and agreed to
  main.querySelector("h2").focus();
  main.querySelector("[data-agree]").addEventListener("click", (event) => agreed(event.target, code).catch(noLine));
}
async function agreed(button, code) {
  button.disabled = true;
  const here = await enter(code).finally(() => (button.disabled = false));
  if (here.refused) return say(told(here.refused));
  location.replace(here.to);
}
const lookForCode = () => opened(decodeURIComponent(location.hash.slice(1))).catch(noLine);

// -- the door ------------------------------------------------------------------------------------

async function atTheDoor(door) {
  if (!canKeep()) return say(words().noKeys);
  if (!(await keys()).length) return;
  const known = (is) => {
    door.querySelector("[data-unknown]").hidden = is;
    door.querySelector("[data-knows]").hidden = !is;
  };
  known(true);
  const { here, gone } = await comeBack(door.dataset.challenge);
  if (here.length) return location.replace(door.dataset.after);
  known(false);
  if (gone.length) say(words().ended);
}

async function leave(form) {
  const id = form.dataset.leave;
  if (!(await send("leave", { phone: id })).ok) return noLine();
  await forget(id);
  location.replace(root());
}

// -- what is sent --------------------------------------------------------------------------------

let shown = "";
const SAID = "said";
function sayWhatWasDone() {
  const said = sessionStorage.getItem(SAID);
  sessionStorage.removeItem(SAID);
  if (said) say(said, "good");
}
async function answered(each, to, said) {
  if (to) await rememberCode(each, to, said);
  if (each.id !== shown) return to && say(`${words().sent} ${each.title}`, "good");
  if (to) sessionStorage.setItem(SAID, said); // for the page that it leads to
  if (to) return location.replace(to); // the way back leads past the form
  await put("outbox", { ...each, isSeen: true });
  open(each);
}

// What was refused, with what was typed, as the hub answered it.
function open(each) {
  const page = new DOMParser().parseFromString(each.refused, "text/html");
  main.replaceChildren(...page.getElementById("main").childNodes);
  const form = main.querySelector("form[data-outbox]");
  if (form) {
    ready(form, each.id);
    listen(form);
  }
  scrollTo(0, 0);
}

function listen(form) {
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    if (form.dataset.counts) return pressed(form, sendCounts);
    if (form.ariaBusy) return;
    form.ariaBusy = "true";
    (event.submitter ?? form.querySelector("button")).textContent = words().sending;
    shown = await keep(form, event.submitter);
    forgetDraft(form);
    await flush(answered);
    await showKept();
    if ((await waiting()).some((each) => each.id === shown && !each.refused)) main.replaceChildren(document.getElementById("is-kept").content.cloneNode(true));
    form.ariaBusy = null;
  });
}

function listenToAll() {
  for (const form of main.querySelectorAll("form[data-outbox]")) {
    ready(form);
    listen(form);
  }
}

// What was counted is sent; the page has the new number once nothing waits.
async function sendCounts() {
  await again();
  if (!(await waiting()).length) await drawAnew().catch(() => {});
  await showCounts();
}
async function drawAnew() {
  const answer = await fetch(location.href);
  if (!answer.ok) return;
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  main.replaceChildren(...page.getElementById("main").childNodes);
  listenToAll();
}

let retry;
async function showKept() {
  const kept = await waiting();
  for (const [name, found] of [["kept", kept.filter((each) => !each.refused)], ["refused", kept.filter((each) => each.refused)]]) {
    const line = document.getElementById(name);
    line.hidden = !found.length;
    line.querySelector("[data-count]").textContent = found.length;
    if (name === "kept" && found.length) retry ??= setTimeout(again, RETRY_MILLISECONDS);
  }
  const list = document.querySelector("[data-waiting]");
  if (list) await drawWaiting(list, { flush: () => flush(answered).then(showKept), open });
}
async function again() {
  clearTimeout(retry);
  retry = undefined;
  await flush(answered);
  await showKept();
}

// -- without a line ------------------------------------------------------------------------------

function showSeen() {
  const away = document.getElementById("away");
  const isForm = main.querySelector("form[data-outbox]");
  const since = body.seen && new Date(body.seen).toLocaleString([], { dateStyle: "short", timeStyle: "short" });
  away.hidden = !body.seen && navigator.onLine;
  document.querySelector(".thread").classList.toggle("away", !away.hidden);
  away.querySelector("span").textContent = isForm ? words().write : since ? words().seen.replace("{}", since) : words().noLine;
}

// ------------------------------------------------------------------------------------------------

const door = document.querySelector("[data-door]");
for (const form of document.querySelectorAll("form[data-leave]")) {
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    leave(form).catch(noLine);
  });
}
if (canKeep()) {
  listenToAll();
  showCounts();
  drawCodes();
  for (const id of (body.ended ?? "").split(" ").filter(Boolean)) forget(id);
  if (!door) again();
  addEventListener("online", again);
}
if (!door) sayWhatWasDone();
showSeen();
for (const each of ["online", "offline"]) addEventListener(each, showSeen);
if (location.hash.length > 1) lookForCode();
else if (door) atTheDoor(door).catch(noLine);
else if ("signedOut" in body && canKeep()) {
  keys().then((found) => found.length && location.replace(`${root()}door?next=${encodeURIComponent(location.pathname + location.search)}`));
}
addEventListener("hashchange", () => location.hash.length > 1 && lookForCode());
addEventListener("pageshow", (event) => event.persisted && location.reload()); // not as it was before it was sent
navigator.serviceWorker?.register(`${root()}sw.js`, { scope: root() });
