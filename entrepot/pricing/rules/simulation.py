"""The draft simulator: past orders replayed through a promotion that does not run yet.

The draft meets what each order was really given as it would in a cart: it comes on top of promotions of other lanes,
and where it shares a lane with one and either excludes others, the buyer keeps the better of the two. What a promotion
of the draft's own code gave is taken out first, so that one that ran already is not counted twice. Limits and budget
are counted in the order of the orders' dates. A draft that needs a coupon is replayed as if every buyer had one: the
most it can cost.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal
from uuid import UUID

from entrepot.catalog.contracts import VariantFacts
from entrepot.kit.money import exponent, ratio_minor, round_minor, split_minor
from entrepot.pricing.contracts import (
    CurrencyEffect,
    CustomerEffect,
    GoodsEffect,
    ReplayLine,
    ReplayOrder,
    SimulationResult,
    Surprise,
)
from entrepot.pricing.rules.effects import NOTHING, Cart, Effect, Line, effect_of
from entrepot.pricing.rules.prices import after_benefit
from entrepot.pricing.rules.promotions import FlashPrice, Gift, Promotion
from entrepot.pricing.rules.reading import milli
from entrepot.pricing.rules.tax import UNIT, tax_of

MOST_SURPRISES = 100
MOST_NAMED = 20


@dataclass(slots=True)
class _State:
    """What the draft has used so far, and the sums."""

    uses: int = 0
    spent: int = 0
    by_customer: Counter[str] = field(default_factory=Counter)
    sums: dict[str, CurrencyEffect] = field(default_factory=dict)
    surprises: list[Surprise] = field(default_factory=list)
    touched: int = 0
    orders: int = 0
    without_cost: int = 0
    goods: dict[tuple[UUID, str], GoodsEffect] = field(default_factory=dict)
    customers: dict[tuple[str, str], CustomerEffect] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Ran:
    """A promotion that gave something to the orders."""

    code: str
    lane: int
    is_exclusive: bool
    is_catalogue: bool

    def is_own(self, draft: Promotion) -> bool:
        return self.code == draft.code

    def excludes(self, draft: Promotion) -> bool:
        """Whether a buyer has either this one or the draft."""
        return (self.code != draft.code and self.lane == draft.lane and self.is_catalogue == draft.is_catalogue
                and (self.is_exclusive or draft.is_exclusive))


@dataclass(frozen=True, slots=True)
class Past:
    """What gave the orders what they were given: promotions by id, and per order how much each took off its goods."""

    ran: Mapping[UUID, Ran] = field(default_factory=dict)
    given: Mapping[UUID, Mapping[UUID, int]] = field(default_factory=dict)

    def off(self, order: ReplayOrder, which: Callable[[Ran], bool]) -> int:
        return sum(amount for key, amount in self.given.get(order.id, {}).items() if which(self.ran[key]))

    def reduced(self, line: ReplayLine, which: Callable[[Ran], bool]) -> bool:
        """Whether such a promotion of the catalogue is in the line's unit price."""
        ran = self.ran.get(line.listing_promotion_id) if line.listing_promotion_id else None
        return ran is not None and line.regular_unit_minor is not None and which(ran)


@dataclass(frozen=True, slots=True)
class _Replayed:
    """An order as it was, less what the draft's own code gave. `freed`: what the draft takes the place of, per line;
    `instead`: lines whose reduced unit price it competes with."""

    cart: Cart
    discounts: list[int]
    freed: list[int]
    instead: frozenset[int]

    @property
    def free(self) -> Cart:
        left = [a + b for a, b in zip(self.cart.left, self.freed, strict=True)]
        return replace(self.cart, left=left)


def simulate(draft: Promotion, orders: Iterable[ReplayOrder], facts: Mapping[UUID, VariantFacts],
             past: Past = Past()) -> SimulationResult:
    """Orders touched, discount given, margin before and after, and what the planner may not expect."""
    state = _State()
    for order in sorted(orders, key=lambda o: (o.placed_at, o.id)):
        _replay(draft, order, facts, past, state)
    counts = Counter(s.kind for s in state.surprises)
    worst = sorted(state.surprises, key=lambda s: (s.kind, s.amount_minor if s.kind == "margin_below_zero"
                                                   else -s.amount_minor, s.order_id))
    share = MOST_SURPRISES // max(1, len(counts))
    seen: Counter[str] = Counter()
    shown = [s for s in worst if seen.update([s.kind]) is None and seen[s.kind] <= share]
    return SimulationResult(state.orders, state.touched, state.uses, tuple(state.sums[c] for c in sorted(state.sums)),
                            dict(counts), tuple(shown), state.without_cost,
                            tuple(sorted(state.goods.values(), key=_lost)[:MOST_NAMED]),
                            tuple(sorted(state.customers.values(), key=_saved)[:MOST_NAMED]))


