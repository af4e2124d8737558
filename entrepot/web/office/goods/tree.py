"""The category tree: made, named, moved by drag, keys or buttons, and removed when empty."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotAllowed, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from entrepot.catalog import public as catalog
from entrepot.catalog.permissions import STRUCTURE
from entrepot.kit.errors import N_, DomainError, InvalidInput
from entrepot.kit.rest import actor_of, translated
from entrepot.web.office.goods.sheet import LANGUAGES
from entrepot.web.office.pages import office_page, text_of, whole


def show(request: HttpRequest) -> HttpResponse:
    rows = catalog.list_categories()
    below: dict[int | None, list[Any]] = {}
    for r in sorted(rows, key=lambda r: (r["position"], r["id"])):
        below.setdefault(r["parent_id"], []).append(r)
    language = get_language() or "en"

    def nodes(parent: int | None) -> list[dict[str, Any]]:
        siblings = below.get(parent, [])
        return [{"it": r, "title": catalog.in_language(r["name"], language), "children": nodes(r["id"]),
                 "index": n, "is_first": n == 0, "is_last": n == len(siblings) - 1,
                 "missing": [label for code, label in LANGUAGES if not r["name"].get(code)],
                 "texts": [(code, label, r["name"].get(code, ""), r["description"].get(code, ""))
                           for code, label in LANGUAGES]}
                for n, r in enumerate(siblings)]

    return office_page(request, "goods/categories", _("Category tree"), {
        "nodes": nodes(None), "languages": LANGUAGES, "opened": request.GET.get("at", ""),
        "may": {"structure"} if actor_of(request).can(STRUCTURE) else set()})


def do(request: HttpRequest, verb: str) -> HttpResponse:
    """A change; the page's script gets plain words, the form the page again."""
    if verb not in VERBS:
        raise Http404
    if request.method != "POST":
        return HttpResponseNotAllowed(["POST"])
    piecewise = "X-Piece" in request.headers
    try:
        VERBS[verb](request)
    except DomainError as error:
        if piecewise:
            return HttpResponse(translated(error), status=error.status, content_type="text/plain; charset=utf-8")
        messages.error(request, translated(error))
    else:
        if piecewise:
            return HttpResponse(_("Moved."), content_type="text/plain; charset=utf-8")
        messages.success(request, _("Done."))
    at = text_of(request, "id")[:20]
    here = f"?at={at}#c-{at}" if at.isdecimal() else ""
    return HttpResponseRedirect(f"{reverse('admin:desk_categories')}{here}")


def _id(request: HttpRequest) -> int:
    given = whole(text_of(request, "id"))
    if given is None:
        raise InvalidInput("id", N_("This is not an id."))
    return given


def _names(request: HttpRequest) -> dict[str, str]:
    return {code: text for code, _label in LANGUAGES if (text := text_of(request, f"name-{code}"))}


def _create(request: HttpRequest) -> None:
    names = _names(request)
    slug = text_of(request, "slug") or catalog.slugify(names.get("en") or next(iter(names.values()), ""))
    catalog.create_category(slug, names, text_of(request, "parent") or None, actor=actor_of(request))


def _save(request: HttpRequest) -> None:
    id_ = _id(request)
    stored: Any = next((r for r in catalog.list_categories() if r["id"] == id_), {"name": {}, "description": {}})
    about = {code: text_of(request, f"description-{code}") for code, _label in LANGUAGES}
    names = {code: text_of(request, f"name-{code}") for code, _label in LANGUAGES}
    catalog.update_category(id_, slug=text_of(request, "slug") or None, name={**stored["name"], **names},
                            description={**stored["description"], **about}, actor=actor_of(request))


def _place(request: HttpRequest) -> None:
    """Where the drag ended: under a parent, before its child number `index`."""
    catalog.place_category(_id(request), text_of(request, "parent") or None, whole(text_of(request, "index")) or 0,
                           actor=actor_of(request))


def _step(direction: str) -> Callable[[HttpRequest], None]:
    """The same by button or arrow key: up, down, in (below the one above), out (beside its parent)."""

    def run(request: HttpRequest) -> None:
        rows = {r["id"]: r for r in catalog.list_categories()}
        own = rows.get(_id(request))
        if own is None:
            raise InvalidInput("id", N_("This is not an id."))
        parent, index = _aim(direction, own, rows)
        catalog.place_category(own["id"], rows[parent]["slug"] if parent else None, index, actor=actor_of(request))

    return run


def _aim(direction: str, own: Mapping[str, Any], rows: Mapping[int, Mapping[str, Any]]) -> tuple[int | None, int]:
    siblings = [r["id"] for r in sorted(rows.values(), key=lambda r: (r["position"], r["id"]))
                if r["parent_id"] == own["parent_id"]]
    at = siblings.index(own["id"])
    if direction == "in" and at:
        return siblings[at - 1], 10_000
    if direction == "out" and own["parent_id"]:
        parent = rows[own["parent_id"]]
        uncles = [r["id"] for r in sorted(rows.values(), key=lambda r: (r["position"], r["id"]))
                  if r["parent_id"] == parent["parent_id"]]
        return parent["parent_id"], uncles.index(parent["id"]) + 1
    return own["parent_id"], max(0, at + {"up": -1, "down": 1}.get(direction, 0))


VERBS: dict[str, Callable[[HttpRequest], None]] = {
    "create": _create, "save": _save, "place": _place, **{d: _step(d) for d in ("up", "down", "in", "out")},
    "delete": lambda request: catalog.delete_category(_id(request), actor=actor_of(request))}
