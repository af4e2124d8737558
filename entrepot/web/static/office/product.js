// The product page: rich text, rows for options, cells in bulk, uploads, and how search will show it.
const sheet = document.querySelector("#sheet");
const fire = (e) => { e.dispatchEvent(new Event("input", { bubbles: true })); };
const make = (tag, properties = {}, ...children) => { const e = Object.assign(document.createElement(tag), properties); e.append(...children); return e; };
const zh = document.documentElement.lang.startsWith("zh");
const say = (en, cn) => (zh ? cn : en);

// ---- rich text over a plain box of HTML; what is stored is cleaned by the server in any case
const MARKS = [["bold", "format_bold", say("Bold", "加粗")], ["italic", "format_italic", say("Italic", "斜体")], ["h3", "title", say("Heading", "标题")], ["insertUnorderedList", "format_list_bulleted", say("List", "列表")], ["link", "link", say("Link", "链接")], ["source", "code", say("HTML", "HTML")]];
for (const place of document.querySelectorAll("[data-rich]")) {
  const box = place.querySelector("textarea");
  if (!box || box.readOnly) continue;
  const pane = make("div", { className: "gd-rich", contentEditable: "true", innerHTML: box.value });
  pane.setAttribute("role", "textbox"); pane.setAttribute("aria-multiline", "true"); pane.setAttribute("aria-label", place.querySelector("span").textContent);
  const write = () => { if (box.value !== pane.innerHTML) { box.value = pane.innerHTML === "<br>" ? "" : pane.innerHTML; fire(box); } };
  const press = (verb) => {
    if (verb === "source") { box.hidden = !box.hidden; pane.hidden = !box.hidden; if (box.hidden) pane.innerHTML = box.value; (box.hidden ? pane : box).focus(); return; }
    pane.focus();
    document.execCommand("styleWithCSS", false, false);
    if (verb === "link") { const to = prompt(say("Address of the link", "链接地址"), "https://"); if (to) document.execCommand("createLink", false, to); }
    else if (verb === "h3") document.execCommand("formatBlock", false, document.queryCommandValue("formatBlock") === "h3" ? "p" : "h3");
    else document.execCommand(verb, false);
    write();
  };
  const bar = make("div", { className: "gd-marks" });
  bar.setAttribute("role", "toolbar");
  for (const [verb, icon, label] of MARKS) {
    const button = make("button", { type: "button", className: "of-icon", title: label, onclick: () => press(verb) }, make("span", { className: "icon", textContent: icon }));
    button.setAttribute("aria-label", label);
    bar.append(button);
  }
  pane.addEventListener("input", write);
  pane.addEventListener("blur", write);
  pane.addEventListener("paste", (event) => { event.preventDefault(); document.execCommand("insertText", false, event.clipboardData.getData("text/plain")); });
  document.execCommand("defaultParagraphSeparator", false, "p");
  box.hidden = true;
  box.closest("label").after(bar, pane);
}

// ---- options: there is always an empty row below the last, also below one that was filled before this was loaded
for (const list of document.querySelectorAll("[data-values]")) {
  const grow = () => {
    const rows = [...list.children], last = rows.at(-1), boxes = [...last.querySelectorAll("input:not([type=hidden])")];
    if (!boxes.some((e) => e.value && !e.readOnly)) return;
    const next = last.cloneNode(true);
    for (const e of next.querySelectorAll("input")) { e.value = ""; e.name = e.name.replace(/-v-\d+-/, `-v-${rows.length}-`); }
    list.append(next);
  };
  list.addEventListener("input", grow);
  grow();
}