def _lost(effect: GoodsEffect) -> tuple[int, int, UUID]:
    return effect.margin_after_minor - effect.margin_before_minor, -effect.discount_minor, effect.product_id


def _saved(effect: CustomerEffect) -> tuple[int, str]:
    return -effect.discount_minor, effect.customer_key


def _replay(draft: Promotion, order: ReplayOrder, facts: Mapping[UUID, VariantFacts], past: Past,
            state: _State) -> None:
    known = sorted((line for line in order.lines if line.variant_id in facts), key=lambda line: line.id.int)
    pairs = [(line, facts[line.variant_id]) for line in known]
    was = _as_it_was(draft, order, pairs, past)
    cart, before, after = was.cart, was.cart.left, list(was.cart.left)
    state.orders += 1
    effect, uses = _effect(draft, order, was, state)
    if uses and effect.gift is None:
        after = was.free.left
    for i, cut in effect.cuts:
        after[i] -= cut
    saved = sum(before) - sum(after) + effect.delivery_minor
    costs = [_cost(line, about, order.currency) for line, about in pairs]
    state.without_cost += costs.count(None)
    margin_before = _margin(cart, before, costs)
    margin_after = _margin(cart, after, costs) - effect.delivery_minor - _gift_cost(effect, facts, order.currency)
    total = state.sums.get(order.currency) or CurrencyEffect(order.currency, 0, 0, 0, 0, 0, 0, 0)
    state.sums[order.currency] = replace(
        total, orders=total.orders + 1, orders_touched=total.orders_touched + (uses > 0),
        goods_minor=total.goods_minor + sum(before), discount_minor=total.discount_minor + saved,
        margin_before_minor=total.margin_before_minor + margin_before,
        margin_after_minor=total.margin_after_minor + margin_after, gifts=total.gifts + effect.gift_pieces)
    if uses:
        state.touched, state.uses = state.touched + 1, state.uses + uses
        state.spent += effect.amount_minor
        state.by_customer[order.customer_key] += uses
        others = sum(was.discounts) - (0 if effect.gift else sum(was.freed))
        _note_surprises(order, others, before, after, margin_before, margin_after, None not in costs, state)
        _note_goods(cart, before, after, costs, state)
        _note_customer(order, saved, state)


def _as_it_was(draft: Promotion, order: ReplayOrder, pairs: list[tuple[ReplayLine, VariantFacts]],
               past: Past) -> _Replayed:
    def is_own(ran: Ran) -> bool:
        return ran.is_own(draft)

    def is_rival(ran: Ran) -> bool:
        return ran.excludes(draft)

    lines = [_line(line, about, past.reduced(line, is_own)) for line, about in pairs]
    discounts = [line.discount_minor for line, _about in pairs]
    discounts = _less(discounts, past.off(order, is_own))
    kept = _less(discounts, past.off(order, is_rival))
    left = [max(0, line.goods_minor - off) for line, off in zip(lines, discounts, strict=True)]
    return _Replayed(Cart(order.currency, lines, left, order.delivery_minor, 0, order.tax_included), discounts,
                     [a - b for a, b in zip(discounts, kept, strict=True)],
                     frozenset(i for i, (line, _about) in enumerate(pairs) if past.reduced(line, is_rival)))


def _less(discounts: list[int], amount: int) -> list[int]:
    """Without so much of them, in proportion: the books keep what a promotion gave per order, not per line."""
    off = split_minor(max(0, min(amount, sum(discounts))), discounts)
    return [a - b for a, b in zip(discounts, off, strict=True)]


def _line(line: ReplayLine, about: VariantFacts, at_regular: bool) -> Line:
    regular = line.unit_minor if line.regular_unit_minor is None else line.regular_unit_minor
    unit, quantity = regular if at_regular else line.unit_minor, milli(line.quantity)
    return Line(line.id, about, line.quantity, quantity, unit, regular, ratio_minor(unit, quantity, 1000),
                int(line.tax_rate * UNIT))


def _effect(draft: Promotion, order: ReplayOrder, was: _Replayed, state: _State) -> tuple[Effect, int]:
    """The draft's effect and how many uses it takes: none when limits, budget or conditions say no, or when what it
    would take the place of is worth as much."""
    if not _open(draft, order):
        return NOTHING, 0
    room = 10**9 if draft.usage_limit is None else draft.usage_limit - state.uses
    if draft.customer_limit is not None:
        room = min(room, draft.customer_limit - state.by_customer[order.customer_key])
    cart = was.free
    counting = [i for i, line in enumerate(cart.lines) if draft.counts(line.facts)]
    if room < 1 or not counting:
        return NOTHING, 0
    effect, uses = (_listing_effect(draft, counting, cart, was.instead, room) if draft.is_catalogue
                    else (effect_of(draft, counting, cart, cart.left), 1))
    if effect.amount_minor <= sum(was.freed) and effect.gift is None:
        return NOTHING, 0
    if draft.budget_minor is not None and (
            draft.budget_currency != order.currency or state.spent + effect.amount_minor > draft.budget_minor):
        return NOTHING, 0
    return effect, uses


