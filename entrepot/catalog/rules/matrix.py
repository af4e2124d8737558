"""What becomes of a product's variants when its options change."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from entrepot.catalog.contracts import VariantPatch
from entrepot.catalog.rules.state import VariantState
from entrepot.catalog.rules.variants import matrix, sku_for

Choice = tuple[tuple[str, str], ...]


def fit(options: Sequence[Mapping[str, Any]], variants: Sequence[VariantState], prefix: str, *,
        complete: bool) -> tuple[VariantPatch, ...]:
    """The changes that make variants fit `options`.

    A variant takes the first value of an option that is new, and loses one that is gone. Those left with a value that
    no longer exists, or with the same choice as one before them, are switched off. `complete` adds a variant for every
    combination that has none.
    """
    allowed = {o["code"]: [v["code"] for v in o["values"]] for o in options}
    changes: list[VariantPatch] = []
    taken: dict[Choice, str] = {}
    for variant in variants:
        if not variant.is_active:
            continue
        chosen = {code: variant.options.get(code, values[0]) for code, values in allowed.items()}
        key = tuple(sorted(chosen.items()))
        if any(value not in allowed[code] for code, value in key) or key in taken:
            changes.append(VariantPatch(id=variant.id, is_active=False))
            continue
        taken[key] = variant.sku
        if chosen != variant.options:
            changes.append(VariantPatch(id=variant.id, options=chosen))
    if complete:
        changes += _missing(options, taken, {v.sku for v in variants}, prefix)
    return tuple(changes)


def _missing(options: Sequence[Mapping[str, Any]], taken: Mapping[Choice, str], skus: set[str],
             prefix: str) -> list[VariantPatch]:
    made = []
    for chosen in matrix(options):
        if tuple(sorted(chosen.items())) in taken:
            continue
        sku = plain = sku_for(prefix, chosen)
        n = 1
        while sku in skus:  # one that was switched off still has it
            n += 1
            sku = f"{plain[:75]}-{n}"
        skus.add(sku)
        made.append(VariantPatch(sku=sku, options=chosen))
    return made


def copied(variants: Sequence[VariantState], ending: str, ids: Sequence[Any]) -> tuple[VariantState, ...]:
    """The active variants for a copy of their product: under SKUs of their own, and unknown to other systems."""
    active = [v for v in variants if v.is_active]
    return tuple(replace(v, id=id_, sku=f"{v.sku[:80 - len(ending)]}{ending}", barcode="", external_ids={})
                 for v, id_ in zip(active, ids, strict=False))
