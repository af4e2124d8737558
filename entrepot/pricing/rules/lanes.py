"""Lanes: promotions of a lane compete, lanes apply one after another.

Within a lane the buyer gets the best allowed combination: one exclusive promotion alone, or all that are not exclusive
together, in the order of their priority. Of those opened by coupons, some may be left out if that is better, so one
more coupon never makes a lane cost more. Equal combinations: more gifts, then the higher priority.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations, groupby

from entrepot.pricing.rules.effects import Cart, Effect, effect_of
from entrepot.pricing.rules.promotions import Promotion
from entrepot.pricing.rules.tax import tax_of


@dataclass(frozen=True, slots=True)
class Candidate:
    """A promotion that is open to this buyer now, with the coupon that opened it."""

    promotion: Promotion
    coupon: str = ""
    coupon_id: int | None = None
    budget_left: int | None = None


Applied = tuple[Candidate, Effect]
_Outcome = tuple[list[int], int, list[Applied]]  # left of the lines, left of the delivery, what was applied


def in_order(promotion: Promotion) -> tuple[int, int, str]:
    """By lane, then the higher priority, then the code."""
    return (promotion.lane, -promotion.priority, promotion.code)


def apply_lanes(candidates: Sequence[Candidate], cart: Cart) -> list[Applied]:
    """Apply all lanes to the cart (`left`, `delivery_left` and `cuts` change); what had an effect, in order."""
    done: list[Applied] = []
    for _, lane in groupby(candidates, key=lambda c: c.promotion.lane):
        left, delivery, applied = _best(list(lane), cart)
        cart.left, cart.delivery_left = left, delivery
        for candidate, effect in applied:
            for i, amount in effect.cuts:
                cart.lines[i].cuts.append((candidate.promotion, amount, candidate.coupon))
        done += applied
    return done


def _best(lane: list[Candidate], cart: Cart) -> _Outcome:
    entry, best, best_key = cart.left, None, None
    counting = [[i for i, line in enumerate(cart.lines) if c.promotion.counts(line.facts, line.is_reduced)]
                for c in lane]
    for option in _options(lane):
        outcome = _run([(lane[n], counting[n]) for n in option], cart, entry)
        key = (_payable(outcome, cart), -sum(e.gift is not None for _, e in outcome[2]))
        if best_key is None or key < best_key:
            best, best_key = outcome, key
    assert best is not None
    return best


def _options(lane: list[Candidate]) -> Iterator[Sequence[int]]:
    """The allowed combinations, the preferred of equals first."""
    alone = [n for n, c in enumerate(lane) if c.promotion.is_exclusive]
    together = [n for n, c in enumerate(lane) if not c.promotion.is_exclusive]
    by_coupon = [n for n in together if lane[n].coupon]
    stacks = [tuple(n for n in together if n not in without)
              for size in range(len(by_coupon) + 1) for without in combinations(by_coupon, size)] if together else []
    first: Callable[[Sequence[int]], tuple[int, ...]] = lambda option: tuple(option[:1])  # noqa: E731
    if not alone:
        yield from stacks
        return
    yield from sorted([*((n,) for n in alone), *(s for s in stacks if s)], key=first)


def _run(option: Sequence[tuple[Candidate, list[int]]], cart: Cart, entry: list[int]) -> _Outcome:
    """The outcome of promotions one after another; the cart is as before afterwards."""
    saved = cart.left, cart.delivery_left
    applied: list[Applied] = []
    cart.left = list(entry)
    for candidate, counting in option:
        effect = effect_of(candidate.promotion, counting, cart, entry)
        amount = effect.amount_minor
        if not amount and effect.gift is None:
            continue
        if candidate.budget_left is not None and amount > candidate.budget_left:
            continue
        for i, cut in effect.cuts:
            cart.left[i] -= cut
        cart.delivery_left -= effect.delivery_minor
        applied.append((candidate, effect))
    outcome = cart.left, cart.delivery_left, applied
    cart.left, cart.delivery_left = saved
    return outcome


def _payable(outcome: _Outcome, cart: Cart) -> int:
    left, delivery, _ = outcome
    total = sum(left) + delivery
    if cart.tax_included:
        return total
    return total + tax_of(delivery, cart.delivery_rate, False) + sum(
        tax_of(amount, line.rate, False) for amount, line in zip(left, cart.lines, strict=True))
