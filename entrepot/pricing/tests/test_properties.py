"""Whatever the cart and the promotions: it adds up, nothing is given twice, order does not matter."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from entrepot.kit.money import ratio_minor, round_minor, split_minor
from entrepot.pricing.rules.promotions import Promotion
from entrepot.pricing.tests.carts import adds_up, facts, price, promotion, uid

GOODS = [facts(f"v{n}", category_ids=[n % 3], tax_class=["standard", "reduced"][n % 2]) for n in range(6)]
RATES = {"standard": "0.19", "reduced": "0.055"}

amounts = st.integers(1, 5000).map(lambda n: {"EUR": n})
percents = st.integers(1, 10_000).map(lambda n: str(Decimal(n) / 100))
targets = st.sampled_from([None, {"categories": [0]}, {"categories": [1, 2]}, {"variants": [str(GOODS[0].id)]}])
quantities = st.one_of(st.integers(1, 12).map(str), st.integers(1, 9999).map(lambda n: str(Decimal(n) / 1000)))
lines = st.tuples(st.integers(0, 5), quantities)
carts = st.tuples(st.lists(lines, min_size=1, max_size=5), st.lists(st.integers(0, 3000), min_size=6, max_size=6))


def _benefits() -> st.SearchStrategy[dict[str, Any]]:
    return st.one_of(
        st.builds(lambda p, on: {"kind": "percent", "percent": p, "on": on}, percents, targets),
        st.builds(lambda p, cap: {"kind": "percent", "percent": p, "up_to": cap}, percents, amounts),
        st.builds(lambda a, per, on: {"kind": "amount", "amounts": a, "per": per, "on": on}, amounts,
                  st.sampled_from(["order", "piece"]), targets),
        st.builds(lambda a, on: {"kind": "fixed_price", "amounts": a, "on": on}, amounts, targets),
        st.builds(lambda b, g, p, on: {"kind": "buy_x_get_y", "buy": b, "get": g, "percent": p, "on": on},
                  st.integers(1, 3), st.integers(1, 2), percents, targets),
        st.builds(lambda s, a, r: {"kind": "tiered", "steps": [{"spend": s, "amounts": a}], "repeats": r}, amounts,
                  amounts, st.booleans()),
        st.builds(lambda a, n, on: {"kind": "bundle_price", "amounts": a, "parts": [{"quantity": n}, {"of": on}]},
                  amounts, st.integers(1, 3), targets),
        st.builds(lambda p: {"kind": "free_shipping", "percent": p}, percents),
        st.just({"kind": "gift", "variants": [str(uid("spoon"))]}),
    )


@st.composite
def promotions(draw: st.DrawFn, name: str = "p") -> Promotion:
    conditions = {"products": draw(targets)}
    if draw(st.booleans()):
        conditions["min_spend"] = draw(amounts)
    code = f"{name}{draw(st.integers(0, 10**9))}"
    return promotion(code, draw(_benefits()), conditions, lane=draw(st.integers(0, 1)),
                     priority=draw(st.integers(0, 2)), is_exclusive=draw(st.booleans()))


def goods_of(cart: tuple[list[tuple[int, str]], list[int]]) -> list[tuple[Any, str, int]]:
    return [(GOODS[n], qty, cart[1][n]) for n, qty in cart[0]]


@settings(max_examples=150, deadline=None)
@given(carts, st.lists(promotions(), max_size=5, unique_by=lambda p: p.code), st.integers(0, 2000), st.booleans())
def test_it_always_adds_up(cart: Any, rules: list[Promotion], delivery: int, tax_included: bool) -> None:
    adds_up(price(goods_of(cart), rules, delivery_minor=delivery, tax_included=tax_included, rates=RATES))


@settings(max_examples=100, deadline=None)
@given(carts, st.lists(promotions(), max_size=4, unique_by=lambda p: p.code), st.randoms(use_true_random=False))
def test_order_of_lines_and_promotions_changes_nothing(cart: Any, rules: list[Promotion], chance: Any) -> None:
    from entrepot.pricing.contracts import QuoteLine, QuoteRequest
    from entrepot.pricing.rules.prices import PriceRow, rank
    from entrepot.pricing.rules.quoting import Found, Rulebook, Setting, price_cart
    from entrepot.pricing.rules.tax import TaxTable
    from entrepot.pricing.tests.carts import NOW

    goods = goods_of(cart)
    asked = [QuoteLine(uid(f"line {n}"), about.id, Decimal(qty)) for n, (about, qty, _) in enumerate(goods)]
    found = Found({about.id: [PriceRow(rank(0, 0, 1), 1000, unit)] for about, _, unit in goods})

    def run() -> Any:
        request = QuoteRequest(1, NOW, tuple(asked), delivery_minor=700)
        return price_cart(request, {about.id: about for about, _, _ in goods}, Setting("EUR", True, "DE", NOW.date()),
                          Rulebook.of(rules, TaxTable()), found)

    before = run()
    chance.shuffle(asked)
    chance.shuffle(rules)
    after = run()
    assert {line.id: line for line in after.lines} == {line.id: line for line in before.lines}
    assert replace(after, lines=()) == replace(before, lines=())


@settings(max_examples=150, deadline=None)
@given(carts, st.lists(promotions("a"), max_size=2, unique_by=lambda p: p.code),
       st.lists(promotions("c"), min_size=1, max_size=4, unique_by=lambda p: p.code), st.booleans())
def test_one_more_coupon_never_costs_more_within_a_lane(cart: Any, rules: list[Promotion], opened: list[Promotion],
                                                        tax_included: bool) -> None:
    one_lane = [replace(p, lane=0) for p in rules]
    coupons = {f"C{n}": replace(p, lane=0, needs_coupon=True) for n, p in enumerate(opened)}
    totals = [price(goods_of(cart), one_lane, coupons=dict(list(coupons.items())[:n]), delivery_minor=500, rates=RATES,
                    tax_included=tax_included).total_minor for n in range(len(coupons) + 1)]
    assert totals == sorted(totals, reverse=True)


@settings(max_examples=100, deadline=None)
@given(carts, st.lists(promotions(), max_size=4, unique_by=lambda p: p.code))
def test_every_use_had_an_effect(cart: Any, rules: list[Promotion]) -> None:
    quote = price(goods_of(cart), rules, delivery_minor=400)
    given_away = {d.promotion_id for line in quote.lines for d in line.discounts} | {
        d.promotion_id for d in quote.delivery_discounts}
    assert {u.promotion_id for u in quote.uses} == given_away
    gifts = {offer.promotion_id for offer in quote.gift_offers}
    assert all(u.amount_minor > 0 or u.promotion_id in gifts for u in quote.uses)


@given(st.integers(-10**12, 10**12), st.integers(-10**6, 10**6), st.integers(1, 10**6))
def test_whole_number_shares_round_as_decimals_do(amount: int, numerator: int, denominator: int) -> None:
    assert ratio_minor(amount, numerator, denominator) == round_minor(Decimal(amount * numerator) / denominator)


@given(st.integers(-10**9, 10**9), st.lists(st.integers(0, 10**6), min_size=1, max_size=8))
def test_parts_sum_to_the_whole(total: int, weights: list[int]) -> None:
    parts = split_minor(total, weights)
    assert sum(parts) == total
    if 0 <= total <= sum(weights):
        assert all(part <= weight for part, weight in zip(parts, weights, strict=True))
