"""What happened to a product, in words: old and new of every field; and what an older version would bring back."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from html import unescape
from typing import Any

from django.utils.html import strip_tags
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from entrepot.catalog import public as catalog
from entrepot.catalog.contracts import HistoryEntry
from entrepot.web.office.goods.sheet import LANGUAGES, Sheet
from entrepot.web.templatetags.office import words as in_words

LABELS = {
    "name": gettext_lazy("Name"), "description": gettext_lazy("Product text"), "seo": gettext_lazy("Search text"),
    "slug": gettext_lazy("Web address"), "status": gettext_lazy("Status"), "brand_id": gettext_lazy("Brand"),
    "category_id": gettext_lazy("Main category"), "category_ids": gettext_lazy("Categories"),
    "tax_class": gettext_lazy("Tax class"), "attributes": gettext_lazy("Attributes"),
    "options": gettext_lazy("Options"), "tags": gettext_lazy("Tags"), "external_ids": gettext_lazy("External ids"),
    "type_id": gettext_lazy("Product type"), "media": gettext_lazy("Images"),
    "publications": gettext_lazy("Channels"), "collections": gettext_lazy("Collections"), "skus": "SKU",
}
_SHORT = 160


def told(entry: HistoryEntry) -> list[dict[str, str]]:
    """The fields that an entry changed: label, old and new in words."""
    old, new = entry.old or {}, entry.new or {}
    if not isinstance(new, Mapping) or not isinstance(old, Mapping):
        return []
    lines = []
    for name in new:
        if name == "type_id":
            continue
        if name in _NAMED:
            lines.append(_line(str(LABELS[name]), _named(name, old.get(name)), _named(name, new[name])))
        elif name == "media":
            lines.append({"label": str(LABELS[name]), "old": str(len(old.get(name) or ())),
                          "new": str(len(new[name]))})
        elif name == "variants":
            lines += _variants(old.get("variants") or {}, new["variants"])
        elif isinstance(new[name], Mapping) and isinstance(old.get(name) or {}, Mapping):
            lines += _parts(str(LABELS.get(name, name)), old.get(name) or {}, new[name])
        else:
            lines.append(_line(str(LABELS.get(name, name)), old.get(name), new[name]))
    return lines


_NAMED = ("status", "brand_id", "category_id", "category_ids")


def _named(name: str, value: Any) -> str:
    """States and ids as people know them; what is gone is shown by its id."""
    if value in (None, "", []):
        return ""
    if name == "status":
        return in_words(value)
    language = get_language() or "en"
    rows = [(b.id, b.name) for b in catalog.brands()] if name == "brand_id" else [
        (c["id"], c["name"]) for c in catalog.list_categories()]
    names = {key: catalog.in_language(texts, language) for key, texts in rows}
    return ", ".join(names.get(key, str(key)) for key in (value if isinstance(value, list) else [value]))


def _line(label: str, old: Any, new: Any) -> dict[str, str]:
    return {"label": label, "old": words(old), "new": words(new)}


def _parts(label: str, old: Mapping[str, Any], new: Mapping[str, Any]) -> list[dict[str, str]]:
    names = dict(LANGUAGES)
    return [_line(f"{label} · {names.get(k, k)}", old.get(k), new.get(k)) for k in {**old, **new}
            if old.get(k) != new.get(k)]


def _variants(old: Mapping[str, Any], new: Mapping[str, Any]) -> list[dict[str, str]]:
    lines = []
    for sku, fields in new.items():
        if sku not in old:
            lines.append({"label": sku, "old": "", "new": _("new")})
        lines += [_line(f"{sku} · {name.replace('_', ' ')}", was, fields.get(name))
                  for name, was in old.get(sku, {}).items()]
    return lines


def words(value: Any) -> str:
    """A stored value, short and readable."""
    if value is None or value in ("", [], {}):
        return "—"
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, Mapping):
        text = ", ".join(f"{k}: {words(v)}" for k, v in value.items() if v not in (None, "", {}, []))
    elif isinstance(value, list | tuple):
        text = ", ".join(words(v) for v in value) if len(value) <= 6 else str(len(value))
    else:
        text = " ".join(unescape(strip_tags(str(value).replace("<", " <"))).split())
    return text if len(text) <= _SHORT else f"{text[:_SHORT]}…"


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
