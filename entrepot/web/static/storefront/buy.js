// Cart and checkout: the forms of the page, sent without leaving it. Every one of them works the same without this file.

const one = (selector, within = document) => within.querySelector(selector);
const all = (selector, within = document) => [...within.querySelectorAll(selector)];
const toast = (text, tone = "") => document.dispatchEvent(new CustomEvent("shop:toast", { detail: { text, tone } }));

async function send(form, part, button, live = "") {
  const data = new FormData(form);
  if (button?.name) data.set(button.name, button.value);
  if (live) data.set("do", live);
  const answer = await fetch(form.getAttribute("action"), { method: "POST", body: data, headers: { Accept: "text/html", "X-Part": part } });
  if (answer.redirected || answer.status >= 500) throw new Error("another page");
  return new DOMParser().parseFromString(await answer.text(), "text/html");
}

function pieces(number) {
  const link = one("[data-cart]");
  if (!link) return;
  let count = one(".count", link);
  if (!Number(number)) { count?.remove(); return; }
  if (!count) { count = Object.assign(document.createElement("span"), { className: "count" }); link.append(" ", count); }
  if (count.firstChild) count.firstChild.nodeValue = number; else count.textContent = number;
}

function say(text) {
  const told = one("#told");
  if (told && text && told.textContent !== text) told.textContent = text;
}

function tell(part) {
  all("[data-toast-now]", part).forEach((p) => toast(p.dataset.toastNow, p.dataset.tone));
}

// ---- into the cart, from whatever page: the drawer opens beside it
document.addEventListener("submit", async (event) => {
  const form = event.target;
  if (form.method !== "post" || !form.action.endsWith("/cart/add/") || form.dataset.part || !HTMLDialogElement.prototype.showModal) return;
  event.preventDefault();
  const before = document.activeElement;
  try {
    const fresh = one("dialog", await send(form, "drawer", event.submitter));
    one("#cart-drawer")?.remove();
    if (!one(`link[href="${fresh.dataset.style}"]`)) document.head.append(Object.assign(document.createElement("link"), { rel: "stylesheet", href: fresh.dataset.style }));
    document.body.append(fresh);
    all("button[disabled]", form).forEach((b) => { b.disabled = false; });
    pieces(fresh.dataset.pieces);
    fresh.addEventListener("close", () => { fresh.remove(); before?.focus(); });
    fresh.showModal();
  } catch {
    form.submit();
  }
});

// ---- what goes well with the cart, once everything else is there
async function load(slot) {
  if (!slot) return;
  try {
    const answer = await fetch(slot.dataset.load, { headers: { Accept: "text/html", "X-Part": "1" } });
    const shown = answer.ok && one("#addons-shown", new DOMParser().parseFromString(await answer.text(), "text/html"));
    if (shown) slot.replaceChildren(shown);
  } catch { /* the cart is whole without it */ }
}
load(one("[data-load]"));

// ---- the cart, as page or as drawer: quantities, removing, coupons
let queue = Promise.resolve();
function change(form, button) {
  queue = queue.then(() => (form.dataset.part === "drawer" ? changeDrawer(form, button) : changeCart(form, button)));
  return queue;
}

// what has the focus, found again in the part that takes its place: by its name, or as the button of the same stepper
function focused() {
  const { id, dataset, form: its } = document.activeElement ?? {};
  const address = its?.getAttribute("action");
  return () => (id && document.getElementById(id)) || (dataset?.step && address && one(`form[action="${address}"] [data-step="${dataset.step}"]`));
}

async function changeDrawer(form, button) {
  const drawer = one("#cart-drawer");
  if (!drawer) return;
  const again = focused();
  one(".body", drawer).setAttribute("aria-busy", "true");
  try {
    const fresh = one("dialog", await send(form, "drawer", button));
    drawer.replaceChildren(...fresh.childNodes);
    pieces(fresh.dataset.pieces);
    (again() || one(".undo button", drawer) || one("header button", drawer))?.focus();
    setTimeout(() => { one("[data-told]", drawer).textContent = fresh.dataset.say; }, 100);
  } catch {
    location.assign(one("a.button.quiet", drawer)?.href ?? location.href);
  }
}

