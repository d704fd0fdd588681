// Without a line a page stands as it was last seen, and what was never seen says so.
const CACHE = "hongxian-1", ROOT = new URL("./", self.location).pathname;
const KEPT = ["offline"].map((each) => ROOT + each);

self.addEventListener("install", (event) => {
  event.waitUntil(caches.open(CACHE).then((cache) => cache.addAll(KEPT)));
  self.skipWaiting();
});
self.addEventListener("activate", (event) => {
  const old = caches.keys().then((names) => Promise.all(names.filter((each) => each !== CACHE).map((each) => caches.delete(each))));
  event.waitUntil(old.then(() => self.clients.claim()));
});

const isAsset = (path) => path.includes("/assets/") || path.includes("/static/");
async function answer(request) {
  const cache = await caches.open(CACHE);
  const path = new URL(request.url).pathname;
  const known = await cache.match(request);
  if (known && isAsset(path)) {
    fetch(request).then((fresh) => fresh.ok && cache.put(request, fresh)).catch(() => {});
    return known;
  }
  try {
    const fresh = await fetch(request);
    if (fresh.ok && !fresh.redirected && (isAsset(path) || request.mode === "navigate")) cache.put(request, fresh.clone());
    return fresh;
  } catch (error) {
    if (known) return known;
    if (request.mode === "navigate") return cache.match(ROOT + "offline");
    throw error;
  }
}

self.addEventListener("fetch", (event) => {
  const path = new URL(event.request.url).pathname;
  const isOurs = event.request.method === "GET" && path.startsWith(ROOT) && !path.endsWith("/token") && !path.includes("/wall/") && !path.endsWith(".zip");
  if (isOurs) event.respondWith(answer(event.request));
});
