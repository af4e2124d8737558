// The order desk: moving cards, scanning into parcels, looking SKUs up. Every page works without it.
const $ = (selector, root = document) => root.querySelector(selector);
const $$ = (selector, root = document) => [...root.querySelectorAll(selector)];
const told = $("[data-told]");
const tell = (text) => { if (told) { told.textContent = ""; requestAnimationFrame(() => { told.textContent = text; }); } };

// ---- the board
const board = $("[data-board]");
if (board) {
  const dialog = $("#board-move"), form = $("form", dialog);
  const moves = $$("template[data-move-of]").map((t) => t.dataset);
  const lane = (card) => card.closest("[data-lane]").dataset.lane;
  const possible = (card) => moves.filter((m) => m.from.split(" ").includes(lane(card)));

  const ask = (card, move) => {
    form.action = move.action;
    form.elements.order.value = card.dataset.card;
    $("#board-move-title").textContent = `${card.dataset.number}: ${move.label}`;
    $("[data-text]", form).textContent = move.text;
    $("[data-go]", form).textContent = move.label;
    const why = $("[data-why]", form);
    why.hidden = !move.reason;
    form.elements.reason.required = Boolean(move.reason);
    form.elements.reason.value = "";
    dialog.showModal();
    (move.reason ? form.elements.reason : $("[data-go]", form)).focus();
  };

  let dragged = null;
  board.addEventListener("dragstart", (event) => {
    dragged = event.target.closest("[data-card]");
    if (!dragged) return;
    event.dataTransfer.effectAllowed = "move";
    event.dataTransfer.setData("text/plain", dragged.dataset.number);
    dragged.classList.add("dragging");
    const open = possible(dragged).map((m) => m.to);
    for (const column of $$("[data-lane]", board)) column.classList.toggle("shut", column.dataset.lane !== lane(dragged) && !open.includes(column.dataset.lane));
  });
  const over = (event) => {
    const column = event.target.closest?.("[data-lane]");
    return dragged && column && possible(dragged).find((m) => m.to === column.dataset.lane) ? column : null;
  };
  board.addEventListener("dragover", (event) => {
    const column = over(event);
    for (const other of $$(".over", board)) if (other !== column) other.classList.remove("over");
    if (column) { event.preventDefault(); column.classList.add("over"); }
  });
  board.addEventListener("drop", (event) => {
    const column = over(event);
    if (!column) return;
    event.preventDefault();
    ask(dragged, possible(dragged).find((m) => m.to === column.dataset.lane));
  });
  board.addEventListener("dragend", () => {
    dragged?.classList.remove("dragging");
    dragged = null;
    for (const column of $$("[data-lane]", board)) column.classList.remove("over", "shut");
  });

  // a menu's form without a reason of its own asks first, as a drop does
  board.addEventListener("submit", (event) => {
    const move = moves.find((m) => m.moveOf === event.target.dataset.move);
    if (!move) return;
    event.preventDefault();
    event.target.closest("details").open = false;
    ask(event.target.closest("[data-card]"), move);
    form.elements.reason.value = event.target.elements.reason?.value ?? "";
  });

  const focus = (card) => {
    if (!card) return;
    for (const other of $$("[data-card][tabindex='0']", board)) other.tabIndex = -1;
    card.tabIndex = 0;
    card.focus();
  };
  board.addEventListener("keydown", (event) => {
    const card = event.target.closest("[data-card]");
    if (!card || event.target !== card) return;
    const own = $$("[data-card]", card.closest("[data-lane]")), columns = $$("[data-lane]", board).filter((c) => $("[data-card]", c));
    const at = own.indexOf(card), column = columns.indexOf(card.closest("[data-lane]"));
    const beside = (step) => { const cards = columns[column + step] ? $$("[data-card]", columns[column + step]) : []; return cards[Math.min(at, cards.length - 1)]; };
    const steps = { ArrowDown: () => own[at + 1], ArrowUp: () => own[at - 1], ArrowRight: () => beside(1), ArrowLeft: () => beside(-1) };
    if (steps[event.key]) { event.preventDefault(); focus(steps[event.key]()); }
    else if (event.key === "Enter") $("a", card).click();
    else if (event.key.toLowerCase() === "m") {
      const menu = $(".od-menu", card);
      if (!menu) { tell(card.getAttribute("aria-label")); return; }
      event.preventDefault();
      menu.open = true;
      $("a, button", $("div", menu)).focus();
    }
  });

  // on a phone one column is seen at a time, and the tabs above say which
  const tabs = $$("[data-tab]"), column = (tab) => document.getElementById(`lane-${tab.dataset.tab}`);
  const watch = new IntersectionObserver((entries) => {
    for (const { target, isIntersecting } of entries) {
      const tab = tabs.find((t) => column(t) === target);
      if (!tab || !isIntersecting) continue;
      for (const other of tabs) other.removeAttribute("aria-current");
      tab.setAttribute("aria-current", "true");
      if (tab.offsetParent) tab.parentElement.scrollTo({ left: tab.offsetLeft - 40 });
    }
  }, { root: board, threshold: .6 });
  for (const tab of tabs) {
    watch.observe(column(tab));
    tab.addEventListener("click", (event) => { event.preventDefault(); board.scrollTo({ left: column(tab).offsetLeft - board.offsetLeft, behavior: "smooth" }); });
  }

  const first = tabs.find((tab) => $("[data-card]", column(tab)));
  if (first?.offsetParent) board.scrollTo({ left: column(first).offsetLeft - board.offsetLeft, behavior: "instant" });

  const refresh = async () => {
    if (document.hidden || dragged || dialog.open || $(".od-menu[open]", board)) return;
    const answer = await fetch(location.href, { headers: { "X-Part": "columns" } }).catch(() => null);
    if (!answer?.ok || answer.redirected) return;
    const kept = document.activeElement?.closest?.("[data-card]")?.dataset.card;
    const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
    board.replaceChildren(...fresh.body.children);
    for (const tab of tabs) { $("[data-count]", tab).textContent = $("[data-count]", column(tab))?.textContent ?? ""; watch.observe(column(tab)); }
    if (kept) focus($(`[data-card="${kept}"]`, board) ?? $("[data-card]", board));
  };
  setInterval(refresh, Number(board.dataset.refresh) * 1000);
}