def _open(draft: Promotion, order: ReplayOrder) -> bool:
    """Whether the draft is for this buyer; its dates do not count, since the orders are of the past."""
    c = draft.conditions
    return not ((draft.channels and order.channel_id not in draft.channels) or c.staff_only
                or (c.members_only and order.customer_id is None)
                or (c.groups and order.group_id not in c.groups)
                or (c.companies and order.company_id not in c.companies)
                or (c.countries and order.country not in c.countries))


def _listing_effect(draft: Promotion, counting: list[int], cart: Cart, instead: frozenset[int],
                    room: int) -> tuple[Effect, int]:
    """A catalogue promotion lowers the unit price, of some lines `instead` of the reduction that they had; a flash
    price only for the pieces that are left."""
    cuts, used, limited = [], 0, isinstance(draft.benefit, FlashPrice)
    for i in counting:
        line = cart.lines[i]
        entry = line.regular_minor if i in instead else line.unit_minor
        after = min(line.unit_minor, after_benefit(entry, draft, cart.currency))
        covered = min(line.milli, (room - used) * 1000) if limited else line.milli
        cut = min(cart.left[i], line.goods_minor - ratio_minor(after, line.milli, 1000) if covered == line.milli
                  else ratio_minor(line.unit_minor - after, covered, 1000))
        if cut > 0:
            cuts.append((i, cut))
            used += -(-covered // 1000)
    return Effect(tuple(cuts)), (used if limited else int(bool(cuts)))


def _cost(line: ReplayLine, about: VariantFacts, currency: str) -> int | None:
    cost = line.unit_cost
    if cost is None and about.cost_currency == currency:
        cost = about.cost
    return None if cost is None else round_minor(cost.scaleb(exponent(currency)) * line.quantity)


def _gift_cost(effect: Effect, facts: Mapping[UUID, VariantFacts], currency: str) -> int:
    about = facts.get(effect.gift) if effect.gift else None
    if about is None or about.cost is None or about.cost_currency != currency:
        return 0
    return round_minor(about.cost.scaleb(exponent(currency)) * effect.gift_pieces)


def _margin(cart: Cart, left: list[int], costs: list[int | None]) -> int:
    """Revenue net of tax less cost, over the lines whose cost is known."""
    margin = 0
    for line, amount, cost in zip(cart.lines, left, costs, strict=True):
        if cost is not None:
            margin += amount - (tax_of(amount, line.rate, True) if cart.tax_included else 0) - cost
    return margin


def _note_surprises(order: ReplayOrder, others: int, before: list[int], after: list[int], margin_before: int,
                    margin_after: int, costs_known: bool, state: _State) -> None:
    if margin_after < 0 <= margin_before and costs_known:
        state.surprises.append(Surprise(order.id, "margin_below_zero", margin_after))
    if others:
        state.surprises.append(Surprise(order.id, "stacking", others))
    if sum(before) and not sum(after):
        state.surprises.append(Surprise(order.id, "free_order", sum(before)))


def _note_goods(cart: Cart, before: list[int], after: list[int], costs: list[int | None], state: _State) -> None:
    for i, line in enumerate(cart.lines):
        if before[i] == after[i]:
            continue
        key = (line.facts.product_id, cart.currency)
        old = state.goods.get(key) or GoodsEffect(*key, Decimal(0), 0, 0, 0)
        one = Cart(cart.currency, [line], [before[i]], 0, 0, cart.tax_included)
        state.goods[key] = replace(
            old, pieces=old.pieces + line.quantity, discount_minor=old.discount_minor + before[i] - after[i],
            margin_before_minor=old.margin_before_minor + _margin(one, [before[i]], [costs[i]]),
            margin_after_minor=old.margin_after_minor + _margin(one, [after[i]], [costs[i]]))


def _note_customer(order: ReplayOrder, saved: int, state: _State) -> None:
    key = (order.customer_key, order.currency)
    old = state.customers.get(key) or CustomerEffect(order.customer_key, order.customer_id, order.currency, 0, 0)
    state.customers[key] = replace(old, orders=old.orders + 1, discount_minor=old.discount_minor + saved)


def gift_variants(promotions: Iterable[Promotion]) -> frozenset[UUID]:
    """The variants that promotions may add to a cart."""
    return frozenset(v for p in promotions if isinstance(p.benefit, Gift) for v in p.benefit.variants)
