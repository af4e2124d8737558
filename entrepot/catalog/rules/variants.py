"""Variants: options, the matrix of their combinations, quantities, bundles."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import product as combinations
from typing import Any
from uuid import UUID

from entrepot.catalog.contracts import Component, Option
from entrepot.catalog.errors import NotABundlePart, OptionsTaken, SkuTaken
from entrepot.catalog.rules.state import VariantState
from entrepot.kit.bylanguage import check_texts
from entrepot.kit.codes import check_code
from entrepot.kit.errors import N_, InvalidInput

MAX_VARIANTS = 2000
MAX_COMPONENTS = 100
_QTY_LIMIT = Decimal(10) ** 11


def check_options(options: Sequence[Option]) -> tuple[dict[str, Any], ...]:
    """Option definitions as they are stored; codes once, at least one value each."""
    if len(options) > 10 or len({o.code for o in options}) < len(options):
        raise InvalidInput("options", N_("names an option twice, or more than ten"))
    stored = []
    for option in options:
        codes = [v.code for v in option.values]
        if not codes or len(set(codes)) < len(codes) or len(codes) > 500:
            raise InvalidInput("options", N_("needs one to 500 different values"))
        values = [{"code": check_code("options", v.code), "name": check_texts("options", v.name, required=True)}
                  for v in option.values]
        stored.append({"code": check_code("options", option.code),
                       "name": check_texts("options", option.name, required=True), "values": values})
    return tuple(stored)


def matrix(options: Sequence[Mapping[str, Any]]) -> list[dict[str, str]]:
    """Every combination of option values, the first option varying slowest; one empty one without options."""
    codes = [o["code"] for o in options]
    size = 1
    for option in options:
        size *= len(option["values"])
    if size > MAX_VARIANTS:
        raise InvalidInput("options", N_("would make more variants than a product may have"))
    return [dict(zip(codes, values, strict=True))
            for values in combinations(*([v["code"] for v in o["values"]] for o in options))]


def check_variants(options: Sequence[Mapping[str, Any]], variants: Sequence[VariantState]) -> None:
    """SKUs once, options among those defined and unique among the active variants."""
    if len(variants) > MAX_VARIANTS:
        raise InvalidInput("variants", N_("has too many entries"))
    allowed = {o["code"]: {v["code"] for v in o["values"]} for o in options}
    skus: set[str] = set()
    taken: set[tuple[tuple[str, str], ...]] = set()
    for variant in variants:
        if variant.sku in skus:
            raise SkuTaken(sku=variant.sku)
        skus.add(variant.sku)
        if not variant.is_active:
            continue
        _check_choice(allowed, variant)
        key = tuple(sorted(variant.options.items()))
        if key and key in taken:
            raise OptionsTaken(sku=variant.sku)
        taken.add(key)


def _check_choice(allowed: Mapping[str, set[str]], variant: VariantState) -> None:
    if set(variant.options) != set(allowed):
        raise InvalidInput(f"variants.{variant.sku}.options"[:120], N_("names a value of every option, and no other"))
    if any(value not in allowed[code] for code, value in variant.options.items()):
        raise InvalidInput(f"variants.{variant.sku}.options"[:120], N_("is not one of the choices"))


def check_step(step: Decimal) -> Decimal:
    """The smallest quantity sold, at most three decimals: 1 piece, 0.1 metre, 0.25 kg."""
    if not step.is_finite() or not 0 < step < _QTY_LIMIT or step != round(step, 3):
        raise InvalidInput("qty_step", N_("is a positive quantity of at most three decimals"))
    return step


@dataclass(frozen=True, slots=True)
class Part:
    """What a bundle needs to know of a variant it may contain."""

    id: UUID
    is_bundle: bool
    is_stocked: bool


def check_components(own_id: UUID, parts: Sequence[Component],
                     known: Mapping[str, Part]) -> tuple[tuple[UUID, Decimal], ...]:
    """Components by id. Parts are stocked variants and no bundles, so bundles can never form a cycle."""
    if len(parts) > MAX_COMPONENTS:
        raise InvalidInput("components", N_("has too many entries"))
    chosen: dict[UUID, Decimal] = {}
    for part in parts:
        found = known.get(part.sku)
        if found is None or found.id == own_id or found.is_bundle or not found.is_stocked:
            raise NotABundlePart(sku=part.sku)
        if found.id in chosen:
            raise InvalidInput("components", N_("names a part twice"))
        chosen[found.id] = check_step(part.quantity)
    return tuple(sorted(chosen.items()))


def sku_for(prefix: str, options: Mapping[str, str]) -> str:
    """The SKU of a generated variant: `TEE` and {"size": "m"} give `TEE-M`."""
    return "-".join([prefix, *(value.upper() for value in options.values())])[:80]