// ---- the same change for many cells, seen before it is saved
const bulk = document.querySelector("[data-bulk]");
if (bulk) {
  const verb = bulk.querySelector("[name=bulk]"), amount = bulk.querySelector("[name=bulk-value]"), apply = bulk.querySelector("[data-apply]");
  const needs = { price: ["list", "value"], percent: ["list", "value"], stock: ["place", "value"], weight: ["value"] };
  const show = () => { for (const part of ["list", "place", "value"]) { const e = bulk.querySelector(`[name=bulk-${part}]`); if (e) e.hidden = !(needs[verb.value] ?? []).includes(part); } };
  verb.addEventListener("change", show); show();
  apply.hidden = false;
  document.querySelector("[data-all]")?.addEventListener("change", (event) => { for (const box of sheet.querySelectorAll("[data-pick]")) box.checked = event.target.checked; });
  apply.addEventListener("click", () => {
    const ids = [...sheet.querySelectorAll("[data-pick]:checked")].map((e) => e.value), typed = amount.value.trim().replace(",", ".");
    let done = 0;
    for (const id of ids) {
      const cell = { price: () => `price-${id}-${bulk.querySelector("[name=bulk-list]").value}`, stock: () => `stock-${id}-${bulk.querySelector("[name=bulk-place]").value}`, weight: () => `v-${id}-weight` };
      const e = sheet.elements[(cell[verb.value === "percent" ? "price" : verb.value] ?? (() => `v-${id}-active`))()];
      if (!e || e.readOnly || e.disabled) continue;
      if (verb.value === "on" || verb.value === "off") e.checked = verb.value === "on";
      else if (verb.value === "percent") { if (!e.value || !Number.isFinite(Number(typed))) continue; const places = (e.value.split(".")[1] ?? "").length; e.value = Math.max(0, Number(e.value) * (1 + Number(typed) / 100)).toFixed(places); }
      else e.value = typed;
      e.closest("td").classList.add("gd-new");
      fire(e); done += 1;
    }
    bulk.querySelector("[data-said]").textContent = say(`${done} cells changed; save to keep them.`, `已改动 ${done} 格，保存后生效。`);
    verb.value = ""; amount.value = ""; show();
  });
}

// ---- uploads: shown at once, without losing what is typed elsewhere on the page
const files = document.querySelector("#files"), order = document.querySelector("[data-order]"), upload = document.querySelector("#upload");
const refused = document.querySelector("[data-refused]");
async function send(chosen) {
  refused.replaceChildren();
  for (const file of chosen) {
    const body = new FormData();
    body.append("csrfmiddlewaretoken", upload.querySelector("[name=csrfmiddlewaretoken]").value);
    body.append("version", sheet.elements.version.value);
    body.append("file", file);
    const answer = await fetch(upload.action, { method: "POST", body, headers: { "X-Piece": "1" } });
    const text = await answer.text();
    if (!answer.ok) { refused.append(make("p", { className: "of-error", textContent: `${file.name}: ${text}` })); continue; }
    if (answer.headers.get("X-Version")) sheet.elements.version.value = answer.headers.get("X-Version");
    const holder = make("template", { innerHTML: text });
    order.append(holder.content);
    document.querySelector("[data-empty]")?.remove();
  }
}
if (upload) {
  upload.addEventListener("submit", (event) => { event.preventDefault(); send(files.files).then(() => { files.value = ""; }); });
  files.addEventListener("change", () => upload.requestSubmit());
  const zone = document.querySelector("#images");
  zone.addEventListener("dragover", (event) => { if (event.dataTransfer.types.includes("Files")) event.preventDefault(); });
  zone.addEventListener("drop", (event) => { if (event.dataTransfer.files.length) { event.preventDefault(); send(event.dataTransfer.files); } });
}

// ---- as search and friends will see it
const text = (html) => new DOMParser().parseFromString(html, "text/html").body.textContent.replace(/\s+/g, " ").trim();
function picture() {
  const slug = sheet.elements.slug?.value;
  for (const place of document.querySelectorAll("[data-seo]")) {
    const code = place.dataset.seo, of = (name) => sheet.elements[name]?.value.trim() ?? "";
    const title = of(`seo-title-${code}`) || of(place.dataset.name) || of("name-en");
    const about = of(`seo-description-${code}`) || text(of(place.dataset.about)).slice(0, 160);
    for (const e of place.querySelectorAll("[data-title]")) e.textContent = title;
    for (const e of place.querySelectorAll("[data-text]")) e.textContent = about;
    const url = place.querySelector("[data-url]");
    if (slug) url.textContent = url.textContent.replace(/[^/]+\/?$/, `${slug}/`);
  }
  const note = document.querySelector("[data-slug-note]");
  if (note && sheet.elements.slug) note.hidden = sheet.elements.slug.value === sheet.elements.slug.defaultValue;
}
sheet.addEventListener("input", picture);
