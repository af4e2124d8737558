// The desks of the system: parts that follow a worker, and files dropped on a form. Every page works without it.
const EVERY_MS = 1200;

async function follow(part) {
  const answer = await fetch(part.dataset.poll, { headers: { "X-Requested-With": "fetch" } }).catch(() => null);
  if (!document.contains(part)) return;
  if (answer?.ok && !answer.redirected) {
    const fresh = new DOMParser().parseFromString(await answer.text(), "text/html").body.firstElementChild;
    if (fresh?.matches("[data-reload]")) { location.reload(); return; }
    if (fresh) { part.replaceWith(fresh); part = fresh; }
  }
  if (part.dataset.poll) setTimeout(follow, EVERY_MS, part);
}
for (const part of document.querySelectorAll("[data-poll]")) setTimeout(follow, EVERY_MS, part);

for (const form of document.querySelectorAll("[data-drop]")) {
  const over = (on) => (event) => { event.preventDefault(); form.classList.toggle("over", on); };
  form.addEventListener("dragover", over(true));
  form.addEventListener("dragleave", over(false));
  form.addEventListener("drop", (event) => {
    over(false)(event);
    const field = form.querySelector("input[type=file]");
    if (!event.dataTransfer.files.length) return;
    field.files = event.dataTransfer.files;
    form.requestSubmit();
  });
}

// A choice that decides which other fields there are presses its button by itself.
for (const button of document.querySelectorAll("[data-again]")) {
  button.hidden = true;
  document.getElementById(button.dataset.again).addEventListener("change", () => button.form.requestSubmit(button));
}
