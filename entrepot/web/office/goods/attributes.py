"""Typed attributes as controls: what each kind shows and how it is read back."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from entrepot.catalog import public as catalog
from entrepot.web.office.goods.sheet import Field, Sheet, named

_CONTROLS = {"text": "text", "number": "number", "boolean": "select", "choice": "select", "choices": "many",
             "date": "date"}


def of_type(code: str) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """The attributes of a product type: those of the product, and those of each variant."""
    found = catalog.list_product_types(code=code)
    if not found:
        return [], []
    kind, known = found[0], {a["code"]: a for a in catalog.list_attributes()}
    all_of_it = [{**known[c], "is_required": c in kind["required"]} for c in kind["attributes"] if c in known]
    return ([a for a in all_of_it if a["code"] not in kind["per_variant"]],
            [a for a in all_of_it if a["code"] in kind["per_variant"]])


def attribute_field(sheet: Sheet, name: str, attribute: Mapping[str, Any], stored: Any, **more: Any) -> Field:
    language = get_language() or "en"
    kind = attribute["kind"]
    choices = [(code, catalog.in_language(texts, language)) for code, texts in attribute["choices"].items()]
    if kind == "boolean":
        choices, stored = [("yes", _("Yes")), ("no", _("No"))], {True: "yes", False: "no"}.get(stored, "")
    label = catalog.in_language(attribute["name"], language)
    shown = sheet.field(name, [] if kind == "choices" and stored is None else stored, label, _CONTROLS[kind],
                        choices=choices if kind == "choices" else named(choices), hint=attribute["unit"], **more)
    if attribute.get("is_required"):
        shown.label = f"{label} *"
    return shown


def attribute_value(sheet: Sheet, name: str, attribute: Mapping[str, Any]) -> Any:
    """The typed value; None for an empty field. What does not fit its kind is refused by the catalogue."""
    if attribute["kind"] == "choices":
        return sheet.many(name) or None
    if attribute["kind"] == "number":
        value = sheet.number(name, least=None)
        return None if value is None else str(value)
    given = sheet.text(name) or None
    return {"yes": True, "no": False}.get(given or "", given) if attribute["kind"] == "boolean" else given
