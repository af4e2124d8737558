"""The draft simulator: what a promotion would have cost, and what would have surprised its planner."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import Any

from entrepot.pricing.contracts import ReplayLine, ReplayOrder
from entrepot.pricing.rules.simulation import Past, Ran, simulate
from entrepot.pricing.tests.carts import NOW, facts, promotion, uid

TEA = facts("tea", category_ids=[1])
SPOON = facts("spoon", cost=Decimal("1.50"), cost_currency="EUR")
FACTS = {TEA.id: TEA, SPOON.id: SPOON}
PERCENT = {"kind": "percent", "percent": "10"}


def order(n: int, *, quantity: str = "1", unit: int = 1190, discount: int = 0, cost: str | None = "5", **changes: Any
          ) -> ReplayOrder:
    line = ReplayLine(uid(f"l{n}"), TEA.id, Decimal(quantity), unit, discount, Decimal("0.19"),
                      None if cost is None else Decimal(cost))
    return replace(ReplayOrder(uid(f"o{n}"), 1, "EUR", NOW + timedelta(minutes=n), (line,), customer_key=f"c{n % 2}"),
                   **changes)


def test_margin_before_and_after_is_net_of_tax() -> None:
    result = simulate(promotion("p", PERCENT), [order(1), order(2, quantity="2")], FACTS)
    effect, = result.effects
    assert (result.orders, result.orders_touched, effect.goods_minor, effect.discount_minor) == (2, 2, 3570, 357)
    assert effect.margin_before_minor == 3000 - 1500
    assert effect.margin_after_minor == 2700 - 1500


def test_limits_and_budget_are_counted_in_order_of_time() -> None:
    orders = [order(n) for n in (3, 1, 2, 4)]
    limited = replace(promotion("p", PERCENT), usage_limit=3)
    assert simulate(limited, orders, FACTS).orders_touched == 3
    assert simulate(replace(limited, customer_limit=1), orders, FACTS).orders_touched == 2
    budget = replace(promotion("p", PERCENT), budget_minor=240, budget_currency="EUR")
    assert simulate(budget, orders, FACTS).effects[0].discount_minor == 238
    flash = replace(promotion("f", {"kind": "flash_price", "amounts": {"EUR": 190}}, scope="catalogue", usage_limit=3))
    result = simulate(flash, [order(1, quantity="2"), order(2, quantity="2")], FACTS)
    assert (result.uses, result.effects[0].discount_minor) == (3, 3000)


def test_surprises_are_named() -> None:
    half = promotion("half", {"kind": "percent", "percent": "50"})
    free = promotion("free", {"kind": "amount", "amounts": {"EUR": 9999}})
    result = simulate(half, [order(1, cost="9"), order(2, discount=100, cost="1")], FACTS)
    assert result.surprise_counts == {"margin_below_zero": 1, "stacking": 1}
    assert {s.kind: s.amount_minor for s in result.surprises} == {"margin_below_zero": 500 - 900, "stacking": 100}
    assert simulate(free, [order(1)], FACTS).surprise_counts == {"margin_below_zero": 1, "free_order": 1}
    assert simulate(half, [order(1, cost=None)], FACTS).lines_without_cost == 1


def test_gifts_cost_what_they_cost() -> None:
    gift = promotion("gift", {"kind": "gift", "variants": [str(SPOON.id)], "quantity": 2}, {"min_spend": {"EUR": 1000}})
    effect, = simulate(gift, [order(1)], FACTS).effects
    assert (effect.gifts, effect.discount_minor, effect.margin_after_minor) == (2, 0, 500 - 300)


def test_orders_the_draft_is_not_for_stay_as_they_are() -> None:
    for condition in ({"groups": [1]}, {"members_only": True}, {"countries": ["FR"]}, {"staff_only": True},
                      {"products": {"categories": [2]}}):
        result = simulate(promotion("p", PERCENT, condition), [order(1)], FACTS)
        assert (result.orders, result.orders_touched, result.effects[0].discount_minor) == (1, 0, 0), condition
    assert simulate(promotion("p", PERCENT), [order(1, lines=())], FACTS).orders_touched == 0


def test_it_names_the_goods_that_lose_most_and_the_customers_that_save_most() -> None:
    result = simulate(promotion("p", PERCENT), [order(1), order(2, quantity="3"), order(3)], FACTS)
    tea, = result.goods
    assert (tea.product_id, tea.pieces, tea.discount_minor) == (TEA.product_id, 5, 595)
    assert tea.margin_before_minor - tea.margin_after_minor == 500  # net of tax
    assert [(c.customer_key, c.orders, c.discount_minor) for c in result.customers] == [("c0", 1, 357), ("c1", 2, 238)]


OWN, HOUSE = Ran("p", 0, True, False), Ran("house", 0, True, False)


def past(ran: Ran, *amounts: int) -> Past:
    """That promotion took so much off the first, the second order..."""
    return Past({uid("ran"): ran}, {uid(f"o{n}"): {uid("ran"): amount} for n, amount in enumerate(amounts, start=1)})


def test_a_promotion_that_ran_is_not_counted_on_top_of_itself() -> None:
    ran, alone = order(1, discount=119), simulate(promotion("p", PERCENT), [order(1)], FACTS)
    assert simulate(promotion("p", PERCENT), [ran], FACTS, past(OWN, 119)).effects == alone.effects
    listed = replace(promotion("p", PERCENT), is_catalogue=True)
    line, = order(1, unit=1071).lines
    reduced = order(1, lines=(replace(line, regular_unit_minor=1190, listing_promotion_id=uid("ran")),))
    was = Past({uid("ran"): replace(OWN, is_catalogue=True)})
    assert simulate(listed, [reduced], FACTS, was).effects == simulate(listed, [order(1)], FACTS).effects


def test_in_one_lane_the_buyer_keeps_the_better_of_two() -> None:
    weak, strong = order(1, discount=60), order(2, discount=200)
    result = simulate(promotion("p", PERCENT), [weak, strong], FACTS, past(HOUSE, 60, 200))
    effect, = result.effects
    assert (effect.orders_touched, effect.goods_minor, effect.discount_minor) == (1, 1130 + 990, 119 - 60)
    assert result.surprise_counts == {}  # instead of the other, not on top of it
    beside = simulate(promotion("p", PERCENT), [weak], FACTS, past(replace(HOUSE, lane=1), 60))
    assert (beside.effects[0].discount_minor, beside.surprise_counts) == (113, {"stacking": 1})
    together = simulate(replace(promotion("p", PERCENT), is_exclusive=False), [weak], FACTS,
                        past(replace(HOUSE, is_exclusive=False), 60))
    assert together.effects[0].discount_minor == 113


def test_a_reduction_of_the_catalogue_competes_from_the_regular_price() -> None:
    line, = order(1, unit=800).lines
    reduced = order(1, lines=(replace(line, regular_unit_minor=1000, listing_promotion_id=uid("ran")),))
    was = Past({uid("ran"): replace(HOUSE, is_catalogue=True)})
    def draft(percent: str) -> Any:
        return simulate(promotion("p", {"kind": "percent", "percent": percent}, scope="catalogue"), [reduced], FACTS,
                        was).effects[0]
    assert (draft("10").orders_touched, draft("10").discount_minor) == (0, 0)
    assert (draft("30").orders_touched, draft("30").discount_minor) == (1, 100)
    other_lane = Past({uid("ran"): replace(HOUSE, is_catalogue=True, lane=2)})
    assert simulate(promotion("p", PERCENT, scope="catalogue"), [reduced], FACTS, other_lane).effects[0
                                                                                              ].discount_minor == 80
