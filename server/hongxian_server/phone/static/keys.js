// The phone's own keys: made here, never to be read by anybody, one for each person who uses it.
import { all, drop, forget, put, root } from "./kept.js";

const HOW = { name: "ECDSA", namedCurve: "P-256" };
export const hex = (bytes) => [...new Uint8Array(bytes)].map((each) => each.toString(16).padStart(2, "0")).join("");
const signed = async (key, said) => hex(await crypto.subtle.sign({ ...HOW, hash: "SHA-256" }, key, new TextEncoder().encode(said)));
export const keys = async () => (await all("keys")).filter((each) => each.key);

// A token against forgery stands in each form; what a script sends by itself asks for one.
export async function send(path, fields) {
  const body = new URLSearchParams(fields);
  const token = await (await fetch(`${root()}token`, { cache: "no-store" })).json();
  return fetch(root() + path, { method: "POST", body, headers: { "X-CSRFToken": token.token } });
}

// Comes in by a code of a leader, with a new key that nothing ever takes out of this phone. It is kept before it is sent:
// where the line breaks before the answer, the same code comes in with the same key once more.
export async function enter(code) {
  const id = `code ${code}`;
  const begun = (await all("keys")).find((each) => each.id === id);
  const pair = begun?.pair ?? (await crypto.subtle.generateKey(HOW, false, ["sign", "verify"]));
  if (!begun) await put("keys", { id, pair });
  const key = hex(await crypto.subtle.exportKey("raw", pair.publicKey));
  const proof = await signed(pair.privateKey, `Hongxian phone enters\n${code}`);
  const answer = await send("enter", { code, key, proof, agreed: "yes" });
  if (answer.status >= 500) throw new Error(String(answer.status));
  if (!answer.ok) return { refused: await answer.text() };
  const told = await answer.json();
  await put("keys", { id: told.phone, key: pair.privateKey });
  await drop("keys", id);
  return told;
}

// Proves every key that is here; of one that is known no more nothing stays.
export async function comeBack(challenge) {
  const fields = [["challenge", challenge]];
  for (const each of await keys()) {
    fields.push(["phone", each.id], ["proof", await signed(each.key, `Hongxian phone returns\n${each.id}\n${challenge}`)]);
  }
  const answer = await send("door", fields);
  if (answer.status >= 500) throw new Error(String(answer.status));
  if (!answer.ok) return { here: [], gone: [] };
  const told = await answer.json();
  for (const each of told.gone) await forget(each);
  return told;
}

// The same without leaving a page; whether anybody is here then.
export async function renewed() {
  const page = new DOMParser().parseFromString(await (await fetch(`${root()}door`, { cache: "no-store" })).text(), "text/html");
  return (await comeBack(page.querySelector("[data-door]").dataset.challenge)).here.length > 0;
}
