// Search over the whole office: an ARIA combobox whose list is drawn by the server while one types.
const dialog = document.querySelector("#of-search"), form = dialog.querySelector("form"), field = form.elements.q;
const found = dialog.querySelector("#of-found"), told = dialog.querySelector("[data-told]");
let at = -1, timer = 0, asked = null;

const hits = () => [...found.querySelectorAll("a[role=option]")];

function choose(index) {
  const all = hits();
  at = all.length ? (index + all.length) % all.length : -1;
  all.forEach((hit, n) => hit.setAttribute("aria-selected", String(n === at)));
  if (at >= 0) { field.setAttribute("aria-activedescendant", all[at].id); all[at].scrollIntoView({ block: "nearest" }); }
  else field.removeAttribute("aria-activedescendant");
}

async function ask() {
  asked?.abort();
  asked = new AbortController();
  const address = new URL(form.dataset.source, location.href);
  address.search = new URLSearchParams({ q: field.value, part: "1" });
  try {
    const answer = await fetch(address, { signal: asked.signal, headers: { "X-Requested-With": "fetch" } });
    if (!answer.ok) return;
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    found.replaceChildren(...page.body.children);
    const all = hits();
    field.setAttribute("aria-expanded", String(all.length > 0));
    told.textContent = found.querySelector("[data-count]")?.dataset.count ?? "";
    choose(field.value ? 0 : -1);
  } catch (error) {
    if (error.name !== "AbortError") throw error;
  }
}

field.addEventListener("input", () => { clearTimeout(timer); timer = setTimeout(ask, 90); });
field.addEventListener("keydown", (event) => {
  // the browser would spend the first Escape on emptying the field
  if (event.key === "Escape") { event.preventDefault(); dialog.close(); }
  if (event.key === "ArrowDown" || event.key === "ArrowUp") { event.preventDefault(); choose(at + (event.key === "ArrowDown" ? 1 : -1)); }
});
form.addEventListener("submit", (event) => {
  const hit = hits()[at];
  if (hit) { event.preventDefault(); location.href = hit.href; }
});
dialog.addEventListener("click", (event) => { if (event.target === dialog) dialog.close(); });

export function open() {
  if (!dialog.open) { dialog.showModal(); field.select(); }
  ask();
}
