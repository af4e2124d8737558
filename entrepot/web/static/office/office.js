// The office's frame: keys, search, dialogs, look, and a guard against losing what was typed. Every page works without it.
const $ = (selector, root = document) => root.querySelector(selector);
const keep = (name, value) => { document.cookie = `${name}=${value}; path=/office/; max-age=31536000; samesite=lax`; };
document.documentElement.classList.add("js");

// ---- search: loaded when first asked for
async function search(event) {
  event?.preventDefault();
  const dialog = $("#of-search");
  if (!dialog.open) { dialog.showModal(); $("[name=q]", dialog).select(); } // at once: what is typed meanwhile belongs here
  const { open } = await import("./search.js");
  open();
}

// ---- keys: what a page offers by data-key="…", and the frame's own
let awaiting = "";
const typing = (target) => target.closest("input, textarea, select, [contenteditable]");
document.addEventListener("keydown", (event) => {
  if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "k") return search(event);
  if (event.ctrlKey || event.metaKey || event.altKey || typing(event.target) || $("dialog[open]")) return;
  if (event.key === "/") return search(event);
  if (event.key === "?") { $("#of-help")?.togglePopover(); return; }
  const pressed = awaiting + event.key;
  awaiting = event.key === "g" ? "g " : "";
  if (pressed === "g h") { location.href = $(".fr-brand").href; return; }
  const offered = [...document.querySelectorAll("[data-key]")].find((e) => e.dataset.key === pressed);
  if (offered) { event.preventDefault(); offered.matches("input, textarea, select") ? offered.focus() : offered.click(); }
});

// ---- one listener for what buttons say of themselves
document.addEventListener("click", (event) => {
  const hit = (name) => event.target.closest(`[data-${name}]`);
  if (hit("search")) search(event);
  else if (hit("dismiss")) event.target.closest(".of-notice").remove();
  else if (hit("close")) event.target.closest("dialog").close();
  else if (hit("dialog")) { event.preventDefault(); $(hit("dialog").dataset.dialog)?.showModal(); }
  else if (hit("fold")) keep("office_nav", document.documentElement.classList.toggle("fr-narrow") ? "narrow" : "wide");
  for (const menu of document.querySelectorAll(".fr-menu[open], .of-menu[open]")) if (!menu.contains(event.target)) menu.open = false;
});
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  const menu = event.target.closest(".fr-menu[open], .of-menu[open]");
  if (menu) { menu.open = false; $("summary", menu).focus(); }
});
for (const group of document.querySelectorAll(".fr-group")) group.addEventListener("toggle", () => {
  const closed = [...document.querySelectorAll(".fr-group:not([open])")].map((g) => g.dataset.group);
  keep("office_closed", closed.join(".") || "none");
});
$("[data-look]")?.addEventListener("submit", (event) => {
  event.preventDefault();
  const { value } = event.submitter;
  document.documentElement.dataset.theme = value;
  keep("office_theme", value);
  for (const button of event.target.querySelectorAll("button")) button.toggleAttribute("aria-current", button === event.submitter);
});

// ---- a dialog for what a form is about to do: <form data-confirm="#id">
document.addEventListener("submit", (event) => {
  const dialog = event.target.dataset.confirm && $(event.target.dataset.confirm);
  if (!dialog || dialog.dataset.agreed) return;
  event.preventDefault();
  const form = event.target, { submitter } = event;
  dialog.showModal();
  dialog.addEventListener("close", () => {
    if (dialog.returnValue !== "yes") return;
    dialog.dataset.agreed = "1"; dialog.returnValue = "";
    form.requestSubmit(submitter);
    delete dialog.dataset.agreed;
  }, { once: true });
});

// ---- what was typed is not lost by leaving: <form data-guard>
const touched = new Set();
document.addEventListener("input", (event) => { const form = event.target.closest("form[data-guard]"); if (form) touched.add(form); });
document.addEventListener("submit", (event) => { if (!event.defaultPrevented) touched.delete(event.target); });
window.addEventListener("beforeunload", (event) => { if (touched.size) event.preventDefault(); });

// ---- one press does it once: a second one while the answer is on its way is no second delivery
let sent = new WeakMap();
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (event.defaultPrevented || form.method !== "post") return;
  if (Date.now() - (sent.get(form) ?? 0) < 4000) event.preventDefault(); else sent.set(form, Date.now());
});
window.addEventListener("pageshow", () => { sent = new WeakMap(); });

// ---- a page that the browser had put aside is shown again only to who is still signed in
window.addEventListener("pageshow", async (event) => {
  if (!event.persisted) return;
  document.body.hidden = true;
  const answer = await fetch("/office/desk/search/?part=1", { method: "HEAD", redirect: "manual" }).catch(() => null);
  if (answer && !answer.ok) location.reload(); else document.body.hidden = false;
});

// ---- lists: choose all, and say how many are chosen
const list = $("[data-list]");
if (list) {
  const boxes = () => [...list.querySelectorAll("input[data-pick]")];
  const tell = () => {
    const chosen = boxes().filter((b) => b.checked).length, bar = $("[data-bulk]");
    if (!bar) return;
    bar.hidden = !chosen;
    $("[data-chosen]", bar).textContent = chosen;
    $("[data-pick-all]").checked = chosen > 0 && chosen === boxes().length;
  };
  list.addEventListener("change", (event) => {
    if (event.target.matches("[data-pick-all]")) for (const box of boxes()) box.checked = event.target.checked;
    tell();
  });
  tell();
  let at = -1;
  document.addEventListener("keydown", (event) => {
    if (typing(event.target) || event.ctrlKey || event.metaKey || event.altKey || !["j", "k", "x"].includes(event.key)) return;
    const rows = [...list.querySelectorAll("tbody tr")];
    if (event.key === "x") { $("input[data-pick]", rows[at] ?? list)?.click(); return; }
    at = Math.max(0, Math.min(rows.length - 1, at + (event.key === "j" ? 1 : -1)));
    $("a", rows[at])?.focus();
  });
}
for (const field of document.querySelectorAll("[data-submits]")) field.addEventListener("change", () => field.form.requestSubmit());

// ---- a form that came back: to what is wrong in it, whatever it is folded into
const wrong = $(".of-work [aria-invalid=true], .of-work .of-error[role=alert]");
for (let fold = wrong?.closest("details"); fold; fold = fold.parentElement.closest("details")) fold.open = true;
wrong?.focus({ preventScroll: true });
wrong?.scrollIntoView({ block: "center" });
