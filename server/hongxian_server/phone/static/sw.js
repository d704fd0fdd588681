// Without a line a page stands as whoever is here last saw it, and what was never seen says so. What one person saw is
// kept apart from what another did, and goes with them.
const ROOT = new URL("./", self.location).pathname;
const SHELL = "hongxian-shell", OF = (id) => `hongxian-of-${id}`, NOW = `${ROOT}now`, MOST_PAGES = 40;
const PAGES = ["offline", "waiting"].map((each) => ROOT + each);
const FILES = [
  ...["phone.css", "phone.js", "kept.js", "keys.js", "again.js", "outbox.js", "photos.js", "counts.js", "forms.js", "waiting.js", "words.js"].map((each) => `static/${each}`),
  ...["tokens.css", "fields.js", "icons.svg", "thread.svg"].map((each) => `assets/${each}`),
].map((each) => ROOT + each);

self.addEventListener("install", (event) => {
  self.skipWaiting();
  event.waitUntil(caches.open(SHELL).then((shell) => shell.addAll([...PAGES, ...FILES])));
});
self.addEventListener("activate", (event) => event.waitUntil(begin()));

// The page that brought this worker was not asked for through it.
async function begin() {
  await self.clients.claim();
  for (const each of await self.clients.matchAll()) {
    if (isPage(new URL(each.url).pathname)) await fetch(each.url).then((fresh) => keep(each.url, fresh)).catch(() => {});
  }
}

const isFile = (path) => path.startsWith(`${ROOT}assets/`) || path.startsWith(`${ROOT}static/`);
const isPage = (path) => path.startsWith(ROOT) && !isFile(path) && !/\/(token|door|sw\.js|wall\/.*|picture\/.*|.*\.(zip|json))$/.test(path);

// A file, and a wall: the browser tries that again by itself.
const isAlone = (path) => path.endsWith(".zip") || path.startsWith(`${ROOT}wall/`);

async function keep(address, fresh) {
  if (!fresh.ok || fresh.redirected) return;
  const of = fresh.headers.get("Hongxian-Of");
  if (of) await (await caches.open(SHELL)).put(NOW, new Response(of));
  const seen = await caches.open(OF(of ?? ""));
  await seen.put(address, fresh);
  for (const old of (await seen.keys()).slice(0, -MOST_PAGES)) await seen.delete(old);
}

async function seen(request, path) {
  const shell = await caches.open(SHELL);
  const now = await shell.match(NOW);
  for (const of of new Set([now ? await now.text() : "", ""])) {
    if (!(await caches.has(OF(of)))) continue;
    const known = await (await caches.open(OF(of))).match(request);
    if (known) return known;
  }
  return shell.match(PAGES.includes(path) ? path : PAGES[0]);
}

// As it was then: the page itself says when.
async function asSeen(known) {
  const since = `<body data-seen="${known.headers.get("Date")}" `;
  return new Response((await known.text()).replace("<body ", since), { headers: known.headers });
}

async function page(request, path) {
  try {
    const fresh = await fetch(request);
    if (fresh.status > 501) throw new Error(String(fresh.status)); // a proxy, whose hub is away
    if (request.method === "GET" && isPage(path)) await keep(request.url, fresh.clone());
    return fresh;
  } catch {
    return asSeen(await seen(request, path));
  }
}

async function file(request) {
  const shell = await caches.open(SHELL);
  const known = await shell.match(request);
  const asked = fetch(request).then((fresh) => (fresh.ok && shell.put(request, fresh.clone()), fresh));
  if (!known) return asked;
  asked.catch(() => {});
  return known;
}

self.addEventListener("fetch", (event) => {
  const { pathname } = new URL(event.request.url);
  if (!pathname.startsWith(ROOT)) return;
  if (event.request.method === "GET" && isFile(pathname)) event.respondWith(file(event.request));
  else if (event.request.mode === "navigate" && !isAlone(pathname)) event.respondWith(page(event.request, pathname));
});
