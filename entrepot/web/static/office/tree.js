// The category tree: drag a branch to a place, or move it by the arrow keys on its handle. The server decides; then the page shows it.
const root = document.querySelector("[data-tree]"), said = document.querySelector("#tree-said");
const token = document.querySelector("[name=csrfmiddlewaretoken]")?.value;
async function send(address, fields) {
  const body = new URLSearchParams({ csrfmiddlewaretoken: token, ...fields });
  const answer = await fetch(address, { method: "POST", body, headers: { "X-Piece": "1" } });
  if (!answer.ok) { said.textContent = await answer.text(); said.classList.remove("of-hidden"); said.classList.add("of-error"); return; }
  location.href = `${location.pathname}?at=${fields.id}#c-${fields.id}`;
  location.reload();
}
if (root) {
  let held = null, line = null;
  const mark = document.createElement("li");
  mark.className = "gd-drop";
  root.addEventListener("dragstart", (event) => { held = event.target.closest("[data-node]"); held?.classList.add("gd-held"); event.dataTransfer.setData("text/plain", held?.dataset.slug ?? ""); });
  root.addEventListener("dragover", (event) => {
    const over = event.target.closest("[data-node]");
    if (!held || !over || held.contains(over)) return;
    event.preventDefault();
    const box = over.querySelector(".gd-node").getBoundingClientRect(), part = (event.clientY - box.top) / box.height;
    if (part > .3 && part < .7) over.querySelector(":scope > .gd-tree").prepend(mark);
    else over[part >= .7 ? "after" : "before"](mark);
    line = mark.parentElement;
  });
  root.addEventListener("drop", (event) => {
    if (!held || !line) return;
    event.preventDefault();
    const before = [...line.children].filter((e) => e === mark || (e !== held && e.dataset.node)).indexOf(mark);
    send(root.dataset.tree, { id: held.dataset.node, parent: line.dataset.parent, index: before });
  });
  root.addEventListener("dragend", () => { held?.classList.remove("gd-held"); held = line = null; mark.remove(); });
  root.addEventListener("keydown", (event) => {
    const step = event.target.matches("[data-handle]") && { ArrowUp: "up", ArrowDown: "down", ArrowRight: "in", ArrowLeft: "out" }[event.key];
    if (!step) return;
    event.preventDefault();
    send(root.dataset.step.replace(/up\/$/, `${step}/`), { id: event.target.closest("[data-node]").dataset.node });
  });
  const at = new URLSearchParams(location.search).get("at");
  if (at) document.querySelector(`[data-node="${CSS.escape(at)}"] [data-handle]`)?.focus();
}
