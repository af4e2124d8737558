"""Collections: by a rule that is built in rows and counted while it is built, or by hand in an order."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotAllowed, HttpResponseRedirect
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from entrepot.catalog import public as catalog
from entrepot.catalog.permissions import STRUCTURE
from entrepot.catalog.public import UNSET, ProductFilter
from entrepot.kit.actor import Actor
from entrepot.kit.errors import DomainError
from entrepot.kit.rest import actor_of
from entrepot.web.office.goods.choices import Catalogue, named_goods
from entrepot.web.office.goods.sheet import LANGUAGES, Sheet, named
from entrepot.web.office.pages import acted, office_page, whole

MOST_ROWS, SAMPLE, MEMBERS = 10, 8, 200
LISTS = {"brand": "brands", "category": "categories", "type": "types"}
TRAITS = ("image", "bundle", "stocked", "shipped")


def listed(request: HttpRequest) -> HttpResponse:
    language = get_language() or "en"
    rows = [{"it": c, "title": catalog.in_language(c["name"], language) or c["slug"]}
            for c in catalog.list_collections(limit=500)]
    return office_page(request, "goods/collections", _("Collections"), {
        "rows": rows, "may": _may(actor_of(request))})


def _may(actor: Actor) -> set[str]:
    return {"structure"} if actor.can(STRUCTURE) else set()


def show(request: HttpRequest, collection_id: int | None = None) -> HttpResponse:
    """One collection, or a new one."""
    actor, stored = actor_of(request), None
    if collection_id is not None:
        stored = next((c for c in catalog.list_collections(limit=10_000) if c["id"] == collection_id), None)
        if stored is None:
            raise Http404
    else:
        actor.require(STRUCTURE)
    sheet = Sheet.of(request, locked=not actor.can(STRUCTURE))
    if request.method == "POST" and (done := _saved(stored, sheet, actor)) is not None:
        messages.success(request, _("Saved."))
        return HttpResponseRedirect(reverse("admin:desk_collection", args=[done]))
    title = catalog.in_language(stored["name"], get_language() or "en") if stored else _("New collection")
    return office_page(request, "goods/collection", title, {
        **_context(stored, sheet), "collection": stored, "sheet": sheet, "may": _may(actor),
        "tried": _tried(sheet, stored, actor), "members": _members(stored, sheet) if stored else []},
        status=422 if sheet.refused else 200)


def _context(stored: Mapping[str, Any] | None, sheet: Sheet) -> dict[str, Any]:
    rule = stored["rule"] if stored else {"all": []}
    flat = _flat(rule) if rule is not None else ("all", [])
    kind = "rule" if rule is not None else "hand"
    return {
        "names": [sheet.field(f"name-{code}", stored["name"].get(code) if stored else "", f"{_('Name')} · {label}")
                  for code, label in LANGUAGES],
        "texts": [sheet.field(f"description-{code}", stored["description"].get(code) if stored else "",
                              f"{_('Text')} · {label}", "area") for code, label in LANGUAGES],
        "slug": sheet.field("slug", stored["slug"] if stored else "", _("Web address")),
        "is_visible": sheet.field("is_visible", stored["is_visible"] if stored else True, _("Shown in the shop"),
                                  "check"),
        "kind": sheet.field("kind", kind, _("How it is filled"), "select", choices=[
            ("rule", _("by a rule, always up to date")), ("hand", _("by hand, in an order"))]),
        "word": sheet.field("word", flat[0] if flat else "all", _("Products belong when"), "select", choices=[
            ("all", _("all of these hold")), ("any", _("any of these holds"))]),
        "rows": _rows(flat[1] if flat else [], sheet), "is_flat": flat is not None,
        "json": json.dumps(rule, ensure_ascii=False, indent=1) if flat is None else "",
        "add": sheet.field("add", "", _("Add products, by SKU or address"), "area", hint=_("one per line"))}


# ---- the rule as rows


def _flat(rule: Mapping[str, Any]) -> tuple[str, list[dict[str, Any]]] | None:
    """One group of plain conditions; None for a rule with groups inside, which is shown as it is kept."""
    word = next((w for w in ("all", "any") if w in rule), "")
    parts = rule[word] if word else [rule]
    found = []
    for part in parts:
        negated = "not" in part
        leaf = part["not"] if negated else part
        if "field" not in leaf:
            return None
        found.append({**leaf, "negated": negated})
    return word or "all", found


def _rows(parts: list[dict[str, Any]], sheet: Sheet) -> list[dict[str, Any]]:
    world = Catalogue.here()
    blank = 0 if sheet.locked else MOST_ROWS - len(parts) if sheet.sent else 2
    return [_row(n, p, sheet, world) for n, p in enumerate([*parts, *([{}] * blank)][:MOST_ROWS])]


def _row(n: int, p: Mapping[str, Any], sheet: Sheet, world: Catalogue) -> dict[str, Any]:
    field, at = str(p.get("field", "")), f"r-{n}"
    words = {"brand": _("Brand"), "category": _("Category"), "type": _("Product type")}
    code = f"attribute:{p['code']}" if field == "attribute" else f"has:{field}" if field in TRAITS else field
    return {
        "field": sheet.field(f"{at}-field", code, _("What"), "select", choices=named(_subjects(world))),
        "verb": sheet.field(f"{at}-verb", _verb(p), _("How"), "select", choices=[
            ("in", _("is one of")), ("not", _("is none of")), ("at_least", _("is at least")),
            ("at_most", _("is at most")), ("yes", _("Yes")), ("no", _("No"))]),
        "lists": [(name, sheet.field(f"{at}-{name}", [str(v) for v in p.get("in", ())] if field == name else [],
                                     words[name], "multi", choices=getattr(world, plural)))
                  for name, plural in LISTS.items()],
        "value": sheet.field(f"{at}-value", _value(p), _("Value"), hint=_("several with commas"))}


def _subjects(world: Catalogue) -> list[tuple[str, str]]:
    attributes = [(f"attribute:{a['code']}", catalog.in_language(a["name"], world.language))
                  for a in catalog.list_attributes()]
    return [("category", _("Category")), ("brand", _("Brand")), ("type", _("Product type")), ("tag", _("Tag")),
            ("has:image", _("Has an image")), ("has:stocked", _("Is kept in stock")),
            ("has:shipped", _("Is shipped")), ("has:bundle", _("Is a bundle")), *attributes]


def _verb(p: Mapping[str, Any]) -> str:
    if "is" in p or "set" in p:
        return "yes" if p.get("is", p.get("set")) is not p.get("negated", False) else "no"
    return next((v for v in ("at_least", "at_most") if v in p), "not" if p.get("negated") else "in")


def _value(p: Mapping[str, Any]) -> str:
    if p.get("field") not in ("tag", "attribute"):
        return ""
    held = next((p[k] for k in ("in", "at_least", "at_most") if k in p), "")
    said = {True: _("Yes"), False: _("No")}
    return ", ".join(said[v] if isinstance(v, bool) else str(v) for v in held) if isinstance(held, list) else str(held)


def rule_of(sheet: Sheet) -> dict[str, Any]:
    """The rows as a rule."""
    parts = [part for n in range(MOST_ROWS) if (part := _part(n, sheet)) is not None]
    if not parts and not sheet.errors:
        sheet.errors["word"] = _("Give at least one condition.")
    return {"any" if sheet.text("word") == "any" else "all": parts}


def _part(n: int, sheet: Sheet) -> dict[str, Any] | None:
    at = f"r-{n}"
    subject, verb = sheet.text(f"{at}-field") or "", sheet.text(f"{at}-verb") or "in"
    if not subject:
        return None
    kind, _sign, code = subject.partition(":")
    if kind == "has":
        return {"field": code, "is": verb != "no"}
    if kind in LISTS:
        chosen = sheet.many(f"{at}-{kind}") or []
        leaf: dict[str, Any] = {"field": kind, "in": chosen if kind == "type" else [
            id_ for c in chosen if (id_ := whole(c)) is not None]}
    else:
        leaf = _worded(at, kind, code, verb, sheet)
    if not any(leaf.get(k) not in (None, [], "") for k in ("in", "at_least", "at_most", "set")):
        sheet.errors[f"{at}-field"] = _("Say which.")
    return {"not": leaf} if verb == "not" else leaf


def _worded(at: str, kind: str, code: str, verb: str, sheet: Sheet) -> dict[str, Any]:
    """A tag or an attribute, whose value is typed."""
    words = [w.strip() for w in re.split(r"[,，;]", sheet.text(f"{at}-value") or "") if w.strip()]
    if kind == "tag":
        return {"field": "tag", "in": words}
    leaf = {"field": "attribute", "code": code}
    attribute = next(iter(catalog.list_attributes(code=code)), None)
    if attribute is None or verb in ("yes", "no"):
        return {**leaf, "set": verb != "no"} if attribute is None or attribute["kind"] != "boolean" else {
            **leaf, "in": [verb == "yes"]}
    if attribute["kind"] == "boolean":
        truths = {"yes": True, "no": False, _("Yes").lower(): True, _("No").lower(): False}
        return {**leaf, "in": [truths.get(w.lower(), w) for w in words]}
    by_word = {text.lower(): key for key, texts in attribute["choices"].items() for text in [key, *texts.values()]}
    values = [by_word.get(w.lower(), w) for w in words]
    if verb in ("at_least", "at_most"):
        return {**leaf, verb: values[0] if values else ""}
    return {**leaf, "in": values}


# ---- counted, saved


def _tried(sheet: Sheet, stored: Mapping[str, Any] | None, actor: Actor) -> dict[str, Any] | None:
    if sheet.sent:
        rule = rule_of(Sheet(sheet.sent)) if sheet.text("kind") == "rule" else None
    else:
        rule = stored["rule"] if stored else None
    if rule is None or not any(rule.values()):
        return None
    try:
        ids = catalog.sample_rule(rule, SAMPLE, actor=actor)
        return {"count": catalog.preview_rule(rule, actor=actor), "products": _products(ids)}
    except DomainError:
        return None


def _products(ids: list[UUID]) -> list[dict[str, Any]]:
    found = catalog.find_products(ProductFilter(ids=tuple(ids)), limit=len(ids)) if ids else []
    return [{**p, "title": catalog.in_language(p["name"], get_language() or "en")} for p in found]


def try_it(request: HttpRequest) -> HttpResponse:
    """How many a rule chooses, and some of them: for the page's script."""
    if request.method != "POST":
        return HttpResponseNotAllowed(["POST"])
    sheet = Sheet.of(request)
    tried = _tried(sheet, None, actor_of(request))
    return HttpResponse(render_to_string("office/goods/_tried.html", {"tried": tried}, request))


