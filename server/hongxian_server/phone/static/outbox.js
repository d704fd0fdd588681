// What is sent is kept here first, under a name of its own, until the hub has answered: pressed twice or sent anew after a
// line that broke, it is done once. What is refused stays too, with why, until its person has seen to it.
import { all, drop, put, root, whose } from "./kept.js";
import { renewed } from "./keys.js";
import { chosen, sent } from "./photos.js";

let under_way = Promise.resolve();
const OF = "Hongxian-Of", DAY = 86_400_000;

// What waits for whoever is here, or for nobody by name, the oldest first; but for what stands before them refused.
export async function waiting() {
  const of = await whose();
  const mine = (await all("outbox")).filter((each) => (!each.of || each.of === of) && !each.isSeen);
  return mine.sort((one, other) => one.at - other.at);
}

export async function keep(form, press) {
  const data = new FormData(form, press);
  const id = data.get("once");
  const before = (await all("outbox")).find((each) => each.id === id);
  const fields = [], photos = [];
  for (const [name, value] of data) {
    if (name === "csrf_token" || name === "next") continue;
    if (!(value instanceof File)) fields.push([name, value]);
    else if (value.size) photos.push([name, await chosen(value)]);
    else photos.push(...(before?.photos ?? []).filter(([named]) => named === name));
  }
  const of = before ? before.of : await whose();
  await put("outbox", { id, of, url: form.action, fields, photos, said: typed(form), title: form.dataset.title, at: Date.now() });
  return id;
}

// What was typed or chosen, by its labels, and whether nobody typed it: to be read again where it waits.
function typed(form) {
  const words = (each) => each.textContent.trim().replace(/\s+/g, " ");
  return [...form.querySelectorAll(".field:not([hidden])")].flatMap((field) => {
    const values = [...field.querySelectorAll("input:not([type=hidden]), select, textarea, output")].flatMap((each) => {
      if (["checkbox", "radio"].includes(each.type)) return each.checked ? [words(each.labels[0])] : [];
      if (each.type === "file") return [...each.files].map((file) => file.name);
      return each.options ? [...each.selectedOptions].map((option) => option.value && words(option)) : [each.value];
    });
    const named = field.querySelector("legend, label");
    const label = named.firstChild.textContent.trim() || words(named); // without that it is required
    const value = values.filter(Boolean).join(", ");
    const isChosen = !field.querySelector("input:not([type=radio], [type=checkbox]), textarea");
    return value ? [[value === label ? "" : label, value, isChosen]] : [];
  });
}

// Presses that count: those that wait for the same go together. What was tried once keeps its number, to be sent again as it was.
const inTurn = (work) => (navigator.locks ? navigator.locks.request("hongxian-outbox", work) : work());
const ofForm = (form) => (each) => each.counts && each.url === form.action && !each.refused;
export const waitsFor = async (form) => (await waiting()).filter(ofForm(form)).reduce((sum, each) => sum + each.times, 0);
export const count = (form) =>
  inTurn(async () => {
    const mate = (await waiting()).find((each) => ofForm(form)(each) && !each.wasTried);
    const { counts, title } = form.dataset;
    const begun = { id: crypto.randomUUID(), of: await whose(), url: form.action, counts, title, photos: [], said: [], at: Date.now() };
    const { id } = mate ?? begun, times = (mate?.times ?? 0) + 1;
    await put("outbox", { ...begun, ...mate, times, fields: [["once", id], [counts, times]] });
  });
const setOut = (id) =>
  inTurn(async () => {
    const each = (await all("outbox")).find((one) => one.id === id);
    if (each) await put("outbox", { ...each, wasTried: true });
    return each;
  });

// Sends all that waits, the oldest first; tells of each what the hub answered, or stops where there is no line.
export function flush(told) {
  under_way = under_way.catch(() => {}).then(() => sendAll(told)); // what was kept since the last began goes too
  return under_way;
}

async function sendAll(told) {
  const kept = await all("outbox");
  for (const each of kept) if (each.isSeen && Date.now() - each.at > DAY) await drop("outbox", each.id);
  const waits = kept.filter((each) => !each.refused);
  for (const { id } of waits.sort((one, other) => one.at - other.at)) {
    const each = await setOut(id);
    if (!each) continue; // another page sent it
    let answer;
    try {
      answer = await sendOne(each);
      if (answer.status === 401 && (await renewed())) answer = await sendOne(each);
    } catch {
      return; // no line: it stays
    }
    if (answer.status === 429 || answer.status === 401 || answer.status >= 500) return; // later
    const { to, told: said } = answer.headers.get("Content-Type")?.includes("json") ? await answer.json() : {};
    if (to) await drop("outbox", each.id);
    else await put("outbox", Object.assign(each, { refused: await answer.text() }));
    await told(each, to, said);
  }
}

async function sendOne(each) {
  const { token } = await (await fetch(`${root()}token`, { cache: "no-store" })).json();
  const headers = { "X-CSRFToken": token, [OF]: each.of };
  const body = new FormData();
  for (const [name, value] of each.fields) body.append(name, value);
  for (const [name, photo] of each.photos) {
    const { sha256, answer } = await sent(photo, headers, each.wasTried);
    if (answer) return answer;
    body.append(`${name}.sent`, sha256);
  }
  return fetch(each.url, { method: "POST", body, headers: { ...headers, "Hongxian-Outbox": "yes" } });
}
