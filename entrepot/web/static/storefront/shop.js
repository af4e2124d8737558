// Conveniences only: every page works the same without this file. Each part waits for what it needs to be on the page.

const $ = (selector, within = document) => within.querySelector(selector);
const $$ = (selector, within = document) => [...within.querySelectorAll(selector)];

// ---- toasts: any module says document.dispatchEvent(new CustomEvent("shop:toast", { detail: { text, tone } }))
document.addEventListener("shop:toast", ({ detail }) => {
  const toast = document.createElement("p");
  toast.className = `toast ${detail.tone ?? ""}`;
  toast.textContent = detail.text;
  $("#toasts")?.append(toast);
  setTimeout(() => toast.remove(), detail.tone === "error" ? 9000 : 5000);
});

// ---- dialogs and drawers open by data-open="id"; a press beside them closes; steppers; toasts by data-toast
document.addEventListener("click", (event) => {
  const pressed = event.target.closest("[data-open], [data-step], [data-toast]");
  if (event.target instanceof HTMLDialogElement && event.target.open && beside(event.target, event)) event.target.close();
  if (!pressed) return;
  if (pressed.dataset.toast) document.dispatchEvent(new CustomEvent("shop:toast", { detail: { text: pressed.dataset.toast } }));
  if (pressed.dataset.step) step($("input[type=number]", pressed.closest(".stepper")), Number(pressed.dataset.step));
  const dialog = pressed.dataset.open && document.getElementById(pressed.dataset.open);
  if (dialog?.showModal) {
    event.preventDefault();
    dialog.showModal();
    dialog.dispatchEvent(new CustomEvent("shop:opened", { detail: pressed }));
  }
});

function beside(dialog, { clientX: x, clientY: y }) {
  const box = dialog.getBoundingClientRect();
  return (x || y) && (x < box.left || x > box.right || y < box.top || y > box.bottom);
}

function step(input, by) {
  const before = input.value;
  if (by > 0) input.stepUp(); else input.stepDown();
  if (input.value !== before) input.dispatchEvent(new Event("change", { bubbles: true }));
}

// ---- parts of a page are fetched and put in place; the address follows
let latest = 0;
async function swap(address, selectors, { keep = false } = {}) {
  const mine = (latest += 1);
  $$(selectors.join()).forEach((part) => part.setAttribute("aria-busy", "true"));
  try {
    const answer = await fetch(address, { headers: { Accept: "text/html", "X-Part": "1" } });
    const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
    if (mine !== latest) return false;
    if (!answer.ok || selectors.some((s) => !$(s, fresh))) throw new Error("not the same page");
    selectors.forEach((s) => $(s).replaceWith($(s, fresh)));
    document.title = fresh.title;
    history[keep ? "pushState" : "replaceState"]({ swapped: true }, "", address);
    return true;
  } catch {
    location.assign(address);
    return false;
  }
}

