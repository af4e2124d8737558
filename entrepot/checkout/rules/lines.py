"""The lines of a cart: how they add up, merge and turn into demands on stock."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from uuid import UUID

from entrepot.catalog.contracts import VariantFacts
from entrepot.checkout.contracts import CartLine, LineInput
from entrepot.checkout.errors import CartFull
from entrepot.inventory.contracts import Demand
from entrepot.kit.errors import N_, InvalidInput
from entrepot.kit.ids import uuid7

MAX_LINES = 200
MAX_QUANTITY = Decimal(100_000)


def added(lines: Sequence[CartLine], more: Iterable[LineInput | CartLine]) -> list[CartLine]:
    """The cart with more in it: quantities of the same variant add up, capped at MAX_QUANTITY."""
    by_variant = {line.variant_id: line for line in lines}
    for new in more:
        check_quantity(new.quantity)
        old = by_variant.get(new.variant_id)
        by_variant[new.variant_id] = CartLine(
            old.id if old else uuid7(), new.variant_id,
            min((old.quantity if old else Decimal(0)) + new.quantity, MAX_QUANTITY),
            new.note or (old.note if old else ""))
    if len(by_variant) > MAX_LINES:
        raise CartFull(most=MAX_LINES)
    return list(by_variant.values())


def check_quantity(quantity: Decimal) -> None:
    """A positive number of at most three decimals and not absurd."""
    if not quantity.is_finite() or quantity <= 0:
        raise InvalidInput("quantity", N_("A quantity must be greater than zero."))
    if quantity > MAX_QUANTITY:
        raise InvalidInput("quantity", N_("This quantity is too large."))
    if quantity != round(quantity, 3):
        raise InvalidInput("quantity", N_("At most three decimals are possible."))


def fits_step(quantity: Decimal, step: Decimal) -> bool:
    return quantity % step == 0


def is_sold_in(facts: VariantFacts | None, channel_id: int) -> bool:
    return facts is not None and facts.is_sellable and channel_id in facts.published_in


def demands(lines: Iterable[tuple[UUID, UUID, Decimal]], facts: Mapping[UUID, VariantFacts]) -> list[Demand]:
    """What (line id, variant, quantity) take from stock: bundles by their components, unstocked goods nothing."""
    wanted = []
    for line_id, variant_id, quantity in lines:
        fact = facts.get(variant_id)
        if fact is None:
            continue
        if fact.components:
            wanted += [Demand(line_id, part, each * quantity) for part, each in fact.components]
        elif fact.is_stocked:
            wanted.append(Demand(line_id, variant_id, quantity))
    return wanted


def weight_g(lines: Iterable[CartLine], facts: Mapping[UUID, VariantFacts]) -> int:
    """The weight of what is shipped, rounded up to whole grams."""
    total = sum((facts[line.variant_id].weight_g * line.quantity for line in lines
                 if line.variant_id in facts and facts[line.variant_id].needs_shipping), Decimal(0))
    return -int(-total // 1)


def short_lines(wanted: Iterable[Demand], available: Mapping[UUID, Decimal]) -> dict[UUID, tuple[UUID, Decimal]]:
    """Lines that together ask for more than there is, with the variant that is short and how much there is of it.

    Lines share the stock in their order: a bundle and a single piece of the same item count together.
    """
    left = dict(available)
    short: dict[UUID, tuple[UUID, Decimal]] = {}
    for demand in wanted:
        have = left.get(demand.variant_id, Decimal(0))
        if demand.quantity > have:
            short.setdefault(demand.line_id, (demand.variant_id, max(have, Decimal(0))))
        else:
            left[demand.variant_id] = have - demand.quantity
    return short