def _members(stored: Mapping[str, Any], sheet: Sheet) -> list[dict[str, Any]]:
    if stored["rule"] is not None:
        return []
    rows = catalog.collection_products(stored["id"], limit=MEMBERS)
    return [{"id": r.id, "title": catalog.in_language(r.name, get_language() or "en"),
             "position": sheet.field(f"p-{r.id}-position", n + 1, _("Place"), "number"),
             "gone": sheet.field(f"p-{r.id}-gone", False, _("Remove"), "check")} for n, r in enumerate(rows)]


def _saved(stored: Mapping[str, Any] | None, sheet: Sheet, actor: Actor) -> int | None:
    """The id when it is stored; None with the mistakes in the sheet."""
    names = {code: text for code, _label in LANGUAGES if (text := sheet.text(f"name-{code}"))}
    if not names:
        sheet.errors["name-en"] = _("Give it a name.")
    about = {code: text for code, _label in LANGUAGES if (text := sheet.text(f"description-{code}"))}
    by_rule = sheet.text("kind") == "rule"
    rule = rule_of(sheet) if by_rule and "r-0-field" in sheet.sent else None
    added = [] if by_rule else _added(sheet)
    slug = sheet.text("slug") or catalog.slugify(names.get("en") or next(iter(names.values()), ""))
    if sheet.refused:
        return None
    shown = sheet.flag("is_visible") or False
    try:
        if stored is None:
            return catalog.create_collection(slug, names, description=about, rule=rule, product_ids=added,
                                             is_visible=shown, actor=actor)
        kept: Any = rule if by_rule and rule is not None else UNSET if by_rule else None
        if not by_rule and stored["rule"] is None:
            kept = UNSET
        with transaction.atomic():
            catalog.update_collection(stored["id"], slug=slug, name=_over(stored["name"], names), rule=kept,
                                      description=_over(stored["description"], about), is_visible=shown, actor=actor)
            if not by_rule and (stored["rule"] is None or added):
                catalog.set_collection_products(stored["id"], [*_ordered(stored["id"], sheet), *added], actor=actor)
        return int(stored["id"])
    except DomainError as error:
        sheet.blame(error, {"": "slug", "rule": "word"})
        return None


