// Conveniences only: every page works the same without this file.

// Choosing an option swaps the product in place instead of loading the page again.
document.addEventListener("click", async (event) => {
  const link = event.target.closest("a[data-swap]");
  if (!link || event.metaKey || event.ctrlKey || event.shiftKey || event.button) return;
  event.preventDefault();
  const address = link.href.replace(/#.*$/, "");
  try {
    const answer = await fetch(address, { headers: { Accept: "text/html" } });
    const fresh = new DOMParser().parseFromString(await answer.text(), "text/html").querySelector("#product");
    if (!answer.ok || !fresh) throw new Error("no product");
    const label = link.closest("[role=group]")?.getAttribute("aria-label");
    document.querySelector("#product").replaceWith(fresh);
    history.replaceState(null, "", address);
    const groups = [...fresh.querySelectorAll("[role=group]")];
    groups.find((g) => g.getAttribute("aria-label") === label)?.querySelector("[aria-current]")?.focus();
  } catch {
    location.assign(link.href);
  }
});

// A filter or a sort order applies as soon as it is chosen, on wide screens where the result is in view.
document.addEventListener("change", (event) => {
  const form = event.target.closest("form.facets");
  if (form && matchMedia("(min-width: 52rem)").matches) form.requestSubmit();
});

// One press buys once.
document.addEventListener("submit", (event) => {
  const button = event.target.querySelector("button:not([name])");
  if (event.target.method === "post" && button) setTimeout(() => { button.disabled = true; setTimeout(() => { button.disabled = false; }, 4000); });
});
window.addEventListener("pageshow", () => document.querySelectorAll("button[disabled]").forEach((b) => { b.disabled = false; }));
