// The phone's own keys: made here, never to be read by anybody, one for each person who uses it.
const NAME = "hongxian", STORES = ["keys", "outbox"];

const done = (request) =>
  new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });

async function opened() {
  const request = indexedDB.open(NAME, 1);
  request.onupgradeneeded = () => STORES.forEach((each) => request.result.createObjectStore(each, { keyPath: "id" }));
  return done(request);
}

export async function all(store) {
  const database = await opened();
  return done(database.transaction(store).objectStore(store).getAll());
}
export async function put(store, value) {
  const database = await opened();
  return done(database.transaction(store, "readwrite").objectStore(store).put(value));
}
export async function drop(store, id) {
  const database = await opened();
  return done(database.transaction(store, "readwrite").objectStore(store).delete(id));
}

const HOW = { name: "ECDSA", namedCurve: "P-256" };
export const hex = (bytes) => [...new Uint8Array(bytes)].map((each) => each.toString(16).padStart(2, "0")).join("");
const signed = async (key, said) => hex(await crypto.subtle.sign({ ...HOW, hash: "SHA-256" }, key, new TextEncoder().encode(said)));

export const canHaveKeys = () => Boolean(window.crypto?.subtle && window.indexedDB);

// A token against forgery stands in each form; what a script sends by itself asks for one.
export async function send(path, fields) {
  const body = new URLSearchParams(fields);
  const token = await (await fetch(`${root()}token`, { cache: "no-store" })).json();
  return fetch(root() + path, { method: "POST", body, headers: { "X-CSRFToken": token.token } });
}
export const root = () => document.body.dataset.root;

// Comes in by a code of a leader, with a new key that nothing ever takes out of this phone.
export async function enter(code) {
  const pair = await crypto.subtle.generateKey(HOW, false, ["sign", "verify"]);
  const key = hex(await crypto.subtle.exportKey("raw", pair.publicKey));
  const proof = await signed(pair.privateKey, `Hongxian phone enters\n${code}`);
  const answer = await send("enter", { code, key, proof, agreed: "yes" });
  if (!answer.ok) return { refused: await answer.text() };
  const told = await answer.json();
  await put("keys", { id: told.phone, key: pair.privateKey });
  return told;
}

// The same without leaving a page.
export async function renewed() {
  const page = new DOMParser().parseFromString(await (await fetch(`${root()}door`, { cache: "no-store" })).text(), "text/html");
  return (await comeBack(page.querySelector("[data-door]").dataset.challenge)).length;
}

// Proves every key that is here; one that is known no more is let go of.
export async function comeBack(challenge) {
  const fields = [["challenge", challenge]];
  for (const each of await all("keys")) {
    fields.push(["phone", each.id], ["proof", await signed(each.key, `Hongxian phone returns\n${each.id}\n${challenge}`)]);
  }
  const answer = await send("door", fields);
  if (!answer.ok) return [];
  const told = await answer.json();
  for (const each of told.gone) await drop("keys", each);
  return told.here;
}
