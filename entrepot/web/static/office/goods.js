// Sheets: long forms that send only what was changed, save by key, and warn before typed work is lost.
const sheet = document.querySelector("form[data-sheet]");
export const own = (form, selector) => [...form.elements].filter((e) => e.name && (!selector || e.matches(selector)));
const stood = new Map();
const value = (e) => (e.type === "checkbox" || e.type === "radio" ? String(e.checked) : e.multiple ? [...e.selectedOptions].map((o) => o.value).join("\n") : e.value);
// What the page came with, not what stands there now: coming back, the browser puts in again what was typed.
const first = (e) => {
  if (e.type === "checkbox" || e.type === "radio") return String(e.defaultChecked);
  if (!e.options) return e.defaultValue ?? value(e);
  const chosen = [...e.options].filter((o) => o.defaultSelected).map((o) => o.value);
  return e.multiple ? chosen.join("\n") : chosen.at(-1) ?? e.options[0]?.value ?? "";
};
const isNew = (e) => !stood.has(e) || e.dataset.typed !== undefined || value(e) !== stood.get(e);
export const changed = () => own(sheet).some((e) => e.type !== "hidden" && !e.matches("[data-pick], [data-always], [data-bulk] *") && isNew(e));

function sends(e) {
  if (e.dataset.always !== undefined || e.name === "csrfmiddlewaretoken" || e.matches("[data-pick], [data-bulk] *")) return true;
  const whole = e.closest("[data-whole]");
  if (whole) return own(sheet).some((x) => whole.contains(x) && isNew(x) && x.dataset.always === undefined) || Boolean(whole.querySelector("[data-always]:checked"));
  if (e.name.endsWith("-shown")) return own(sheet).some((x) => x.name === e.name.slice(0, -6) && isNew(x));
  if (e.type === "checkbox") return own(sheet).some((x) => x.name === e.name && isNew(x));
  return isNew(e);
}

if (sheet) {
  for (const e of own(sheet)) if (e.dataset.typed === undefined) stood.set(e, first(e));
  sheet.addEventListener("formdata", ({ formData }) => {
    const kept = new Set(own(sheet).filter(sends).map((e) => e.name));
    for (const name of [...formData.keys()]) if (!kept.has(name)) formData.delete(name);
  });
  let leaving = false;
  sheet.addEventListener("submit", () => { leaving = true; });
  addEventListener("beforeunload", (event) => { if (!leaving && changed()) event.preventDefault(); });
  addEventListener("keydown", (event) => {
    if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "s") { event.preventDefault(); sheet.requestSubmit(); }
  });
  const tell = () => document.querySelector(".gd-save")?.classList.toggle("gd-dirty", changed());
  sheet.addEventListener("input", tell);
  sheet.addEventListener("change", tell);
  const wrong = sheet.querySelector("[aria-invalid]");
  wrong?.closest("details:not([open])")?.setAttribute("open", "");
  wrong?.focus();
}

// Lists whose entries are put in order: by drag, or by the arrow keys on a handle.
for (const list of document.querySelectorAll("[data-order]")) {
  let held = null;
  const number = () => [...list.querySelectorAll(":scope > [data-item]")].forEach((item, n) => {
    const place = item.querySelector("input[name$='-position']");
    if (place && place.value !== String(n + 1)) { place.value = n + 1; place.dispatchEvent(new Event("input", { bubbles: true })); }
  });
  list.addEventListener("dragstart", (event) => {
    if (event.target.matches("input, textarea")) return;
    held = event.target.closest("[data-item]");
    held?.classList.add("gd-held");
  });
  list.addEventListener("dragover", (event) => {
    const over = event.target.closest("[data-item]");
    if (!held || !over || over === held) return;
    event.preventDefault();
    const box = over.getBoundingClientRect();
    over[event.clientY > box.top + box.height / 2 ? "after" : "before"](held);
  });
  list.addEventListener("dragend", () => { held?.classList.remove("gd-held"); held = null; number(); });
  list.addEventListener("keydown", (event) => {
    const item = event.target.matches("[data-handle]") && event.target.closest("[data-item]");
    const step = { ArrowUp: -1, ArrowLeft: -1, ArrowDown: 1, ArrowRight: 1 }[event.key];
    if (!item || !step) return;
    event.preventDefault();
    const other = step < 0 ? item.previousElementSibling : item.nextElementSibling;
    if (other?.matches("[data-item]")) { other[step < 0 ? "before" : "after"](item); event.target.focus(); number(); }
  });
}