async function changeCart(form, button) {
  const cart = one("#cart");
  const again = focused();
  cart.setAttribute("aria-busy", "true");
  try {
    const fresh = one("#cart", await send(form, "cart", button));
    const beside = one("#addons", cart);
    if (beside && one("#addons", fresh)) one("#addons", fresh).replaceWith(beside);
    cart.replaceWith(fresh);
    pieces(fresh.dataset.pieces);
    tell(fresh);
    say(fresh.dataset.say);
    (again() || one(".undo button"))?.focus();
  } catch {
    location.reload();
  }
}
document.addEventListener("submit", (event) => {
  const { part } = event.target.dataset;
  if (!(part === "cart" && one("#cart")) && !(part === "drawer" && one("#cart-drawer"))) return;
  event.preventDefault();
  change(event.target, event.submitter);
});
let waiting;
document.addEventListener("change", (event) => {
  const input = event.target.closest?.("[data-send]");
  if (!input?.form || !input.checkValidity()) return;
  clearTimeout(waiting);
  waiting = setTimeout(() => { if (input.isConnected) change(input.form); }, 350);
});

// ---- the checkout: what is chosen shows its effect at once; what is being typed is never touched
const form = one("[data-live-form]");
if (form) {
  const parts = ["#problems", "#continue", "#delivery", "#pay-ways", "#summary"];
  const address = ["#address-fields", "#bill-fields"];
  let asked = 0;

  const refresh = async (by, button) => {
    const mine = (asked += 1);
    const swapped = [...parts, ...address.filter((a) => by?.closest(a) && by.matches("select"))];
    const key = document.activeElement?.id;
    all("#delivery, #summary, #pay-ways", form).forEach((p) => p.setAttribute("aria-busy", "true"));
    try {
      const fresh = await send(form, "checkout", button, button ? "" : "update");
      if (mine !== asked) return;
      const typed = new Map(all("#coupon, #gift_card", form).map((i) => [i.id, i.value]));
      const way = one("[name=method]:checked", form)?.value; // perhaps chosen while the answer was on its way
      swapped.forEach((s) => { const [old, now] = [one(s, form), one(s, fresh)]; if (old && now) old.replaceWith(now); });
      if (way) all("[name=method]", form).filter((i) => i.value === way).forEach((i) => { i.checked = true; });
      errors(fresh);
      one("#pay", form)?.classList.toggle("waiting", one("#pay", fresh)?.classList.contains("waiting"));
      if (!button) typed.forEach((value, id) => { const input = document.getElementById(id); if (input && value) input.value = value; });
      if (key && document.activeElement?.id !== key) document.getElementById(key)?.focus();
      say(one("#place", form)?.dataset.say);
    } catch {
      all("[aria-busy]", form).forEach((p) => p.removeAttribute("aria-busy"));
    }
  };

  // the fields that stay where they are learn what is wrong with them, or no longer wrong
  const errors = (fresh) => all(".field :is(input, select, textarea)[id]", form).forEach((input) => {
    const now = fresh.getElementById(input.id);
    if (!now) return;
    for (const name of ["aria-invalid", "aria-describedby"]) if (now.hasAttribute(name)) input.setAttribute(name, now.getAttribute(name)); else input.removeAttribute(name);
    one(".error", input.closest(".field"))?.remove();
    const error = one(".error", now.closest(".field"));
    if (error) input.closest(".field").append(error);
  });

  const isWhole = () => all("#id_email, #address-fields [required]", form).every((i) => i.value.trim());
  form.addEventListener("change", ({ target }) => {
    if (target.matches("[data-live]")) refresh(target);
    else if (target.matches("[name=book], #id_email, #address-fields *") && isWhole()) refresh(target);
  });
  form.addEventListener("click", (event) => {
    const button = event.target.closest("[data-live-button]");
    if (!button) return;
    event.preventDefault();
    refresh(button, button);
  });
  form.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || !event.target.matches("#coupon, #gift_card")) return;
    event.preventDefault();
    const button = one("button", event.target.parentElement);
    refresh(button, button);
  });
  // who presses twice buys once, and sees the answer to the first press
  let bought = false;
  form.addEventListener("submit", (event) => {
    if (event.submitter?.value !== "place") return;
    if (bought) event.preventDefault();
    bought = true;
  });
  addEventListener("pageshow", () => { bought = false; });
  if (!one("#place button", form) && isWhole()) refresh();
  const wrong = one("#summary-of-errors");
  if (wrong) {
    wrong.focus();
    history.replaceState(history.state, ""); // the way back asks for the page again, not whether to send it twice
  }
}