// ---- a parcel checked off by scanner
const pack = $("[data-pack]");
if (pack && $("[data-scan]", pack)) {
  const field = $("[data-scan]", pack), shown = $("[data-shown]", pack);
  field.closest(".od-scan").hidden = false;
  field.focus();
  const rows = $$("[data-sku]", pack), got = new Map(rows.map((row) => [row, 0]));
  const box = (row) => $("input[type=checkbox]", row), count = (row) => $("[data-count]", row);
  const need = (row) => Number(count(row).value.trim().replace(",", ".") || row.dataset.need);
  const fewer = (row) => need(row) !== Number(row.dataset.need); // typed by hand: that is the check
  const draw = (row) => {
    row.classList.toggle("done", box(row).checked);
    row.classList.toggle("fewer", fewer(row));
    $("[data-got]", row).textContent = got.get(row) && !box(row).checked ? `${got.get(row)} → ` : "";
    if (rows.every((r) => box(r).checked)) { tell(rows.some(fewer) ? told.dataset.some : told.dataset.all); $("[name=tracking]", pack)?.focus(); }
  };
  const say = (kind, sku, tone) => {
    const text = `${told.dataset[kind]} ${sku}`;
    tell(text);
    shown.textContent = text;
    shown.className = `of-notice ${tone}`;
    shown.hidden = false;
  };
  field.addEventListener("keydown", (event) => {
    if (event.key !== "Enter") return;
    event.preventDefault();
    const sku = field.value.trim();
    field.value = "";
    if (!sku) return;
    const fits = rows.filter((row) => row.dataset.sku.toLowerCase() === sku.toLowerCase());
    const row = fits.find((r) => !box(r).checked);
    if (!row) { say(fits.length ? "full" : "wrong", sku, "error"); return; }
    got.set(row, got.get(row) + 1);
    if (got.get(row) >= need(row)) box(row).checked = true;
    say("right", sku, "success");
    draw(row);
  });
  pack.addEventListener("change", (event) => {
    const row = event.target.closest("[data-sku]");
    if (!row) return;
    if (event.target.matches("[data-count]")) box(row).checked = fewer(row) || got.get(row) >= need(row);
    draw(row);
  });
  for (const row of rows) draw(row);
  document.addEventListener("keydown", (event) => {
    if (event.key === "/" && !event.target.closest("input, textarea")) { event.preventDefault(); event.stopImmediatePropagation(); field.focus(); }
  }, { capture: true });
}

// ---- what to type into a SKU field
const list = $("datalist[data-source]");
if (list) {
  let waiting;
  document.addEventListener("input", (event) => {
    if (!event.target.matches("[data-skus]")) return;
    clearTimeout(waiting);
    waiting = setTimeout(async () => {
      const query = event.target.value.trim();
      if (query.length < 2) return;
      const answer = await fetch(`${list.dataset.source}?q=${encodeURIComponent(query)}`).catch(() => null);
      if (!answer?.ok) return;
      const { items } = await answer.json();
      list.replaceChildren(...items.map(({ sku, name }) => new Option(name, sku)));
    }, 150);
  });
}

// ---- a count: what is typed goes on to the next item with Enter; a scanned SKU finds its row
const sheet = $("[data-sheet]");
if (sheet) {
  const inputs = () => $$("input[data-counted]", sheet);
  sheet.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || !event.target.matches("[data-counted]")) return;
    event.preventDefault();
    const all = inputs();
    (all[all.indexOf(event.target) + 1] ?? $("button", sheet)).focus();
  });
  const find = $("[data-find]", sheet.ownerDocument);
  if (find) {
    find.closest(".od-scan").hidden = false;
    find.addEventListener("keydown", (event) => {
      if (event.key !== "Enter") return;
      event.preventDefault();
      const field = inputs().find((i) => i.dataset.counted.toLowerCase() === find.value.trim().toLowerCase());
      tell(field ? find.value : `${find.dataset.missing} ${find.value}`);
      find.value = "";
      field?.focus();
      field?.select();
    });
  }
}
