"""The product type on the product page: another one while the product is a draft, and what that would cost it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any
from uuid import UUID

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from entrepot.catalog import public as catalog
from entrepot.catalog.contracts import UNSET, ProductPatch, VariantPatch
from entrepot.web.office.goods.attributes import of_type
from entrepot.web.office.goods.sheet import Field, Sheet, named

CONFIRMED = "type-confirmed"


def types_in_words(language: str) -> list[tuple[str, str]]:
    return [(t["code"], catalog.in_language(t["name"], language)) for t in catalog.list_product_types()]


def fields(product: Mapping[str, Any], sheet: Sheet) -> dict[str, Field]:
    """The type, and the box that lets its attributes go, once that was asked."""
    types, is_draft = types_in_words(get_language() or "en"), product["status"] == "draft"
    shown = {"type": sheet.field("type", product["type"], _("Product type"), "select", choices=named(types, blank=None),
                                 locked=sheet.locked or not is_draft,
                                 hint="" if is_draft else _("It can be changed while the product is a draft."))}
    if sheet.has(f"{CONFIRMED}-shown") or CONFIRMED in sheet.errors:
        label = _("Change the type and drop these attributes")
        shown["confirmed"] = sheet.field(CONFIRMED, False, label, "check")
    return shown


def retyped(product: Mapping[str, Any], sheet: Sheet, patch: ProductPatch | None) -> ProductPatch | None:
    """The patch with the chosen type. Values that the new type has no place for go, after a confirmation."""
    wanted = sheet.text("type")
    if not wanted or wanted == product["type"]:
        return patch
    if product["status"] != "draft":
        sheet.errors["type"] = _("It can be changed while the product is a draft.")
    elif patch is not None and patch.status == "active":
        sheet.errors["type"] = _("Change the type first and complete its attributes; then put it on sale.")
    else:
        return _fitted(product, sheet, patch or ProductPatch(), wanted)
    return patch


def _fitted(product: Mapping[str, Any], sheet: Sheet, patch: ProductPatch, wanted: str) -> ProductPatch:
    own, of_variants = ({a["code"] for a in group} for group in of_type(wanted))
    values = product["attributes"] if patch.attributes is UNSET else patch.attributes
    changes = {p.id: p for p in patch.variants if p.id is not None}
    lost = {code for code in values if code not in own}
    for v in product["variants"]:
        if (kept := _kept(v, changes.get(v["id"]), of_variants)) is not None:
            gone, changes[v["id"]] = kept
            lost |= gone
    if lost and not sheet.has(CONFIRMED):
        names = {a["code"]: a["name"] for a in catalog.list_attributes()}
        comma = "、" if (get_language() or "").startswith("zh") else ", "
        told = comma.join(sorted(catalog.in_language(names.get(c, {}), get_language() or "en") or c for c in lost))
        sheet.errors[CONFIRMED] = _("The new type has no place for: %(names)s.") % {"names": told}
    return replace(patch, type=wanted, attributes={code: v for code, v in values.items() if code in own},
                   variants=(*changes.values(), *(p for p in patch.variants if p.id is None)))


def _kept(variant: Mapping[str, Any], patch: VariantPatch | None,
          known: set[str]) -> tuple[set[str], VariantPatch] | None:
    """What a variant loses, and its change with what stays; None when it loses nothing."""
    is_typed = patch is not None and patch.attributes is not UNSET
    values: Mapping[str, Any] = patch.attributes if is_typed else variant["attributes"]  # type: ignore[union-attr, assignment]  # asked above
    if not (gone := set(values) - known):
        return None
    key: UUID = variant["id"]
    return gone, replace(patch or VariantPatch(id=key), attributes={k: v for k, v in values.items() if k in known})
