"""Which unit price holds: price lists with tiers, catalogue promotions on top, and the lowest prior price."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from entrepot.catalog.contracts import VariantFacts
from entrepot.kit.money import ratio_minor
from entrepot.pricing.rules.promotions import AmountOff, FixedPrice, FlashPrice, PercentOff, Promotion
from entrepot.pricing.rules.reading import PPM

PRIOR_WINDOW = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class PriceRow:
    """A price of one variant in a list that matches. `rank` orders lists (see `rank()`)."""

    rank: tuple[int, int, int]
    min_qty: int  # thousandths
    amount_minor: int


def rank(priority: int, specificity: int, list_id: int) -> tuple[int, int, int]:
    """Higher priority first; then company before group before channel before all; then the lower id."""
    return (priority, specificity, -list_id)


def pick_price(rows: Iterable[PriceRow], quantity: int) -> int | None:
    """The unit price for `quantity` thousandths: the best ranked list that has a tier for it, its highest tier.

    A tier “from 1” also serves less than one piece (half a kilogram).
    """
    reached = quantity if quantity > 1000 else 1000
    best: PriceRow | None = None
    for row in rows:
        if row.min_qty <= reached and (best is None or (row.rank, row.min_qty) > (best.rank, best.min_qty)):
            best = row
    return None if best is None else best.amount_minor


def after_benefit(unit_minor: int, promotion: Promotion, currency: str) -> int:
    """The unit price after one catalogue promotion; never higher than before, never below zero."""
    benefit = promotion.benefit
    if isinstance(benefit, PercentOff):
        return unit_minor - ratio_minor(unit_minor, benefit.share, PPM)
    amount = benefit.amounts.get(currency) if isinstance(benefit, (AmountOff, FixedPrice, FlashPrice)) else None
    if amount is None:
        return unit_minor
    if isinstance(benefit, AmountOff):
        return max(0, unit_minor - amount)
    return min(unit_minor, amount)


def reduced_price(regular_minor: int, facts: VariantFacts, promotions: Sequence[Promotion],
                  currency: str) -> tuple[int, Promotion | None]:
    """The unit price after the catalogue promotions without quota, and the one that took the most off.

    `promotions` run now and come sorted by lane, then priority. In a lane the buyer gets the better of: one
    exclusive promotion alone, or all the others together.
    """
    unit, most, i = regular_minor, 0, 0
    cause: Promotion | None = None
    while i < len(promotions):
        lane, entry = promotions[i].lane, unit
        alone, stacked, stack_most = entry, entry, 0
        alone_by: Promotion | None = None
        stack_by: Promotion | None = None
        while i < len(promotions) and promotions[i].lane == lane:
            promotion = promotions[i]
            i += 1
            if not promotion.counts(facts):
                continue
            if promotion.is_exclusive:
                after = after_benefit(entry, promotion, currency)
                if after < alone:
                    alone, alone_by = after, promotion
                continue
            after = after_benefit(stacked, promotion, currency)
            if stacked - after > stack_most:
                stack_most, stack_by = stacked - after, promotion
            stacked = after
        if alone <= stacked and alone_by:
            unit, stack_most, stack_by = alone, entry - alone, alone_by
        else:
            unit = stacked
        if stack_most > most:
            most, cause = stack_most, stack_by
    return unit, cause


def lowest_prior(history: Sequence[tuple[datetime, int]], reduced_at: datetime) -> int | None:
    """The lowest price in force during the 30 days before `reduced_at`; None when the goods had none.

    `history` holds (from when, price) in order of time; a price is in force until the next one.
    """
    opens, lowest = reduced_at - PRIOR_WINDOW, None
    for n, (from_at, amount) in enumerate(history):
        ends = history[n + 1][0] if n + 1 < len(history) else reduced_at
        if from_at < reduced_at and ends > opens:
            lowest = amount if lowest is None else min(lowest, amount)
    return lowest
