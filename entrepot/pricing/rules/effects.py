"""What each kind of benefit takes off a cart. Amounts are minor units, quantities thousandths; nothing rounds twice.

`left` is what the goods of a line still cost; an effect never takes more than that. Whether a threshold is reached is
judged by `entry`, the amounts as they came into the lane, so that promotions of a lane do not take it from each other.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any
from uuid import UUID

from entrepot.catalog.contracts import VariantFacts
from entrepot.kit.money import ratio_minor, split_minor
from entrepot.pricing.rules.promotions import (
    ALL,
    AmountOff,
    BundlePrice,
    BuyXGetY,
    FixedPrice,
    FreeShipping,
    Gift,
    PercentOff,
    Promotion,
    Target,
    Tiered,
)
from entrepot.pricing.rules.reading import PPM


@dataclass(slots=True)
class Line:
    """A line as the effects see it. `cuts` collects (promotion, amount, coupon code) in order of application."""

    id: UUID
    facts: VariantFacts
    quantity: Decimal
    milli: int
    unit_minor: int
    regular_minor: int
    goods_minor: int
    rate: int = 0
    reduced_by: Promotion | None = None  # the catalogue promotion inside unit_minor
    is_flash: bool = False
    cuts: list[tuple[Promotion, int, str]] = field(default_factory=list)

    @property
    def pieces(self) -> int:
        return self.milli // 1000

    @property
    def is_reduced(self) -> bool:
        return self.is_flash or self.unit_minor < self.regular_minor


@dataclass(slots=True)
class Cart:
    """Lines in the order of their ids, so that the order of the request changes nothing."""

    currency: str
    lines: list[Line]
    left: list[int]
    delivery_left: int = 0
    delivery_rate: int = 0
    tax_included: bool = True
    gifts_wanted: frozenset[UUID] = frozenset()
    gifts_missing: frozenset[UUID] = frozenset()


@dataclass(frozen=True, slots=True)
class Effect:
    """`cuts` are (line index, amount)."""

    cuts: tuple[tuple[int, int], ...] = ()
    delivery_minor: int = 0
    gift: UUID | None = None
    gift_pieces: int = 0

    @property
    def amount_minor(self) -> int:
        return sum(a for _, a in self.cuts) + self.delivery_minor


NOTHING = Effect()

Goods = Sequence[int]  # indexes of the lines that count


def effect_of(promotion: Promotion, counting: Goods, cart: Cart, entry: Sequence[int]) -> Effect:
    """What the promotion does to the cart as it is now; NOTHING when its conditions on goods are not met."""
    c = promotion.conditions
    if c.min_spend:
        least = c.min_spend.get(cart.currency)
        if least is None or sum(entry[i] for i in counting) < least:
            return NOTHING
    if c.min_quantity and sum(cart.lines[i].milli for i in counting) < c.min_quantity:
        return NOTHING
    return _EFFECTS[type(promotion.benefit)](promotion, counting, cart, entry)


def _on(target: Target, promotion: Promotion, counting: Goods, cart: Cart) -> Goods:
    """The lines that a benefit is for: those that count, or its own target less what is excluded."""
    if target is ALL:
        return counting
    exclude = promotion.conditions.exclude
    return [i for i, line in enumerate(cart.lines)
            if target.names(line.facts) and not (exclude is not ALL and exclude.names(line.facts))]


def _cuts(goods: Goods, amounts: Sequence[int]) -> Effect:
    return Effect(tuple((i, a) for i, a in zip(goods, amounts, strict=True) if a > 0))


def _shared(goods: Goods, amount: int, cart: Cart) -> Effect:
    """An amount off, shared over lines in proportion to what they still cost."""
    weights = [cart.left[i] for i in goods]
    amount = min(amount, sum(weights))
    return _cuts(goods, split_minor(amount, weights)) if amount > 0 else NOTHING


def _capped(goods: Goods, amounts: list[int], cap: int | None) -> Effect:
    if cap is not None and sum(amounts) > cap:
        amounts = split_minor(cap, amounts)
    return _cuts(goods, amounts)


def _percent(promotion: Promotion, counting: Goods, cart: Cart, entry: Sequence[int]) -> Effect:
    benefit = _as(PercentOff, promotion)
    if benefit.up_to and cart.currency not in benefit.up_to:
        return NOTHING
    goods = _on(benefit.on, promotion, counting, cart) if counting else ()
    return _capped(goods, [ratio_minor(cart.left[i], benefit.share, PPM) for i in goods],
                   benefit.up_to.get(cart.currency))


def _amount(promotion: Promotion, counting: Goods, cart: Cart, entry: Sequence[int]) -> Effect:
    benefit = _as(AmountOff, promotion)
    amount = benefit.amounts.get(cart.currency)
    goods = _on(benefit.on, promotion, counting, cart) if counting else ()
    if not amount or not goods:
        return NOTHING
    if not benefit.per_piece:
        return _shared(goods, amount, cart)
    return _cuts(goods, [min(cart.left[i], ratio_minor(amount, cart.lines[i].milli, 1000)) for i in goods])


def _fixed(promotion: Promotion, counting: Goods, cart: Cart, entry: Sequence[int]) -> Effect:
    benefit = _as(FixedPrice, promotion)
    price = benefit.amounts.get(cart.currency)
    if price is None or not counting:
        return NOTHING
    goods = _on(benefit.on, promotion, counting, cart)
    return _cuts(goods, [cart.left[i] - ratio_minor(price, cart.lines[i].milli, 1000) for i in goods])


def _tiered(promotion: Promotion, counting: Goods, cart: Cart, entry: Sequence[int]) -> Effect:
    benefit = _as(Tiered, promotion)
    spent, bought = sum(entry[i] for i in counting), sum(cart.lines[i].milli for i in counting)
    reached, times = None, 1
    for step in benefit.steps:
        least = step.quantity or step.spend.get(cart.currency, 0)
        have = bought if step.quantity else spent
        if least and have >= least:
            reached, times = step, have // least if benefit.repeats else 1
    if reached is None:
        return NOTHING
    if reached.share:
        return _cuts(counting, [ratio_minor(cart.left[i], reached.share, PPM) for i in counting])
    return _shared(counting, reached.amounts.get(cart.currency, 0) * times, cart)


def _value(cart: Cart, index: int, pieces: int) -> int:
    """What so many pieces of a line still cost."""
    return ratio_minor(cart.left[index], pieces * 1000, cart.lines[index].milli)


def _buy_get(promotion: Promotion, counting: Goods, cart: Cart, entry: Sequence[int]) -> Effect:
    """As many sets as there are pieces for: `both` lines can be bought or got, but each piece only one of the two."""
    benefit = _as(BuyXGetY, promotion)
    bought, got = set(counting), set(_on(benefit.on, promotion, counting, cart))
    pieces = [line.pieces for line in cart.lines]
    only_got, only_bought = sum(pieces[i] for i in got - bought), sum(pieces[i] for i in bought - got)
    both = sum(pieces[i] for i in got & bought)
    sets = min((only_got + both) // benefit.get, (only_bought + both) // benefit.buy,
               (only_got + only_bought + both) // (benefit.get + benefit.buy), benefit.times)
    wanted, spare, cuts = sets * benefit.get, only_bought + both - sets * benefit.buy, []
    for i in sorted(got, key=lambda i: (cart.lines[i].unit_minor, i)):
        take = min(wanted, pieces[i])
        if i in bought:
            take = min(take, spare)
            spare -= take
        wanted -= take
        cuts.append((i, ratio_minor(_value(cart, i, take), benefit.share, PPM) if take > 0 else 0))
    return Effect(tuple((i, amount) for i, amount in cuts if amount > 0))


def _bundle(promotion: Promotion, counting: Goods, cart: Cart, entry: Sequence[int]) -> Effect:
    """Sets are filled with the dearest pieces first, part by part, while a set saves something."""
    benefit = _as(BundlePrice, promotion)
    price = benefit.amounts.get(cart.currency)
    if price is None:
        return NOTHING
    free = {i: cart.lines[i].pieces for i in sorted(counting, key=lambda i: (-cart.lines[i].unit_minor, i))}
    used: dict[int, int] = dict.fromkeys(free, 0)
    sets, left_times = 0, benefit.times
    while left_times and (one := _one_set(benefit, free, cart)):
        if sum(Decimal(cart.left[i] * n * 1000) / cart.lines[i].milli for i, n in one.items()) <= price:
            break
        times = min(left_times, *(free[i] // n for i, n in one.items()))
        for i, n in one.items():
            free[i] -= n * times
            used[i] += n * times
        sets, left_times = sets + times, left_times - times
    goods = [i for i in used if used[i]]
    values = [_value(cart, i, used[i]) for i in goods]
    saved = sum(values) - price * sets
    return _cuts(goods, split_minor(saved, values)) if saved > 0 else NOTHING


def _one_set(benefit: BundlePrice, free: dict[int, int], cart: Cart) -> dict[int, int]:
    """The pieces of one set by line, or {} when the goods do not make one."""
    taken: dict[int, int] = {}
    for part in benefit.parts:
        missing = part.pieces
        for i, available in free.items():
            if missing and (part.of is ALL or part.of.names(cart.lines[i].facts)):
                take = min(missing, available - taken.get(i, 0))
                if take > 0:
                    taken[i], missing = taken.get(i, 0) + take, missing - take
        if missing:
            return {}
    return taken


def _gift(promotion: Promotion, counting: Goods, cart: Cart, entry: Sequence[int]) -> Effect:
    benefit = _as(Gift, promotion)
    possible = [v for v in benefit.variants if v not in cart.gifts_missing]
    if not counting or not possible:
        return NOTHING
    chosen = next((v for v in possible if v in cart.gifts_wanted), possible[0])
    return Effect(gift=chosen, gift_pieces=benefit.quantity)


def _shipping(promotion: Promotion, counting: Goods, cart: Cart, entry: Sequence[int]) -> Effect:
    benefit = _as(FreeShipping, promotion)
    if not counting or (benefit.up_to and cart.currency not in benefit.up_to):
        return NOTHING
    cut = ratio_minor(cart.delivery_left, benefit.share, PPM)
    return Effect(delivery_minor=min(cut, benefit.up_to.get(cart.currency, cut)))


def _as(kind: type[Any], promotion: Promotion) -> Any:
    assert isinstance(promotion.benefit, kind)
    return promotion.benefit


_EFFECTS: dict[type[Any], Callable[[Promotion, Goods, Cart, Sequence[int]], Effect]] = {
    PercentOff: _percent, AmountOff: _amount, FixedPrice: _fixed, Tiered: _tiered, BuyXGetY: _buy_get,
    BundlePrice: _bundle, Gift: _gift, FreeShipping: _shipping,
}
