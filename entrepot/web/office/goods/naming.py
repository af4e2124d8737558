"""Stored values of a product as the reader knows them: ids and codes by name, yes and no, moments, money."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal, InvalidOperation
from functools import cached_property
from html import unescape
from typing import Any
from uuid import UUID

from django.utils.html import strip_tags
from django.utils.translation import get_language, pgettext
from django.utils.translation import gettext as _

from entrepot.catalog import public as catalog
from entrepot.kit import said
from entrepot.kit.amounts import money
from entrepot.kit.money import Money

_SHORT = 160
NOTHING = "—"


def words(value: Any) -> str:
    """A stored value, short and readable."""
    if value is None or value in ("", [], {}):
        return NOTHING
    if isinstance(value, bool):
        return _("Yes") if value else _("No")
    if isinstance(value, Mapping):
        text = listed(f"{said.key(str(k))}{_colon()}{words(v)}" for k, v in value.items()
                      if v not in (None, "", {}, []))
    elif isinstance(value, list | tuple):
        text = listed(words(v) for v in value) if len(value) <= 6 else str(len(value))
    else:
        text = " ".join(unescape(strip_tags(str(value).replace("<", " <"))).split())
    return text if len(text) <= _SHORT else f"{text[:_SHORT]}…"


def listed(texts: Iterable[str]) -> str:
    return ("、" if _is_chinese() else ", ").join(texts)


def _colon() -> str:
    return "：" if _is_chinese() else ": "


def _is_chinese() -> bool:
    return (get_language() or "").startswith("zh")


class Names:
    """What ids and codes of a product's history are called; each kind is asked for once, when something needs it."""

    def __init__(self, product: Mapping[str, Any] | None = None) -> None:
        self.language = get_language() or "en"
        self._costs = {v["sku"]: v.get("cost_currency") or "" for v in (product or {}).get("variants", ())}

    def _of(self, rows: Iterable[tuple[Any, dict[str, str]]]) -> dict[Any, str]:
        return {key: catalog.in_language(texts, self.language) for key, texts in rows}

    @cached_property
    def by_id(self) -> dict[str, dict[Any, str]]:
        categories = self._of((c["id"], c["name"]) for c in catalog.list_categories())
        return {"brand_id": self._of((b.id, b.name) for b in catalog.brands()), "category_id": categories,
                "category_ids": categories,
                "type_id": self._of((t["id"], t["name"]) for t in catalog.list_product_types()),
                "channel_id": self._of((c.id, c.name) for c in catalog.channels())}

    @cached_property
    def attributes(self) -> dict[str, dict[str, Any]]:
        return {a["code"]: a for a in catalog.list_attributes()}

    def named(self, name: str, value: Any) -> str:
        """An id, or several, by name; what is gone by its id."""
        known = self.by_id[name]
        return listed(known.get(i, str(i)) for i in (value if isinstance(value, list) else [value])) or NOTHING

    def attribute(self, code: str) -> str:
        return catalog.in_language(self.attributes.get(code, {}).get("name", {}), self.language) or code

    def attribute_value(self, code: str, value: Any) -> str:
        choices = self.attributes.get(code, {}).get("choices") or {}
        if value is None or not choices:
            return words(value)
        return listed(catalog.in_language(choices.get(v, {}), self.language) or str(v)
                      for v in (value if isinstance(value, list) else [value]))

    def options(self, stored: Sequence[Mapping[str, Any]] | None) -> str:
        """What is chosen and from what: “Size: S, L”."""
        told = (f"{catalog.in_language(o['name'], self.language)}{_colon()}"
                f"{listed(catalog.in_language(v['name'], self.language) for v in o['values'])}" for o in stored or ())
        return ("；" if _is_chinese() else "; ").join(told) or NOTHING

    def offer(self, publication: Mapping[str, Any] | None) -> str:
        """Whether it is in a channel, and between which days."""
        if publication is None:
            return pgettext("product", "not published")
        ends = [f"{text}{_colon()}{said.value(name, publication[name])}" for name, text in
                (("from_at", _("from")), ("until_at", _("until"))) if publication.get(name)]
        return listed((pgettext("product", "published"), *ends))

    def parts(self, components: Sequence[Sequence[Any]] | None) -> str:
        """What a bundle is made of: “2 × MUG-1”."""
        facts = catalog.variant_facts([UUID(str(part[0])) for part in components or ()])
        skus = {str(key): f.sku for key, f in facts.items()}
        return listed(f"{Decimal(str(q)).normalize():f} × {skus.get(str(key), key)}"
                      for key, q in components or ()) or NOTHING

    def cost(self, sku: str, fields: Mapping[str, Any]) -> str:
        """A unit cost in its currency."""
        currency = fields.get("cost_currency") or self._costs.get(sku) or catalog.default_channel().currency
        try:
            return money(Money.of(Decimal(str(fields["cost"])), currency).amount_minor, currency)
        except (InvalidOperation, ValueError):  # more decimals than the currency has
            return f"{words(fields['cost'])} {currency}"
