// What every page does: looks for a code in its address, comes back in by itself, sends what waits, works without a line.
import { all, canHaveKeys, comeBack, drop, enter, root, send } from "./keys.js";
import { flush, keep, waiting } from "./outbox.js";

const kept = document.getElementById("kept");
async function showKept() {
  const count = canHaveKeys() ? (await waiting()).length : 0;
  kept.hidden = !count;
  kept.querySelector("[data-said]").textContent = kept.querySelector("[data-said]").dataset.said;
  kept.querySelector("[data-count]").textContent = count || "";
}

function say(html, kind = "stop") {
  const told = document.createElement("p");
  told.className = `tell ${kind}`;
  told.setAttribute("role", "alert");
  const page = new DOMParser().parseFromString(html, "text/html");
  told.textContent = (page.querySelector("main [role=alert], main .message, main p") ?? page.body).textContent.trim();
  document.getElementById("main").prepend(told);
}

// -- codes ---------------------------------------------------------------------------------------

async function opened(code) {
  history.replaceState(null, "", location.pathname + location.search); // it is in no history
  const answer = await send("scan", { code });
  if (!answer.ok) return say(await answer.text());
  const told = await answer.json();
  if (told.to) return location.replace(told.to);
  if (!canHaveKeys()) return say(document.getElementById("main").innerHTML);
  const main = document.getElementById("main"); // what is kept is read first, and agreed to
  main.innerHTML = told.asks;
  main.querySelector("h2").focus();
  main.querySelector("[data-agree]").addEventListener("click", async (event) => {
    event.target.disabled = true;
    const here = await enter(code);
    if (here.refused) return say(here.refused);
    location.replace(here.to);
  });
}

// -- the door ------------------------------------------------------------------------------------

async function atTheDoor(door) {
  if (!canHaveKeys() || !(await all("keys")).length) return;
  door.querySelector("[data-unknown]").hidden = true;
  door.querySelector("[data-knows]").hidden = false;
  const here = await comeBack(door.dataset.challenge);
  if (here.length) return location.replace(door.dataset.after);
  door.querySelector("[data-unknown]").hidden = false;
  door.querySelector("[data-knows]").hidden = true;
}

// -- what is sent --------------------------------------------------------------------------------

async function answered(each, answer) {
  if (answer.headers.get("Content-Type")?.includes("json")) {
    const { to } = await answer.json();
    if (each.id === shown) location.assign(to);
    return;
  }
  const page = new DOMParser().parseFromString(await answer.text(), "text/html"); // refused: what was typed stands in it
  document.getElementById("main").replaceChildren(...page.getElementById("main").childNodes);
  listen();
}

let shown = "";
function listen() {
  for (const form of document.querySelectorAll("form[data-outbox]")) {
    form.addEventListener("submit", async (event) => {
      event.preventDefault();
      const button = form.querySelector("button.btn-red");
      button.disabled = true;
      shown = await keep(form, event.submitter);
      await flush(answered);
      await showKept();
      button.disabled = false;
    });
  }
  for (const form of document.querySelectorAll("form[data-leave]")) {
    form.addEventListener("submit", () => drop("keys", form.dataset.leave));
  }
}

if (canHaveKeys()) listen();
const door = document.querySelector("[data-door]");
if (location.hash.length > 1) opened(decodeURIComponent(location.hash.slice(1)));
else if (door) atTheDoor(door);
else if ("signedOut" in document.body.dataset && canHaveKeys()) {
  all("keys").then((keys) => keys.length && location.replace(`${root()}door?next=${encodeURIComponent(location.pathname + location.search)}`));
}
const again = () => flush(answered).then(showKept);
if (canHaveKeys() && !door) again();
addEventListener("online", again);
addEventListener("hashchange", () => location.hash.length > 1 && opened(decodeURIComponent(location.hash.slice(1))));
navigator.serviceWorker?.register(`${root()}sw.js`, { scope: root() });
