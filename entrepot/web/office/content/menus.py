"""Menus: rows in two levels, each with its words per language and where it leads."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import translation
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from entrepot.catalog import public as catalog
from entrepot.growth import public as growth
from entrepot.growth.contracts import MenuInfo, TargetKind
from entrepot.growth.permissions import EDIT
from entrepot.kit.errors import N_, DomainError, NotFound
from entrepot.kit.rest import actor_of, translated
from entrepot.web.office.content.sheet import LANGUAGES, whole
from entrepot.web.office.pages import office_page

Row = dict[str, Any]
_MOST = 200
TARGETS = {TargetKind.PAGE: N_("Page"), TargetKind.CATEGORY: N_("Category"), TargetKind.COLLECTION: N_("Collection"),
           TargetKind.ADDRESS: N_("Address")}
# The menus that the shop's pages ask for, with what stands there until one is made; others are for blocks and themes.
PLACES = {"header": (N_("At the head of every page"), N_("your main categories, until you make a menu of your own")),
          "footer": (N_("At the foot of every page"), N_("links to help, until you make a menu of your own"))}


def listing(request: HttpRequest) -> HttpResponse:
    known = {m.code: m for m in growth.list_menus()}
    rows = []
    for code in dict.fromkeys([*PLACES, *known]):
        place, standard = (_(text) if text else "" for text in PLACES.get(code, ("", "")))
        title = catalog.in_language(known[code].title, get_language() or "en") if code in known else place
        rows.append({"code": code, "about": place, "standard": standard, "it": known.get(code), "title": title or code})
    return office_page(request, "content/menus", _("Menus"), {"rows": rows})


def edit(request: HttpRequest, code: str) -> HttpResponse:
    """Every button sends the whole form; only saving changes the shop."""
    menu = _menu(code)
    if request.method != "POST":
        return _editor(request, code, menu, _rows(menu) if menu else _standard(code),
                       dict(menu.title) if menu else _titles(code))
    actor = actor_of(request)
    actor.require(EDIT)
    rows, title = _read(request), {k: request.POST.get(f"title-{k}", "") for k, _label in LANGUAGES}
    if apply(rows, request.POST.get("do", "")):
        return _editor(request, code, menu, rows, title, dirty=True)
    given = request.POST.get("version", "")
    try:
        growth.save_menu(code, title, nested(rows), expected_version=whole(given) or None,
                         actor=actor)
    except DomainError as error:
        return _editor(request, code, menu, rows, title, error=error)
    messages.success(request, _("Saved. Visitors see it now."))
    return HttpResponseRedirect(reverse("admin:desk_menu", args=[code]))


def _menu(code: str) -> MenuInfo | None:
    try:
        return growth.get_menu(code)
    except NotFound:
        return None


def _editor(request: HttpRequest, code: str, menu: MenuInfo | None, rows: list[Row], title: dict[str, str], *,
            dirty: bool = False, error: DomainError | None = None) -> HttpResponse:
    last = len(rows) - 1
    lines = [{**row, "n": n, "number": n + 1, "before": n - 1 if n else None, "after": n + 1 if n < last else None,
              "may_indent": n > 0 and not row["level"],
              "labels": [(k, label, row["label"].get(k, "")) for k, label in LANGUAGES]}
             for n, row in enumerate(rows)]
    language = get_language() or "en"
    return office_page(request, "content/menu", catalog.in_language(title, language) or code, {
        "code": code, "menu": menu, "rows": lines, "count": len(rows), "dirty": dirty,
        "may": actor_of(request).can(EDIT), "error": translated(error) if error else "",
        "titles": [(k, label, title.get(k, "")) for k, label in LANGUAGES],
        "targets": [(k.value, _(label)) for k, label in TARGETS.items()], "known": _known(language),
        "crumbs": [(_("Menus"), reverse("admin:desk_menus"))]}, status=422 if error else 200)


def _known(language: str) -> list[tuple[str, str]]:
    """What an entry can lead to, offered while somebody types."""
    pages, _following = growth.find_pages(limit=100)
    found = [(p.slug, catalog.in_language(p.title, language)) for p in pages if p.kind != "home"]
    found += [(c.slug, c.name) for c in catalog.category_tree(language)]
    return found + [(c.slug, catalog.in_language(c.name, language)) for c in catalog.collections()]


def _titles(code: str) -> dict[str, str]:
    place, titles = PLACES.get(code, ("", ""))[0], {}
    for language, _label in LANGUAGES:
        with translation.override(language):
            titles[language] = _(place) if place else ""
    return titles


def _standard(code: str) -> list[Row]:
    """What visitors see at the head now, to begin with: the categories as they stand in the tree."""
    if code != "header":
        return []
    trees = {language: catalog.category_tree(language) for language, _label in LANGUAGES}
    names = {language: {n.slug: n.name for top in tree for n in (top, *top.children)}
             for language, tree in trees.items()}
    nodes = [(node, level) for top in next(iter(trees.values()))
             for node, level in ((top, 0), *((child, 1) for child in top.children))]
    return [{"label": {language: names[language][node.slug] for language in names}, "level": level,
             "kind": TargetKind.CATEGORY.value, "value": node.slug} for node, level in nodes]


def _rows(menu: MenuInfo) -> list[Row]:
    """The menu as one list, entries of the second level after the one they stand under."""
    rows: list[Row] = []
    for item in menu.items:
        rows.append({**_row(item), "level": 0})
        rows += [{**_row(below), "level": 1} for below in item["items"]]
    return rows


def _row(item: Row) -> Row:
    return {"label": dict(item["label"]), "kind": item["kind"], "value": item["value"]}


def _read(request: HttpRequest) -> list[Row]:
    post, count = request.POST, request.POST.get("rows", "")
    return [{"label": {k: post.get(f"m-{n}-label-{k}", "") for k, _label in LANGUAGES},
             "kind": post.get(f"m-{n}-kind", ""), "value": post.get(f"m-{n}-value", "").strip(),
             "level": int(post.get(f"m-{n}-level") == "1")}
            for n in range(min(whole(count), _MOST))]


def nested(rows: list[Row]) -> list[Row]:
    """Rows of the second level under the one before them; the first row cannot be one."""
    items: list[Row] = []
    for row in rows:
        item = {"label": row["label"], "kind": row["kind"], "value": row["value"], "items": []}
        if row["level"] and items:
            items[-1]["items"].append(item)
        else:
            items.append(item)
    return items


def apply(rows: list[Row], command: str) -> bool:
    """Do what a button says, such as `add`, `move:3:2`, `indent:1`; False when it is no such thing."""
    verb, *texts = command.split(":")
    values = [whole(t) for t in texts]
    if verb == "add" and len(rows) < _MOST:
        level = rows[-1]["level"] if rows else 0
        rows.append({"label": {}, "kind": TargetKind.PAGE.value, "value": "", "level": level})
    elif verb == "move" and len(values) == 2 and max(values) < len(rows):
        rows.insert(values[1], rows.pop(values[0]))
    elif verb == "drop" and len(values) == 1 and values[0] < len(rows):
        rows.pop(values[0])
    elif verb in ("indent", "outdent") and len(values) == 1 and values[0] < len(rows):
        rows[values[0]]["level"] = int(verb == "indent")
    else:
        return False
    return True
