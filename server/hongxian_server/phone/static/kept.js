// What this phone keeps by itself: its keys, what waits to be sent, by which codes it is found again, the pages that each
// of its people has seen.
const STORES = ["keys", "outbox", "codes"], VERSION = 2;

const done = (request) =>
  new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });

async function opened() {
  const request = indexedDB.open(`hongxian ${root()}`, VERSION); // a town has several communities at one address
  request.onupgradeneeded = ({ target: { result: made } }) =>
    STORES.filter((each) => !made.objectStoreNames.contains(each)).forEach((each) => made.createObjectStore(each, { keyPath: "id" }));
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

export const canKeep = () => Boolean(window.crypto?.subtle && window.indexedDB);
export const root = () => document.body.dataset.root;

// By whose phone the page is shown, "" for nobody's; the pages that are everybody's here do not say it, and the worker knows.
export async function whose() {
  return document.body.dataset.of ?? (await (await caches.match(`${root()}now`))?.text()) ?? "";
}

// Somebody left this phone, or it was ended for them: nothing of theirs stays on it.
export async function forget(id) {
  await drop("keys", id);
  for (const store of ["outbox", "codes"]) for (const each of await all(store)) if (each.of === id) await drop(store, each.id);
  await caches.delete(`hongxian-of-${id}`);
  sessionStorage.clear();
}
