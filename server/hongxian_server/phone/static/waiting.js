// What is not sent yet, or was refused since: its person reads it here, mends it, sends it again or throws it away.
import { drop, put } from "./kept.js";
import { waiting } from "./outbox.js";
import { told, words } from "./words.js";

const formIn = (html) => new DOMParser().parseFromString(html, "text/html").querySelector("form[data-outbox]");

export async function drawWaiting(list, { flush, open }) {
  const kept = await waiting();
  list.replaceChildren(...kept.map((each) => drawn(each, { list, flush, open })));
  list.parentElement.querySelector("[data-none]").hidden = kept.length > 0;
}

function drawn(each, does) {
  const item = document.getElementById("one-waiting").content.cloneNode(true).firstElementChild;
  const at = (name) => item.querySelector(`[data-${name}]`);
  at("title").textContent = each.title;
  at("since").textContent = new Date(each.at).toLocaleString([], { dateStyle: "short", timeStyle: "short" });
  at("why").textContent = each.refused ? told(each.refused) : words().waits;
  at("why").className = `tell ${each.refused ? "stop" : "wait"}`;
  const lines = [...each.said, ...each.photos.map(() => ["", words().photo])];
  at("said").append(...lines.map(([label, value]) => Object.assign(document.createElement("li"), { textContent: label ? `${label}: ${value}` : value })));
  const again = () => drawWaiting(does.list, does);
  at("mend").hidden = !(each.refused && formIn(each.refused));
  at("mend").addEventListener("click", () => does.open(each));
  at("send").addEventListener("click", async () => {
    await put("outbox", { ...each, refused: "" });
    await does.flush();
    await again();
  });
  at("away").addEventListener("click", () => drop("outbox", each.id).then(again));
  return item;
}