// an option of a product, a filter's chip, a page of a shelf
document.addEventListener("click", async (event) => {
  const link = event.target.closest("a[data-swap]");
  if (!link || event.metaKey || event.ctrlKey || event.shiftKey || event.button) return;
  event.preventDefault();
  const address = link.href.replace(/#.*$/, "");
  if (link.dataset.swap === "shelf") {
    if (await swap(address, ["#shelf"], { keep: true })) found();
    return;
  }
  const label = link.closest("[role=group]")?.getAttribute("aria-label");
  if (await swap(address, ["#product"])) {
    const groups = $$("#product [role=group]");
    $("[aria-current]", groups.find((g) => g.getAttribute("aria-label") === label) ?? document)?.focus();
  }
});

// a filter applies as soon as it is chosen; empty fields stay out of the address
document.addEventListener("change", (event) => {
  const form = event.target.closest("form.facets");
  if (form) narrow(form, event.target);
});
document.addEventListener("submit", (event) => {
  if (!event.target.matches("form.facets")) return;
  event.preventDefault();
  narrow(event.target, null, true);
});

async function narrow(form, touched, done = false) {
  const query = new URLSearchParams([...new FormData(form)].filter(([, value]) => value !== ""));
  const open = $$("details[open]", form).map((d) => d.dataset.facet);
  const shown = $("#show-filters")?.checked;
  if (!(await swap(`${location.pathname}?${query}`, ["#shelf"], { keep: true }))) return;
  const again = $("form.facets");
  $$("details", again).forEach((d) => { if (open.includes(d.dataset.facet)) d.open = true; });
  if ($("#show-filters")) $("#show-filters").checked = shown && !done;
  if (touched?.name) $$(`[name="${CSS.escape(touched.name)}"]`, again).find((i) => i.value === touched.value)?.focus({ preventScroll: true });
  found(done);
}

function found(scroll = true) {
  const told = $("#found");
  if (scroll) { $("#shelf").scrollIntoView({ block: "start" }); told?.focus({ preventScroll: true }); }
  if (told) $("#told").textContent = told.textContent.trim();
}
window.addEventListener("popstate", (event) => { if (event.state?.swapped || $("#shelf")) location.reload(); });

// ---- suggestions while typing: a combobox whose options are links
const search = $("form.search[data-suggest]");
if (search) {
  const input = $("input", search);
  const words = $("[data-words]", search).content;
  const say = (name) => $(`[data-${name}]`, words).textContent;
  const list = Object.assign(document.createElement("div"), { id: "suggestions", className: "suggestions", hidden: true });
  list.setAttribute("role", "listbox");
  list.setAttribute("aria-label", say("some"));
  const told = Object.assign(document.createElement("span"), { className: "visually-hidden" });
  told.setAttribute("role", "status");
  search.append(list, told);
  for (const [name, value] of Object.entries({ role: "combobox", "aria-autocomplete": "list", "aria-expanded": "false", "aria-controls": "suggestions" })) input.setAttribute(name, value);
  let timer, asked = 0, at = -1;
  const kept = new Map();

  input.addEventListener("input", () => { clearTimeout(timer); timer = setTimeout(suggest, 90); });
  input.addEventListener("focus", () => { if (input.value.trim() && list.hidden) suggest(); });
  search.addEventListener("focusout", (event) => { if (!search.contains(event.relatedTarget)) close(); });
  input.addEventListener("keydown", (event) => {
    const options = $$("[role=option]", list);
    if (event.key === "Escape" && !list.hidden) { event.preventDefault(); close(); return; }
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      if (list.hidden) { suggest(); return; }
      const by = event.key === "ArrowDown" ? 1 : -1;
      mark(options, ((at + by + 1 + options.length + 1) % (options.length + 1)) - 1);
    }
    if (event.key === "Enter" && at >= 0 && options[at]) { event.preventDefault(); options[at].click(); }
  });

  async function suggest() {
    const text = input.value.trim();
    const mine = (asked += 1);
    if (!text) { close(); return; }
    try {
      if (!kept.has(text)) kept.set(text, await (await fetch(`${search.dataset.suggest}&q=${encodeURIComponent(text)}`)).json());
    } catch { return; }
    if (mine === asked && document.activeElement === input) show(kept.get(text), text);
  }

  function show({ products = [], categories = [], queries = [] }, text) {
    list.replaceChildren();
    at = -1;
    const group = (name, entries) => {
      if (!entries.length) return;
      const part = Object.assign(document.createElement("div"), { className: `part ${name}` });
      part.setAttribute("role", "group");
      part.setAttribute("aria-label", say(name));
      const head = Object.assign(document.createElement("p"), { textContent: say(name) });
      head.setAttribute("aria-hidden", "true");
      part.append(head, ...entries);
      list.append(part);
    };
    group("queries", queries.filter((q) => q !== text.toLowerCase()).slice(0, 4).map((q) => option(`${search.action}?q=${encodeURIComponent(q)}`, q)));
    group("categories", categories.slice(0, 4).map((c) => option(search.dataset.category.replace("slug", encodeURIComponent(c.slug)), c.name)));
    group("products", products.slice(0, 5).map(product));
    if (list.children.length) list.append(option(`${search.action}?q=${encodeURIComponent(text)}`, say("all"), "every"));
    const many = $$("[role=option]", list);
    many.forEach((one, n) => { one.id = `suggestion-${n}`; });
    told.textContent = many.length ? `${many.length} ${say("some")}` : say("none");
    list.hidden = !many.length;
    input.setAttribute("aria-expanded", String(!list.hidden));
  }

  function option(address, text, kind = "") {
    const link = Object.assign(document.createElement("a"), { href: address, className: kind, tabIndex: -1, textContent: text });
    link.setAttribute("role", "option");
    link.setAttribute("aria-selected", "false");
    return link;
  }

  function product(card) {
    const link = option(search.dataset.product.replace("slug", encodeURIComponent(card.slug)), "");
    const picture = document.createElement("img");
    Object.assign(picture, { alt: "", width: 48, height: 48, src: card.image?.renditions?.at(-1)?.url ?? card.image?.url ?? "" });
    const name = Object.assign(document.createElement("span"), { className: "name", textContent: card.name });
    const price = Object.assign(document.createElement("span"), { className: "price num", textContent: card.price ? amount(card.price) : "" });
    link.append(...(card.image ? [picture] : []), name, price);
    return link;
  }

  function amount({ amount_minor: minor, currency, varies }) {
    const format = new Intl.NumberFormat(document.documentElement.lang, { style: "currency", currency, currencyDisplay: "narrowSymbol" });
    const text = format.format(minor / 10 ** format.resolvedOptions().maximumFractionDigits);
    return varies ? say("from").replace("{amount}", text) : text;
  }

  function mark(options, where) {
    at = where;
    options.forEach((one, n) => one.setAttribute("aria-selected", String(n === at)));
    if (at >= 0) { input.setAttribute("aria-activedescendant", options[at].id); options[at].scrollIntoView({ block: "nearest" }); } else input.removeAttribute("aria-activedescendant");
  }

  function close() {
    list.hidden = true;
    at = -1;
    input.setAttribute("aria-expanded", "false");
    input.removeAttribute("aria-activedescendant");
  }
}

