"""A product as one value: everything of it that an action may change. Actions turn one state into the next."""

from __future__ import annotations

from dataclasses import dataclass, field, fields
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from entrepot.catalog.contracts import Texts


@dataclass(frozen=True, slots=True)
class VariantState:
    """A variant as an edit sees it; weight in grams, dimensions in millimetres."""

    id: UUID
    sku: str
    barcode: str = ""
    name: Texts = field(default_factory=dict)
    options: dict[str, str] = field(default_factory=dict)
    attributes: dict[str, Any] = field(default_factory=dict)
    position: int = 0
    is_active: bool = True
    is_bundle: bool = False
    is_stocked: bool = True
    needs_shipping: bool = True
    weight_g: int = 0
    dimensions_mm: tuple[int, int, int] | None = None
    unit: str = "pcs"
    qty_step: Decimal = Decimal(1)
    customs: dict[str, str] = field(default_factory=dict)
    cost: Decimal | None = None
    cost_currency: str = ""
    external_ids: dict[str, str] = field(default_factory=dict)
    components: tuple[tuple[UUID, Decimal], ...] = ()  # in order of id


@dataclass(frozen=True, slots=True)
class MediaState:
    """A picture as an edit sees it: an address elsewhere, or a file of ours."""

    id: UUID
    url: str = ""
    file: str = ""
    alt: Texts = field(default_factory=dict)
    position: int = 0
    variant_id: UUID | None = None
    width: int | None = None
    height: int | None = None
    renditions: tuple[dict[str, Any], ...] = ()


@dataclass(frozen=True, slots=True)
class PublicationState:
    """A publication as an edit sees it."""

    channel_id: int
    from_at: datetime | None = None
    until_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class ProductState:
    """A whole product in memory: an edit turns one state into another, and the difference is written."""

    id: UUID
    type_id: int
    slug: str
    created_at: datetime
    status: str = "draft"
    name: Texts = field(default_factory=dict)
    description: Texts = field(default_factory=dict)
    seo: dict[str, Texts] = field(default_factory=dict)
    brand_id: int | None = None
    category_id: int | None = None
    category_ids: tuple[int, ...] = ()  # in order of id; the main one is among them
    tax_class: str = "standard"
    attributes: dict[str, Any] = field(default_factory=dict)
    options: tuple[dict[str, Any], ...] = ()  # {"code", "name", "values": [{"code", "name"}]}
    tags: tuple[str, ...] = ()
    external_ids: dict[str, str] = field(default_factory=dict)
    version: int = 0  # of the stored row; 0: not stored yet
    variants: tuple[VariantState, ...] = ()
    media: tuple[MediaState, ...] = ()
    publications: tuple[PublicationState, ...] = ()  # in order of channel


_OWN = tuple(f.name for f in fields(ProductState)
             if f.name not in ("id", "created_at", "version", "variants", "media", "publications"))
_VARIANT = tuple(f.name for f in fields(VariantState) if f.name != "id")


def difference(old: ProductState | None, new: ProductState) -> tuple[dict[str, Any] | None, dict[str, Any]]:
    """What changed, for the audit trail: the old and the new value of every field that differs."""
    if old is None:
        told = {name: getattr(new, name) for name in ("slug", "status", "name", "type_id")}
        return None, {**told, "skus": [v.sku for v in new.variants]}
    before, after = _differing(old, new, _OWN)
    _variants(old, new, before, after)
    for name in ("media", "publications"):
        if getattr(old, name) != getattr(new, name):
            before[name], after[name] = getattr(old, name), getattr(new, name)
    return before, after


def _differing(old: Any, new: Any, names: tuple[str, ...]) -> tuple[dict[str, Any], dict[str, Any]]:
    names = tuple(n for n in names if getattr(old, n) != getattr(new, n))
    return {n: getattr(old, n) for n in names}, {n: getattr(new, n) for n in names}


def _variants(old: ProductState, new: ProductState, before: dict[str, Any], after: dict[str, Any]) -> None:
    known = {v.id: v for v in old.variants}
    lost: dict[str, Any] = {}
    won: dict[str, Any] = {}
    for variant in new.variants:
        was = known.get(variant.id)
        if was is None:
            won[variant.sku] = {"options": variant.options}
        elif was != variant:
            lost[was.sku], won[was.sku] = _differing(was, variant, _VARIANT)
    if won:
        before["variants"], after["variants"] = lost, won
