// Conveniences of the content desks: every button works without this file by sending the form.

const sheet = document.querySelector("form[data-sheet]");
let dirty = sheet?.hasAttribute("data-dirty") ?? false;

// Buttons that add, move and remove blocks answer in place.
async function change(command) {
  const body = new FormData(sheet);
  body.set("do", command);
  const answer = await fetch(location.href, { method: "POST", body, headers: { "X-Requested-With": "fetch" } }).catch(() => null);
  const fresh = answer?.ok && new DOMParser().parseFromString(await answer.text(), "text/html").querySelector("#blocks");
  if (!fresh) return false;
  document.querySelector("#blocks").replaceWith(fresh);
  dirty = true;
  dress(fresh);
  const [verb, ...values] = command.split(":");
  const shown = [...fresh.querySelectorAll("[data-block]")];
  const target = verb === "add" ? shown.at(-1) : verb === "move" ? shown[Number(values[1])] : shown[Math.min(Number(values[0]), shown.length - 1)];
  (verb === "move" ? target?.querySelector("summary, [data-up], [data-down]") : target?.querySelector("input:not([type=hidden]), textarea"))?.focus();
  target?.scrollIntoView({ block: "nearest" });
  return true;
}

sheet?.addEventListener("submit", async (event) => {
  const button = event.submitter;
  if (!button?.value.includes(":") && button?.value !== "add") { if (!button?.formTarget) dirty = false; return; }
  event.preventDefault();
  if (!await change(button.value)) sheet.submit();
});
sheet?.addEventListener("input", () => { dirty = true; });
window.addEventListener("beforeunload", (event) => { if (dirty) event.preventDefault(); });

document.addEventListener("keydown", (event) => {
  if (!sheet) return;
  if ((event.ctrlKey || event.metaKey) && event.key === "s") {
    event.preventDefault();
    sheet.requestSubmit(document.querySelector("[data-save]") ?? undefined);
  }
  const block = event.altKey && /^Arrow(Up|Down)$/.test(event.key) && event.target.closest("[data-block]");
  const button = block && block.querySelector(event.key === "ArrowUp" ? "[data-up]" : "[data-down]");
  if (button) { event.preventDefault(); change(button.value); }
});

// Dragging by the handle, with mouse or finger.
function drag(grip) {
  grip.addEventListener("pointerdown", (down) => {
    const moving = grip.closest("[data-block]");
    let over = null, below = false;
    grip.setPointerCapture(down.pointerId);
    moving.classList.add("ct-moving");
    const clear = () => document.querySelectorAll(".ct-over, .ct-over-below").forEach((e) => e.classList.remove("ct-over", "ct-over-below"));
    const move = (event) => {
      clear();
      over = document.elementFromPoint(event.clientX, event.clientY)?.closest("[data-block]");
      if (!over || over === moving) { over = null; return; }
      const box = over.getBoundingClientRect();
      below = event.clientY > box.top + box.height / 2;
      over.classList.add(below ? "ct-over-below" : "ct-over");
    };
    const end = () => {
      grip.removeEventListener("pointermove", move);
      moving.classList.remove("ct-moving");
      clear();
      if (!over) return;
      const from = Number(moving.dataset.block), at = Number(over.dataset.block);
      change(`move:${from}:${at + (below ? 1 : 0) - (from < at + (below ? 1 : 0) ? 1 : 0)}`);
    };
    grip.addEventListener("pointermove", move);
    grip.addEventListener("pointerup", end, { once: true });
    down.preventDefault();
  });
  grip.addEventListener("click", (event) => event.preventDefault());
}

// Marks of rich text by buttons, for who does not know them by heart.
const MARKS = [["B", "**", "**"], ["H", "\n## ", ""], ["•", "\n- ", ""], ["↗", "[", "](/)"]];
function marks(area) {
  const bar = document.createElement("div");
  bar.className = "ct-marks";
  for (const [face, before, after] of MARKS) {
    const button = Object.assign(document.createElement("button"), { type: "button", className: "of-icon", textContent: face });
    button.setAttribute("aria-label", `${before.trim()} ${after.trim()}`);
    button.addEventListener("click", () => {
      const chosen = area.value.slice(area.selectionStart, area.selectionEnd);
      area.setRangeText(before + chosen + after, area.selectionStart, area.selectionEnd, "end");
      area.focus();
      dirty = true;
    });
    bar.append(button);
  }
  area.before(bar);
}

function dress(root) {
  root.querySelectorAll("[data-grip]").forEach(drag);
  root.querySelectorAll("textarea[data-rich]").forEach(marks);
}
dress(document);

// Files dropped on the library's form are its files.
const drop = document.querySelector("form[data-drop]");
drop?.addEventListener("dragover", (event) => { event.preventDefault(); drop.classList.add("ct-over"); });
drop?.addEventListener("dragleave", () => drop.classList.remove("ct-over"));
drop?.addEventListener("drop", (event) => {
  event.preventDefault();
  drop.querySelector("input[type=file]").files = event.dataTransfer.files;
  drop.requestSubmit();
});
