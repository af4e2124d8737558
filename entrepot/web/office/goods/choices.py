"""Which goods: categories, collections, brands, types, and single ones by SKU or address."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any
from uuid import UUID

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from entrepot.catalog import public as catalog
from entrepot.catalog.public import ProductFilter
from entrepot.web.office.goods.sheet import Field, Sheet
from entrepot.web.office.pages import whole

MOST_NAMED = 1_000


@dataclass
class Catalogue:
    """The lists that goods are chosen from, read once per page."""

    language: str

    @classmethod
    def here(cls) -> Catalogue:
        return cls(get_language() or "en")

    def _named(self, rows: Iterable[Mapping[str, Any]]) -> list[tuple[str, str]]:
        return [(str(r["id"]), catalog.in_language(r["name"], self.language)) for r in rows]

    @cached_property
    def categories(self) -> list[tuple[str, str]]:
        rows = sorted(catalog.list_categories(), key=lambda r: _path(r, self._by_id))
        return [(str(r["id"]), f"{' ' * 4 * (r['depth'] - 1)}{catalog.in_language(r['name'], self.language)}")
                for r in rows]

    @cached_property
    def _by_id(self) -> dict[int, Mapping[str, Any]]:
        return {r["id"]: r for r in catalog.list_categories()}

    @cached_property
    def collections(self) -> list[tuple[str, str]]:
        return self._named(catalog.list_collections(limit=500))

    @cached_property
    def brands(self) -> list[tuple[str, str]]:
        return [(str(b.id), catalog.in_language(b.name, self.language)) for b in catalog.brands()]

    @cached_property
    def types(self) -> list[tuple[str, str]]:
        return [(t["code"], catalog.in_language(t["name"], self.language)) for t in catalog.list_product_types()]


def _path(row: Mapping[str, Any], by_id: Mapping[int, Mapping[str, Any]]) -> list[tuple[int, int]]:
    """Where a category stands: the places of all above it."""
    return [(by_id[int(i)]["position"], int(i)) for i in row["path"].split(".")]


def controls(sheet: Sheet, at: str, stored: Mapping[str, Any] | None, world: Catalogue) -> dict[str, Any]:
    """The controls of a target, with whether it names anything."""
    told = stored or {}
    fields = {
        "named": sheet.field(f"{at}-named", skus(told), _("Single goods, by SKU or address"), "area",
                             hint=_("one per line")),
        "categories": _many(sheet, f"{at}-categories", told.get("categories"), _("Categories"), world.categories),
        "collections": _many(sheet, f"{at}-collections", told.get("collections"), _("Collections"), world.collections),
        "brands": _many(sheet, f"{at}-brands", told.get("brands"), _("Brands"), world.brands),
        "types": _many(sheet, f"{at}-types", told.get("types"), _("Product types"), world.types)}
    return {"fields": fields, "is_open": any(f.value or f.error for f in fields.values())}


def _many(sheet: Sheet, name: str, stored: Any, label: str, choices: list[tuple[str, str]]) -> Field:
    return sheet.field(name, [str(v) for v in stored or ()], label, "many", choices=choices)


def skus(stored: Mapping[str, Any]) -> str:
    """Variants by SKU and products by address, one per line."""
    variants = [UUID(str(v)) for v in stored.get("variants") or ()]
    products = tuple(UUID(str(p)) for p in stored.get("products") or ())
    facts = catalog.variant_facts(variants) if variants else {}
    named = catalog.find_products(ProductFilter(ids=products), limit=MOST_NAMED) if products else []
    return "\n".join([*(facts[v].sku for v in variants if v in facts), *(p["slug"] for p in named)])


def read(sheet: Sheet, at: str) -> dict[str, Any]:
    """The target as the promotion keeps it: only the marks that are set."""
    variants, products = named_goods(sheet, f"{at}-named")
    target: dict[str, Any] = {"variants": variants, "products": products}
    for mark in ("categories", "collections", "brands"):
        target[mark] = [n for v in sheet.many(f"{at}-{mark}") or [] if (n := whole(v)) is not None]
    target["types"] = sheet.many(f"{at}-types") or []
    return {mark: values for mark, values in target.items() if values}


def named_goods(sheet: Sheet, name: str) -> tuple[list[str], list[str]]:
    """SKUs to variants, addresses to products; what is neither is told beside the field."""
    given = [w for w in re.split(r"[\n,，;]+", sheet.text(name) or "") if w.strip()]
    words = list(dict.fromkeys(w.strip() for w in given))
    if not words:
        return [], []
    by_sku = catalog.facts_by_sku(words)
    variants = [str(by_sku[w].id) for w in words if w in by_sku]
    slugs = {w: catalog.product_id_of(w) for w in words[:MOST_NAMED] if w not in by_sku}
    if unknown := [w for w, found in slugs.items() if found is None]:
        sheet.errors[name] = _("There is no such SKU or address: %(words)s") % {"words": ", ".join(unknown[:5])}
    return variants, [str(found) for found in slugs.values() if found is not None]


def in_words(target: Mapping[str, Any] | None, world: Catalogue) -> str:
    """"Tea & Coffee, Winter, 3 single goods"; empty for all goods."""
    told = target or {}
    parts = []
    for mark in ("categories", "collections", "brands", "types"):
        names = dict(getattr(world, mark))
        parts += [names.get(str(v), "?").strip() for v in told.get(mark) or ()]
    single = len(told.get("variants") or ()) + len(told.get("products") or ())
    if single:
        parts.append(_("%(n)s single goods") % {"n": single})
    return ", ".join(parts[:4]) + (" …" if len(parts) > 4 else "")
