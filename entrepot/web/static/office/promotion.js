// The promotion form: sample carts and warnings follow what is typed; conditions that the price itself cannot have go away.
const form = document.querySelector("form[data-try]"), place = document.querySelector("#trial");
let waiting = 0, asking = null;
async function look() {
  asking?.abort();
  asking = new AbortController();
  place.setAttribute("aria-busy", "true");
  try {
    const answer = await fetch(form.dataset.try, { method: "POST", body: new FormData(form), signal: asking.signal });
    if (answer.ok) place.innerHTML = await answer.text();
  } catch (error) { if (error.name !== "AbortError") throw error; return; }
  place.removeAttribute("aria-busy");
}
const scope = form.elements.scope;
const shape = () => { const inPrice = scope ? scope.value === "catalogue" : form.elements.kind.value === "flash_price"; for (const part of form.querySelectorAll("[data-cart]")) part.hidden = inPrice; };
form.addEventListener("input", () => { clearTimeout(waiting); waiting = setTimeout(look, 450); });
scope?.addEventListener("change", shape);
shape();
