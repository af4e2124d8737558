// What a visitor allows, and what is reported with their yes. Without it this file sends nothing and stores nothing.

const ADDRESS = "/api/v1/events";
const told = new WeakSet();

function mayCount() {
  if (navigator.globalPrivacyControl || navigator.doNotTrack === "1") return false;
  const said = document.cookie.split("; ").find((c) => c.startsWith("consent="));
  return said ? said.slice(8).split("~").slice(1).includes("analytics") : false;
}

function report(event) {
  if (!mayCount()) return;
  const channel = document.querySelector("script[data-channel]")?.dataset.channel ?? "";
  navigator.sendBeacon(ADDRESS, new Blob([JSON.stringify({ channel, ...event })], { type: "application/json" }));
}

function read(element) {
  try { return JSON.parse(element.dataset.event); } catch { return null; }
}

// What is shown is reported once, when it is shown; what is pressed or sent, when that happens.
function look() {
  if (!mayCount()) return;
  for (const element of document.querySelectorAll("[data-event]:not(a, button, form)")) {
    if (told.has(element)) continue;
    told.add(element);
    const event = read(element);
    if (event) report(event);
  }
}

document.addEventListener("click", (event) => {
  const pressed = event.target.closest("a[data-event], button[data-event]");
  if (pressed) report(read(pressed));
  const link = event.target.closest("a[href]");
  const list = link?.closest("[data-event]");
  const shown = list && list !== link ? read(list) : null;
  if (shown?.name !== "view_item_list") return;
  const item = shown.items?.find((i) => new URL(link.href).pathname.includes(`/p/${encodeURI(i.item_id)}/`));
  if (item) report({ name: "select_item", params: shown.params ?? {}, items: [item] });
});

document.addEventListener("submit", (event) => {
  const form = event.target.closest("form[data-event]");
  if (form && !event.defaultPrevented) {
    const sent = read(form);
    const quantity = form.querySelector("[name=quantity]")?.value;
    if (sent?.items?.length === 1 && quantity) sent.items[0].quantity = quantity;
    if (sent) report(sent);
  }
}, true);

// A way of delivery or of payment, when it is chosen.
document.addEventListener("change", (event) => {
  const group = event.target.closest("[data-event-change]");
  if (!group || !event.target.value || event.target.type === "hidden") return;
  try { report({ ...JSON.parse(group.dataset.eventChange), params: { choice: event.target.value.slice(0, 200) } }); } catch { /* not ours */ }
});

// The question is answered in place; without script the form does the same with a page load.
document.addEventListener("submit", async (event) => {
  const form = event.target.closest("form[data-consent]");
  if (!form) return;
  event.preventDefault();
  const body = new URLSearchParams(new FormData(form, event.submitter));
  const answer = await fetch(form.action, { method: "POST", body, headers: { "X-Requested-With": "fetch" } }).catch(() => null);
  if (!answer?.ok) return form.submit();
  document.getElementById("consent")?.remove();
  document.getElementById("content")?.focus({ preventScroll: true });
  look();
});

function begin() {
  look();
  document.addEventListener("htmx:afterSettle", look);
  if ("serviceWorker" in navigator) navigator.serviceWorker.register("/sw.js").catch(() => {});
}

// A page that the browser prepares ahead has not been seen yet.
if (document.prerendering) document.addEventListener("prerenderingchange", begin, { once: true });
else begin();
