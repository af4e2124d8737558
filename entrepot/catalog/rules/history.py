"""Going back to an earlier version of a product, by what the audit trail keeps of every change."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from entrepot.catalog.rules.state import ProductState, PublicationState, VariantState

_Reader = Callable[[Any], Any]
_PRODUCT: dict[str, _Reader] = {"category_ids": tuple, "options": tuple, "tags": tuple}
_VARIANT: dict[str, _Reader] = {
    "qty_step": Decimal, "cost": lambda v: None if v is None else Decimal(v),
    "dimensions_mm": lambda v: tuple(v) if v else None,
    "components": lambda v: tuple((UUID(c), Decimal(q)) for c, q in v)}
_KEPT = frozenset({"media", "variants", "publications"})  # read in their own way, or (images) not at all


def undone(state: ProductState, changes: Iterable[tuple[Mapping[str, Any] | None, Mapping[str, Any]]]) -> ProductState:
    """`state` before these changes, newest first. Images stay as they are: files that were removed are gone."""
    for old, new in changes:
        if old is None:
            break
        state = replace(state, **{k: _PRODUCT.get(k, _same)(v) for k, v in old.items() if k not in _KEPT})
        if "publications" in old:
            state = replace(state, publications=tuple(_publication(p) for p in old["publications"]))
        if "variants" in new:
            state = replace(state, variants=_variants(state.variants, old.get("variants") or {}, new["variants"]))
    return state


def _same(value: Any) -> Any:
    return value


def _publication(told: Mapping[str, Any]) -> PublicationState:
    return PublicationState(told["channel_id"], _moment(told["from_at"]), _moment(told["until_at"]))


def _moment(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None


def _variants(variants: tuple[VariantState, ...], old: Mapping[str, Any],
              new: Mapping[str, Any]) -> tuple[VariantState, ...]:
    """Changed ones as they were; those that did not exist are switched off, since orders may know them."""
    was = {told.get("sku", sku): sku for sku, told in new.items()}  # by the SKU after the change: the one before it
    back = []
    for variant in variants:
        sku = was.get(variant.sku)
        if sku is not None and sku in old:
            told = old[sku]
            variant = replace(variant, **{k: _VARIANT.get(k, _same)(v) for k, v in told.items()})
        elif sku is not None:
            variant = replace(variant, is_active=False)
        back.append(variant)
    return tuple(sorted(back, key=lambda v: (v.position, v.id)))
