// What is sent is kept here first, under a name of its own, until the hub has answered: pressed twice or sent anew after a
// line that broke, it is done once.
import { all, drop, put, renewed, root } from "./keys.js";
import { sent, shrunk } from "./photos.js";

let under_way = null;
export const waiting = () => all("outbox");

export async function keep(form, press) {
  const data = new FormData(form, press);
  const fields = [], photos = [];
  for (const [name, value] of data) {
    if (name === "csrf_token") continue;
    if (!(value instanceof File)) fields.push([name, value]);
    else if (value.size) photos.push([name, await shrunk(value)]);
  }
  const id = data.get("once");
  await put("outbox", { id, url: form.action, fields, photos, title: form.dataset.title, at: Date.now() });
  return id;
}

// Sends all that waits, the oldest first; tells of each what the hub answered, or stops where there is no line.
export function flush(told) {
  under_way ??= sendAll(told).finally(() => (under_way = null));
  return under_way;
}

async function sendAll(told) {
  for (const each of (await waiting()).sort((one, other) => one.at - other.at)) {
    let answer;
    try {
      answer = await sendOne(each);
      if (answer.status === 401 && (await renewed())) answer = await sendOne(each);
    } catch {
      return; // no line: it stays
    }
    if (answer.status === 429 || answer.status === 401 || answer.status >= 500) return; // later
    await drop("outbox", each.id);
    await told(each, answer);
  }
}

async function sendOne(each) {
  const { token } = await (await fetch(`${root()}token`, { cache: "no-store" })).json();
  const body = new FormData();
  for (const [name, value] of each.fields) body.append(name, value);
  for (const [name, photo] of each.photos) body.append(`${name}.sent`, await sent(photo, token));
  return fetch(each.url, { method: "POST", body, headers: { "X-CSRFToken": token, "Hongxian-Outbox": "yes" } });
}
