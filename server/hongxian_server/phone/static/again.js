// What was sent from this phone and is found again by a code alone: so that nobody writes the code down. Each person's is
// shown to them, and what was sent for nobody to whoever is nobody here.
import { all, drop, put, whose } from "./kept.js";

const KEPT = 60 * 86_400_000, MOST = 2; // milliseconds; choices

export async function rememberCode({ of, title, said, at }, to, told) {
  if (!new URL(to, location).searchParams.has("code")) return;
  const before = (await all("codes")).find((each) => each.id === to); // moved since: it is called as it was begun
  const values = said.flatMap(([, value, isChosen]) => (isChosen ? [value] : [])).slice(0, MOST); // what is typed may name somebody
  const now = before && told; // of what was moved or cancelled since: what was answered last
  await put("codes", { id: to, of, title: before?.title ?? title, chosen: values.length ? values : (before?.chosen ?? []), now, at });
}

export async function drawCodes() {
  const part = document.querySelector("[data-codes]");
  if (!part) return;
  const kept = await all("codes");
  for (const { id, at } of kept) if (Date.now() - at > KEPT) await drop("codes", id);
  const of = await whose();
  const mine = kept.filter((each) => each.of === of && Date.now() - each.at <= KEPT).sort((one, other) => other.at - one.at);
  part.hidden = !mine.length;
  part.querySelector("ul").replaceChildren(...mine.map(drawn));
}

function drawn(each) {
  const item = document.getElementById("one-code").content.cloneNode(true).firstElementChild;
  const link = item.querySelector("a");
  [link.href, link.textContent] = [each.id, each.title];
  const day = new Date(each.at).toLocaleDateString([], { month: "numeric", day: "numeric" });
  item.querySelector("small").textContent = (each.now ? [each.now, day] : [...(each.chosen ?? []), day]).join(" · ");
  const [asks, goes] = item.querySelectorAll("button"); // the second press is another's, so no finger slips
  asks.addEventListener("click", () => ([asks.hidden, goes.hidden] = [true, false]));
  goes.addEventListener("click", () => drop("codes", each.id).then(drawCodes));
  return item;
}
