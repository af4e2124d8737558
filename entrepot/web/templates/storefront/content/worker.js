{% autoescape off %}// Static files from the cache first, pages from the network first; without a network the page last seen, or the
// offline page. Pages of one visitor are never kept.
const VERSION = "{{ version }}", STATIC = `static-${VERSION}`, PAGES = `pages-${VERSION}`, MOST_PAGES = 40;
const OFFLINE = {{ offline }}, SHELL = {{ shell }}, PERSONAL = {{ personal }};

const bare = (path) => path.replace(/^\/zh-hans(?=\/)/, "");
const isPersonal = (url) => PERSONAL.some((start) => bare(url.pathname).startsWith(start));
const offlinePage = (url) => caches.match(url.pathname.startsWith("/zh-hans/") ? OFFLINE["zh-hans"] : OFFLINE.en);

// Fetched as nobody: the page is for whoever holds the device, and the visitor's own session may lead elsewhere.
const asNobody = (path) => new Request(path, { credentials: "omit", redirect: "error" });

self.addEventListener("install", (event) => {
  event.waitUntil(caches.open(STATIC).then((cache) => cache.addAll([...SHELL, ...Object.values(OFFLINE).map(asNobody)])).then(() => self.skipWaiting()));
});

self.addEventListener("activate", (event) => {
  event.waitUntil(caches.keys().then((names) => Promise.all(names.filter((n) => n !== STATIC && n !== PAGES).map((n) => caches.delete(n)))).then(() => self.clients.claim()));
});

async function fromCacheFirst(request) {
  const known = await caches.match(request);
  if (known) return known;
  const answer = await fetch(request);
  if (answer.ok && answer.type === "basic") (await caches.open(STATIC)).put(request, answer.clone());
  return answer;
}

async function keep(request, answer) {
  const cache = await caches.open(PAGES);
  await cache.put(request, answer);
  const kept = await cache.keys();
  await Promise.all(kept.slice(0, Math.max(0, kept.length - MOST_PAGES)).map((old) => cache.delete(old)));
}

async function fromNetworkFirst(event, url) {
  try {
    const answer = await fetch(event.request);
    const mayKeep = answer.ok && answer.type === "basic" && !/no-store|private/.test(answer.headers.get("Cache-Control") ?? "");
    if (mayKeep && !isPersonal(url)) event.waitUntil(keep(event.request, answer.clone()));
    return answer;
  } catch (error) {
    const known = isPersonal(url) ? undefined : await caches.match(event.request);
    return known ?? (await offlinePage(url)) ?? Response.error();
  }
}

self.addEventListener("fetch", (event) => {
  const url = new URL(event.request.url);
  if (event.request.method !== "GET" || url.origin !== location.origin) return;
  if (url.pathname.startsWith("/static/")) event.respondWith(fromCacheFirst(event.request));
  else if (event.request.mode === "navigate") {
    if (bare(url.pathname).startsWith("/accounts/")) event.waitUntil(caches.delete(PAGES));  // who signs in or out leaves nothing behind
    event.respondWith(fromNetworkFirst(event, url));
  }
});
{% endautoescape %}