// ---- what a visitor points at is fetched before they press it
const fetched = new Set([location.href]);
function intend(event) {
  const link = event.target.closest?.("a[href]");
  if (!link || link.origin !== location.origin || link.rel.includes("nofollow") || /^\/(zh-hans\/)?(cart|checkout|account|accounts|office)/.test(link.pathname)) return;
  const address = link.href.replace(/#.*$/, "");
  if (fetched.has(address) || fetched.size > 40 || navigator.connection?.saveData) return;
  const timer = setTimeout(() => {
    fetched.add(address);
    document.head.append(Object.assign(document.createElement("link"), { rel: "prefetch", href: address, as: "document" }));
  }, event.type === "touchstart" ? 0 : 80);
  link.addEventListener("pointerleave", () => clearTimeout(timer), { once: true });
}
document.addEventListener("pointerover", intend, { passive: true });
document.addEventListener("touchstart", intend, { passive: true });

// ---- the gallery: thumbnails scroll the strip, the strip marks its thumbnail
document.addEventListener("click", (event) => {
  const thumb = event.target.closest(".thumbs a");
  const picture = thumb && $(thumb.hash);
  if (!picture) return;
  event.preventDefault();
  const strip = picture.closest(".strip");
  strip.scrollTo({ left: picture.offsetLeft - strip.offsetLeft, behavior: matchMedia("(prefers-reduced-motion: reduce)").matches ? "auto" : "smooth" });
  $$("a", thumb.closest(".thumbs")).forEach((a) => a.toggleAttribute("aria-current", a === thumb));
});
document.addEventListener("shop:opened", ({ target, detail }) => {
  if (target.id === "zoom" && detail.dataset.picture) $(`#large-${detail.dataset.picture}`)?.scrollIntoView({ block: "nearest", inline: "center" });
}, true);

// ---- one press buys once
document.addEventListener("submit", (event) => {
  const button = $("button:not([name], [type=button])", event.target);
  if (event.target.method === "post" && button) setTimeout(() => { button.disabled = true; setTimeout(() => { button.disabled = false; }, 4000); });
});
window.addEventListener("pageshow", () => $$("button[disabled]:not([data-stays])").forEach((b) => { b.disabled = false; }));

// ---- a product that is shown was looked at, also when its page had been fetched before; kept with a yes to that only
const shownProduct = $("#product[data-seen]");
if (shownProduct && !navigator.globalPrivacyControl && /(?:^|; )consent=[^;]*~marketing/.test(document.cookie)) {
  const id = shownProduct.dataset.seen;
  const before = (document.cookie.match(/(?:^|; )seen=([\w.-]*)/)?.[1] ?? "").split(".").filter((other) => other && other !== id);
  document.cookie = `seen=${[id, ...before].slice(0, 8).join(".")}; path=/; max-age=2592000; samesite=lax${location.protocol === "https:" ? "; secure" : ""}`;
}

// ---- what was looked at stays in this browser, by shop and language, and is shown from there; none of it is sent
const RECENT = `recent ${$(".search")?.dataset.suggest} ${document.documentElement.lang}`;
function recentlySeen() {
  try { return JSON.parse(localStorage.getItem(RECENT)).filter((one) => one.address?.startsWith("/")); } catch { return []; }
}
const rail = $("[data-recent]"), seenBefore = recentlySeen().filter((one) => one.address !== location.pathname);
if (rail && seenBefore.length) {
  $("ul", rail).append(...seenBefore.map(recentCard));
  rail.hidden = false;
  $("[data-forget]", rail).addEventListener("click", () => { localStorage.removeItem(RECENT); rail.remove(); $("main").focus(); });
}
function recentCard({ address, name, picture }) {
  const [item, link, frame, label] = ["li", "a", "span", "span"].map((tag) => document.createElement(tag));
  Object.assign(link, { className: "card", href: address });
  frame.className = "picture";
  if (picture) frame.append(Object.assign(document.createElement("img"), { src: picture, alt: "", width: 400, height: 400, loading: "lazy" }));
  Object.assign(label, { className: "name", textContent: name });
  link.append(frame, label);
  item.append(link);
  return item;
}
if ($("#product")) {
  const here = { address: location.pathname, name: $("h1").textContent, picture: $(".strip img")?.getAttribute("src") ?? "" };
  try { localStorage.setItem(RECENT, JSON.stringify([here, ...seenBefore].slice(0, 8))); } catch { /* a browser that keeps nothing */ }
}
