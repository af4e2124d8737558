// The rule of a collection: each row shows the control that its subject needs; the count follows what is chosen.
const form = document.querySelector("form[data-try]"), place = document.querySelector("#tried");
const LISTS = ["brand", "category", "type"];
function shape() {
  const byRule = form.elements.kind.value === "rule";
  for (const e of form.querySelectorAll("[data-rule]")) e.hidden = !byRule;
  for (const e of form.querySelectorAll("[data-hand]")) e.hidden = byRule;
  for (const row of form.querySelectorAll("[data-condition]")) {
    const subject = row.querySelector("select[name$='-field']").value, verb = row.querySelector("select[name$='-verb']").value;
    const wanted = LISTS.includes(subject) ? subject : subject === "tag" || (subject.startsWith("attribute:") && !["yes", "no"].includes(verb)) ? "value" : "";
    for (const part of row.querySelectorAll("[data-for]")) part.hidden = part.dataset.for !== wanted;
  }
}
let waiting = 0;
async function count() {
  const answer = await fetch(form.dataset.try, { method: "POST", body: new FormData(form) });
  if (answer.ok) place.innerHTML = await answer.text();
}
form.addEventListener("input", () => { shape(); clearTimeout(waiting); waiting = setTimeout(count, 350); });
shape();
