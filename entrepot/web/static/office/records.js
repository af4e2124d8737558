// Records: the search in a long choice (Django's, by select2) is called what its field is called.
const $ = window.django?.jQuery;

const labelOf = (select) => select.labels?.[0] ?? document.querySelector(`label[for="${select.id}"]`);
const textOf = (select) => (labelOf(select)?.textContent ?? select.closest("td")?.dataset.label ?? "").trim();

function name(select) {
  const box = select.nextElementSibling?.querySelector("[role=combobox]"), label = labelOf(select);
  if (!box) return;
  if (label) label.id ||= `${select.id}_label`;
  if (label) box.setAttribute("aria-labelledby", `${label.id} ${box.getAttribute("aria-labelledby") ?? ""}`.trim());
  else { box.removeAttribute("aria-labelledby"); box.setAttribute("aria-label", textOf(select) || select.name); }
  const shown = box.querySelector(".select2-selection__rendered[role=textbox]");
  for (const attribute of ["role", "aria-readonly"]) shown?.removeAttribute(attribute); // it is text, not a field
  const search = box.querySelector(".select2-search__field"); // a choice of several searches in its own line
  if (search) search.setAttribute("aria-label", textOf(select));
}

if ($) $(() => {
  for (const select of document.querySelectorAll("select.admin-autocomplete")) name(select);
  $(document).on("select2:open", (event) => {
    const search = document.querySelector(".select2-dropdown .select2-search__field");
    if (search) search.setAttribute("aria-label", textOf(event.target));
    search?.focus();
  });
});
