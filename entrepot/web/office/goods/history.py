"""What happened to a product, in words: old and new of every field; and what an older version would bring back."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from entrepot.catalog.contracts import HistoryEntry
from entrepot.kit import said
from entrepot.web.office.goods.naming import NOTHING, Names, words
from entrepot.web.office.goods.sheet import LANGUAGES, Sheet

LABELS = {
    "name": gettext_lazy("Name"), "description": gettext_lazy("Product text"), "seo": gettext_lazy("Search text"),
    "slug": gettext_lazy("Web address"), "status": gettext_lazy("Status"), "brand_id": gettext_lazy("Brand"),
    "category_id": gettext_lazy("Main category"), "category_ids": gettext_lazy("Categories"),
    "tax_class": gettext_lazy("Tax class"), "attributes": gettext_lazy("Attributes"),
    "options": gettext_lazy("Options"), "tags": gettext_lazy("Tags"), "external_ids": gettext_lazy("External ids"),
    "type_id": gettext_lazy("Product type"), "media": gettext_lazy("Images"),
    "publications": gettext_lazy("Channels"), "collections": gettext_lazy("Collections"), "skus": "SKU",
}
Line = dict[str, str]


def told(entry: HistoryEntry, names: Names) -> list[Line]:
    """The fields that an entry changed: label, old and new in words of the reader's language."""
    old, new = entry.old or {}, entry.new or {}
    if not isinstance(new, Mapping) or not isinstance(old, Mapping):
        return []
    lines: list[Line] = []
    for name in new:
        if name != "type_id" or name in old:  # a new product is of some type anyway
            lines += _field(name, old.get(name), new[name], names)
    return lines


def _field(name: str, old: Any, new: Any, names: Names) -> list[Line]:
    label = str(LABELS.get(name) or said.key(name))
    if name == "variants":
        return _variants(old or {}, new, names)
    if name == "publications":
        return _offers(old or (), new or (), names)
    if name == "attributes":
        return _attributes("", old or {}, new or {}, names)
    if isinstance(new, Mapping) and isinstance(old or {}, Mapping):
        return _parts(label, old or {}, new)
    return [_line(label, *(_value(name, value, names) for value in (old, new)))]


def _value(name: str, value: Any, names: Names) -> str:
    if value in (None, "", []):
        return NOTHING
    if name in ("brand_id", "category_id", "category_ids", "type_id"):
        return names.named(name, value)
    if name == "options":
        return names.options(value)
    if name == "media":
        return str(len(value))
    return said.coded(name, value) or words(value) if isinstance(value, str) else words(value)


def _line(label: str, old: str, new: str) -> Line:
    return {"label": label, "old": old, "new": new}


def _parts(label: str, old: Mapping[str, Any], new: Mapping[str, Any]) -> list[Line]:
    languages = dict(LANGUAGES)
    return [_line(f"{label} · {languages.get(k) or said.key(k)}", words(old.get(k)), words(new.get(k)))
            for k in {**old, **new} if old.get(k) != new.get(k)]


def _attributes(at: str, old: Mapping[str, Any], new: Mapping[str, Any], names: Names) -> list[Line]:
    return [_line(f"{at}{names.attribute(code)}", names.attribute_value(code, old.get(code)),
                  names.attribute_value(code, new.get(code)))
            for code in {**old, **new} if old.get(code) != new.get(code)]


def _offers(old: Iterable[Mapping[str, Any]], new: Iterable[Mapping[str, Any]], names: Names) -> list[Line]:
    before, after = ({p["channel_id"]: p for p in offers} for offers in (old, new))
    return [_line(f"{LABELS['publications']} · {names.named('channel_id', channel)}", names.offer(before.get(channel)),
                  names.offer(after.get(channel)))
            for channel in {**before, **after} if before.get(channel) != after.get(channel)]


def _variants(old: Mapping[str, Any], new: Mapping[str, Any], names: Names) -> list[Line]:
    lines: list[Line] = []
    for sku, fields in new.items():
        if sku not in old:
            lines.append({"label": sku, "old": "", "new": _("new")})
        for name, was in old.get(sku, {}).items():
            lines += _of_variant(sku, name, {**old[sku], name: was}, fields, names)
    return lines


def _of_variant(sku: str, name: str, old: Mapping[str, Any], new: Mapping[str, Any], names: Names) -> list[Line]:
    if name == "attributes":
        return _attributes(f"{sku} · ", old.get(name) or {}, new.get(name) or {}, names)
    if name == "cost":
        return [_line(f"{sku} · {said.key(name)}",
                      *(NOTHING if f.get(name) is None else names.cost(sku, f) for f in (old, new)))]
    say = {"components": names.parts, "options": words}.get(name) or (lambda value: _value(name, value, names))
    return [_line(f"{sku} · {said.key(name)}", say(old.get(name)), say(new.get(name)))]


def clash(entries: Iterable[HistoryEntry], sheet: Sheet, product: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Beside what somebody else saved meanwhile: what was typed here for the same field."""
    lines = []
    for entry in entries:
        for name in entry.new or {}:
            for field, label, now in _fields(name, product):
                mine = sheet.text(field)
                if mine is not None and mine != now:
                    lines.append({"who": entry.actor, "at": entry.at, "label": label, "theirs": words(now),
                                  "mine": words(mine)})
    return lines


def _fields(name: str, product: Mapping[str, Any]) -> list[tuple[str, str, str]]:
    """The page's controls for a field of the audit trail: name, label, what is stored now."""
    label = str(LABELS.get(name, name))
    if name in ("name", "description"):
        return [(f"{name}-{code}", f"{label} · {lang}", product[name].get(code, "")) for code, lang in LANGUAGES]
    if name == "seo":
        return [(f"seo-{part}-{code}", f"{label} · {lang}", product["seo"].get(code, {}).get(part, ""))
                for code, lang in LANGUAGES for part in ("title", "description")]
    if name == "variants":
        return [(f"v-{v['id']}-{cell}", f"{v['sku']} · {cell}", str(v[stored])) for v in product["variants"]
                for cell, stored in (("sku", "sku"), ("barcode", "barcode"), ("weight", "weight_g"))]
    if name in ("slug", "status", "tax_class"):
        return [(name, label, product[name])]
    if name in ("brand_id", "category_id"):
        return [(name[:-3], label, product[name[:-3]] or "")]
    return [("tags", label, ", ".join(product["tags"]))] if name == "tags" else []