def _over(stored: Mapping[str, str], typed: Mapping[str, str]) -> dict[str, str]:
    """What was typed, beside the languages that the page does not show."""
    return {**{k: v for k, v in stored.items() if k not in dict(LANGUAGES)}, **typed}


def _added(sheet: Sheet) -> list[UUID]:
    variants, products = named_goods(sheet, "add")
    facts = catalog.variant_facts([UUID(v) for v in variants]) if variants else {}
    return list(dict.fromkeys([*(f.product_id for f in facts.values()), *(UUID(p) for p in products)]))


def _ordered(collection_id: int, sheet: Sheet) -> list[UUID]:
    """The members as placed on the page; those beyond what it shows keep their order behind them."""
    rows = catalog.collection_products(collection_id, limit=10_000)
    places = []
    for n, r in enumerate(rows):
        if f"p-{r.id}-gone" in sheet.sent:
            continue
        place = sheet.number(f"p-{r.id}-position") if sheet.has(f"p-{r.id}-position") else None
        places.append((n + 1 if place is None else place, n, r.id))
    return [id_ for _place, _n, id_ in sorted(places)]


def delete(request: HttpRequest, collection_id: int) -> HttpResponse:
    if request.method != "POST":
        return HttpResponseNotAllowed(["POST"])
    return acted(request, lambda: catalog.delete_collection(collection_id, actor=actor_of(request)),
                 reverse("admin:desk_collections"))
