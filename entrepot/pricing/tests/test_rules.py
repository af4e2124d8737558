"""What every kind of promotion does, in numbers that a person can check."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from entrepot.kit.errors import InvalidInput
from entrepot.pricing.rules.prices import PriceRow, lowest_prior, pick_price, rank, reduced_price
from entrepot.pricing.rules.promotions import read_benefit, read_conditions
from entrepot.pricing.rules.tax import TaxTable, tax_of
from entrepot.pricing.tests.carts import NOW, adds_up, facts, price, promotion, uid

TEA = facts("tea", category_ids=[1, 10])
CUP = facts("cup", category_ids=[2])
BOOK = facts("book", category_ids=[3], tax_class="reduced", brand_id=5)
RICE = facts("rice", unit="kg", qty_step=Decimal("0.001"))


def discounts(quote: Any) -> list[int]:
    return [line.discount_minor for line in quote.lines]


def test_best_list_wins_and_ties_have_an_order() -> None:
    shop, member, tiered = rank(0, 0, 1), rank(5, 2, 2), rank(0, 0, 3)
    rows = [PriceRow(shop, 1000, 1000), PriceRow(member, 10_000, 800), PriceRow(tiered, 1000, 900)]
    assert pick_price(rows, 1000) == 1000  # the member list has no price for one piece; then the older list
    assert pick_price(rows, 10_000) == 800
    assert pick_price(rows, 500) == 1000  # “from 1” serves half a kilogram
    assert pick_price([PriceRow(shop, 1000, 1000), PriceRow(shop, 5000, 900)], 7000) == 900
    assert pick_price([], 1000) is None
    assert rank(1, 0, 9) > rank(0, 7, 1) > rank(0, 4, 1) > rank(0, 4, 2)


def test_listing_prices_stack_by_lane() -> None:
    sale = promotion("sale", {"kind": "percent", "percent": "20"}, scope="catalogue", is_exclusive=False)
    less = promotion("less", {"kind": "amount", "amounts": {"EUR": 100}, "per": "piece"}, scope="catalogue",
                     is_exclusive=False, priority=1)
    alone = promotion("alone", {"kind": "fixed_price", "amounts": {"EUR": 500}}, scope="catalogue")
    assert reduced_price(1000, TEA, [less, sale], "EUR") == (720, sale)  # 1000 - 100 = 900, less 20 %
    assert reduced_price(1000, TEA, [less, sale, alone], "EUR") == (500, alone)
    assert reduced_price(400, TEA, [alone], "EUR") == (400, None)  # a fixed price never raises
    assert reduced_price(1000, TEA, [replace(sale, lane=0), replace(sale, lane=1)], "EUR")[0] == 640


def test_lowest_prior_price_looks_thirty_days_back() -> None:
    day = datetime(2026, 1, 1, tzinfo=UTC)
    history = [(day, 700), (day + timedelta(days=1), 900), (day + timedelta(days=40), 1000)]
    reduced_at = day + timedelta(days=50)
    assert lowest_prior(history, reduced_at) == 900  # 700 ended before the window, 900 reaches into it
    assert lowest_prior(history, day + timedelta(days=20)) == 700
    assert lowest_prior([], reduced_at) is None


def test_tax_by_place_class_and_day() -> None:
    table = TaxTable.of([
        ("DE", "", "standard", Decimal("0.19"), date(2007, 1, 1)),
        ("DE", "", "standard", Decimal("0.16"), date(2020, 7, 1)),
        ("DE", "", "standard", Decimal("0.19"), date(2021, 1, 1)),
        ("US", "CA", "standard", Decimal("0.0725"), date(2020, 1, 1)),
        ("PT", "", "standard", Decimal("0.23"), date(2020, 1, 1)),
        ("PT", "Madeira", "standard", Decimal("0.22"), date(2020, 1, 1)),
    ])
    assert [table.rate("DE", "", "standard", d) for d in (date(2006, 1, 1), date(2020, 8, 1), date(2026, 1, 1))] == [
        0, 1600, 1900]
    assert table.rate("PT", "Madeira", "standard", NOW.date()) == 2200
    assert table.rate("PT", "Porto", "standard", NOW.date()) == 2300
    assert table.rate("US", "", "standard", NOW.date()) == 0
    assert table.rate("DE", "", "books", NOW.date()) == 0
    assert tax_of(11_900, 1900, True) == 1900
    assert tax_of(10_000, 1900, False) == 1900
    assert (tax_of(50, 100, False), tax_of(49, 100, False)) == (1, 0)  # half away from zero


def test_percent_counts_only_its_goods_and_stops_at_its_cap() -> None:
    tenth = promotion("tenth", {"kind": "percent", "percent": "10"}, {"products": {"categories": [10]}})
    assert discounts(price([(TEA, 3, 333), (CUP, 1, 500)], [tenth])) == [100, 0]
    capped = promotion("capped", {"kind": "percent", "percent": "50", "up_to": {"EUR": 100}})
    assert discounts(price([(TEA, 1, 300), (CUP, 1, 100)], [capped])) == [75, 25]
    assert discounts(price([(TEA, 1, 300)], [capped], currency="CNY")) == [0]


def test_excluded_and_reduced_goods_do_not_count() -> None:
    sale = promotion("sale", {"kind": "percent", "percent": "10"}, {"products": {"variants": [str(TEA.id)]}},
                     scope="catalogue")
    tenth = promotion("tenth", {"kind": "percent", "percent": "10"},
                      {"exclude": {"brands": [5]}, "skip_reduced": True})
    quote = price([(TEA, 1, 1000), (BOOK, 1, 1000), (CUP, 1, 1000)], [sale, tenth])
    assert discounts(quote) == [0, 0, 100]
    tea = quote.lines[0]
    assert (tea.unit_minor, tea.regular_unit_minor, tea.listing_promotion_id) == (900, 1000, sale.id)


def test_amount_is_shared_in_proportion_and_adds_up() -> None:
    ten = promotion("ten", {"kind": "amount", "amounts": {"EUR": 1000}})
    assert discounts(price([(TEA, 1, 1000), (CUP, 1, 2000)], [ten])) == [333, 667]
    assert discounts(price([(TEA, 1, 300)], [ten])) == [300]  # never more than the goods
    each = promotion("each", {"kind": "amount", "amounts": {"EUR": 50}, "per": "piece"})
    assert discounts(price([(TEA, 3, 40), (RICE, "1.5", 200)], [each])) == [120, 75]


def test_fixed_price_is_for_one_piece() -> None:
    fixed = promotion("fixed", {"kind": "fixed_price", "amounts": {"EUR": 700}, "on": {"categories": [2]}},
                      {"products": {"categories": [1]}})
    assert discounts(price([(TEA, 1, 1000), (CUP, 2, 900)], [fixed])) == [0, 400]
    assert discounts(price([(CUP, 2, 900)], [fixed])) == [0]  # without tea no cheap cup


def test_buy_two_get_one_takes_the_cheapest() -> None:
    rule = promotion("b2g1", {"kind": "buy_x_get_y", "buy": 2, "get": 1})
    assert discounts(price([(TEA, 4, 500), (CUP, 2, 300)], [rule])) == [0, 600]
    assert discounts(price([(TEA, 2, 500)], [rule])) == [0]
    half = promotion("half", {"kind": "buy_x_get_y", "buy": 1, "get": 1, "percent": "50", "times": 1})
    assert discounts(price([(TEA, 4, 500)], [half])) == [250]


def test_got_goods_may_overlap_with_bought_ones() -> None:
    rule = promotion("tea-for-cup", {"kind": "buy_x_get_y", "buy": 1, "get": 1, "on": {"categories": [1]}},
                     {"products": {"categories": [1, 2]}})
    assert discounts(price([(TEA, 1, 500), (CUP, 1, 300)], [rule])) == [500, 0]
    assert discounts(price([(TEA, 3, 500), (CUP, 1, 300)], [rule])) == [1000, 0]
    assert discounts(price([(TEA, 1, 500)], [rule])) == [0]  # the one piece cannot be both


def test_gift_is_chosen_among_those_that_can_be_given() -> None:
    rule = promotion("gift", {"kind": "gift", "variants": [str(uid("spoon")), str(uid("sieve"))]},
                     {"min_spend": {"EUR": 1000}})
    quote = price([(TEA, 2, 500)], [rule])
    line = quote.lines[-1]
    assert (line.variant_id, line.is_gift, line.goods_minor, quote.total_minor) == (uid("spoon"), True, 0, 1000)
    assert [u.uses for u in quote.uses] == [1]
    assert quote.gift_offers[0].variant_ids == (uid("spoon"), uid("sieve"))
    assert price([(TEA, 2, 500)], [rule], gifts=frozenset({uid("sieve")})).lines[-1].variant_id == uid("sieve")
    gone = frozenset({uid("spoon")})
    assert price([(TEA, 2, 500)], [rule], unavailable=gone).lines[-1].variant_id == uid("sieve")
    assert len(price([(TEA, 1, 500)], [rule]).lines) == 1
    assert price([(TEA, 2, 500)], [rule]).lines[-1].id == line.id  # the same cart, the same line


def test_spend_and_save_in_steps() -> None:
    rule = promotion("full", {"kind": "tiered", "steps": [
        {"spend": {"CNY": 30_000}, "amounts": {"CNY": 4000}}, {"spend": {"CNY": 50_000}, "amounts": {"CNY": 8000}}]})
    assert [price([(TEA, n, 10_000)], [rule], currency="CNY").discount_minor for n in (2, 3, 4, 5, 9)] == [
        0, 4000, 4000, 8000, 8000]
    every = promotion("every", {"kind": "tiered", "repeats": True,
                                "steps": [{"spend": {"CNY": 10_000}, "amounts": {"CNY": 1000}}]})
    assert price([(TEA, 35, 1000)], [every], currency="CNY").discount_minor == 3000
    by_qty = promotion("qty", {"kind": "tiered", "steps": [{"quantity": "3", "percent": "10"},
                                                           {"quantity": "6", "percent": "20"}]})
    assert [price([(TEA, n, 1000)], [by_qty]).discount_minor for n in (2, 3, 6)] == [0, 300, 1200]


def test_bundle_price_makes_as_many_sets_as_there_are() -> None:
    rule = promotion("set", {"kind": "bundle_price", "amounts": {"EUR": 1000}, "parts": [
        {"of": {"categories": [1]}}, {"of": {"categories": [2]}, "quantity": 2}]})
    assert price([(TEA, 2, 800), (CUP, 5, 300)], [rule]).discount_minor == 2 * (800 + 600 - 1000)
    assert price([(TEA, 2, 800), (CUP, 1, 300)], [rule]).discount_minor == 0
    any_three = promotion("three", {"kind": "bundle_price", "amounts": {"EUR": 1000}, "parts": [{"quantity": 3}]})
    quote = price([(TEA, 2, 500), (CUP, 2, 400)], [any_three])
    assert discounts(quote) == [286, 114]  # 1,400 of goods for 1,000; the fourth piece is the cheapest
    assert price([(TEA, 3, 300)], [any_three]).discount_minor == 0  # a set never costs more


def test_free_shipping_and_delivery_tax() -> None:
    free = promotion("free", {"kind": "free_shipping"}, {"min_spend": {"EUR": 500}})
    quote = price([(TEA, 1, 500)], [free], delivery_minor=490, rates={"standard": "0.19"})
    assert (quote.delivery_discount_minor, quote.delivery_tax_minor, quote.total_minor) == (490, 0, 500)
    assert price([(TEA, 1, 500)], [free], delivery_minor=0).uses == ()  # no effect, no use
    upto = promotion("upto", {"kind": "free_shipping", "percent": "100", "up_to": {"EUR": 300}})
    assert price([(TEA, 1, 500)], [upto], delivery_minor=490).delivery_discount_minor == 300


def test_flash_price_until_its_pieces_are_gone() -> None:
    flash = promotion("flash", {"kind": "flash_price", "amounts": {"EUR": 100}}, scope="catalogue", usage_limit=10,
                      customer_limit=3)
    quote = price([(TEA, 5, 1000)], [flash])
    assert (quote.discount_minor, quote.uses[0].uses) == (2700, 3)  # three pieces a customer
    quote = price([(TEA, 5, 1000)], [flash], used={"flash": (9, 0)})
    assert (quote.discount_minor, quote.uses[0].uses) == (900, 1)
    assert price([(TEA, 5, 1000)], [flash], used={"flash": (10, 0)}).uses == ()
    assert price([(RICE, "1.5", 1000)], [flash]).uses[0].uses == 2  # a part of a piece is a piece


def test_lanes_apply_one_after_another_and_compete_inside() -> None:
    tenth = promotion("tenth", {"kind": "percent", "percent": "10"})
    fifth = promotion("fifth", {"kind": "percent", "percent": "20"})
    quote = price([(TEA, 1, 1000)], [tenth, fifth])
    assert [(d.code, d.amount_minor) for d in quote.lines[0].discounts] == [("fifth", 200)]
    quote = price([(TEA, 1, 1000)], [tenth, replace(fifth, lane=1)])
    assert [(d.code, d.amount_minor) for d in quote.lines[0].discounts] == [("tenth", 100), ("fifth", 180)]
    together = [replace(tenth, is_exclusive=False), replace(fifth, is_exclusive=False, priority=1)]
    assert price([(TEA, 1, 1000)], together).discount_minor == 200 + 80
    quarter = promotion("quarter", {"kind": "percent", "percent": "25"})
    assert [u.promotion_id for u in price([(TEA, 1, 1000)], [*together, quarter]).uses] == [
        together[1].id, together[0].id]  # 28 % together beats 25 % alone


def test_equal_offers_go_to_the_higher_priority() -> None:
    one = promotion("one", {"kind": "percent", "percent": "10"})
    two = promotion("two", {"kind": "percent", "percent": "10"}, priority=1)
    assert [u.promotion_id for u in price([(TEA, 1, 1000)], [one, two]).uses] == [two.id]


def test_conditions_on_the_buyer() -> None:
    for condition, wrong, right in [
        ({"groups": [3]}, {"group_id": 2}, {"group_id": 3}),
        ({"companies": [str(uid("acme"))]}, {}, {"company_id": uid("acme")}),
        ({"members_only": True}, {}, {"customer_id": uid("alice")}),
        ({"staff_only": True}, {}, {"is_staff": True}),
        ({"countries": ["FR"]}, {"country": "DE"}, {"country": "FR"}),
    ]:
        rule = promotion("for-some", {"kind": "percent", "percent": "10"}, condition)
        assert price([(TEA, 1, 1000)], [rule], **wrong).discount_minor == 0, condition
        assert price([(TEA, 1, 1000)], [rule], **right).discount_minor == 100, condition


def test_dates_channels_limits_and_budgets() -> None:
    tenth = promotion("tenth", {"kind": "percent", "percent": "10"})
    goods = [(TEA, 1, 1000)]
    hour = timedelta(hours=1)
    for closed in ({"from_at": NOW + hour}, {"until_at": NOW}, {"channels": frozenset({2})}):
        assert price(goods, [replace(tenth, **closed)]).uses == ()
    assert price(goods, [replace(tenth, usage_limit=5)], used={"tenth": (5, 0)}).uses == ()
    assert price(goods, [replace(tenth, customer_limit=1)], mine={"tenth": 1}).uses == ()
    budget = replace(tenth, budget_minor=1000, budget_currency="EUR")
    assert price(goods, [budget], used={"tenth": (9, 900)}).discount_minor == 100
    assert price(goods, [budget], used={"tenth": (9, 901)}).uses == ()
    assert price(goods, [budget], currency="CNY").uses == ()


def test_coupon_problems_are_told_and_change_nothing() -> None:
    rule = promotion("welcome", {"kind": "amount", "amounts": {"EUR": 500}}, {"min_spend": {"EUR": 2000}},
                     needs_coupon=True)
    assert price([(TEA, 1, 3000)], [rule]).discount_minor == 0
    quote = price([(TEA, 1, 3000)], coupons={"WELCOME": rule})
    assert (quote.discount_minor, quote.lines[0].discounts[0].coupon, quote.uses[0].coupon_id) == (500, "WELCOME", 0)
    small = price([(TEA, 1, 1000)], coupons={"WELCOME": rule})
    assert (small.uses, [(p.code, p.coupon) for p in small.problems]) == ((), [("coupon_no_effect", "WELCOME")])
    late = price([(TEA, 1, 3000)], coupons={"WELCOME": replace(rule, until_at=NOW)})
    assert [p.code for p in late.problems] == ["coupon_expired"]
    twice = price([(TEA, 1, 3000)], coupons={"WELCOME": rule, "AGAIN": rule})
    assert (twice.discount_minor, [p.code for p in twice.problems]) == (500, ["coupon_no_effect"])
    gone = price([(TEA, 1, 3000)], coupons={"WELCOME": replace(rule, customer_limit=1)}, mine={"welcome": 1})
    assert [p.code for p in gone.problems] == ["coupon_used_up"]


def test_line_without_price_is_left_out_and_named() -> None:
    quote = price([(TEA, 1, 1000)])
    assert quote.total_minor == 1000
    from entrepot.pricing.contracts import QuoteLine, QuoteRequest
    from entrepot.pricing.rules.quoting import Found, Rulebook, Setting, price_cart

    asked = QuoteRequest(1, NOW, (QuoteLine(uid("x"), TEA.id, Decimal(1)),))
    empty = price_cart(asked, {TEA.id: TEA}, Setting("EUR", True, "DE", NOW.date()), Rulebook(), Found({}))
    assert (empty.lines, empty.total_minor, empty.problems[0].code) == ((), 0, "no_price")


def test_tax_included_or_on_top() -> None:
    goods = [(TEA, 1, 1000), (BOOK, 1, 1000)]
    rates = {"standard": "0.19", "reduced": "0.07"}
    inside = price(goods, rates=rates, delivery_minor=500)
    assert [line.tax_minor for line in inside.lines] == [160, 65]
    assert (inside.delivery_tax_minor, inside.total_minor) == (80, 2500)
    on_top = price(goods, rates=rates, delivery_minor=500, tax_included=False)
    assert ([line.tax_minor for line in on_top.lines], on_top.total_minor) == ([190, 70], 2500 + 190 + 70 + 95)
    adds_up(inside)
    adds_up(on_top)


@pytest.mark.parametrize(("benefit", "place"), [
    ({}, "benefit.kind"),
    ({"kind": "magic"}, "benefit.kind"),
    ({"kind": "percent"}, "benefit.percent"),
    ({"kind": "percent", "percent": "0"}, "benefit.percent"),
    ({"kind": "percent", "percent": "101"}, "benefit.percent"),
    ({"kind": "percent", "percent": "ten"}, "benefit.percent"),
    ({"kind": "percent", "percent": "NaN"}, "benefit.percent"),
    ({"kind": "percent", "percent": 10, "colour": 1}, "benefit.colour"),
    ({"kind": "amount", "amounts": {"EUR": 1.5}}, "benefit.amounts.EUR"),
    ({"kind": "amount", "amounts": {}}, "benefit.amounts"),
    ({"kind": "amount", "amounts": {"eur": 1}}, "benefit.amounts"),
    ({"kind": "buy_x_get_y", "buy": 0, "get": 1}, "benefit.buy"),
    ({"kind": "amount", "amounts": {"EUR": 1}, "per": "day"}, "benefit.per"),
    ({"kind": "gift", "variants": []}, "benefit.variants"),
    ({"kind": "gift", "variants": ["x"]}, "benefit.variants"),
    ({"kind": "tiered", "steps": []}, "benefit.steps"),
    ({"kind": "tiered", "steps": [{"percent": "5"}]}, "benefit.steps[0]"),
    ({"kind": "tiered", "steps": [{"spend": {"EUR": 1}}]}, "benefit.steps[0]"),
    ({"kind": "tiered", "steps": [{"quantity": 9, "percent": 1}, {"quantity": 9, "percent": 2}]}, "benefit.steps"),
    ({"kind": "bundle_price", "amounts": {"EUR": 1}, "parts": [{}]}, "benefit.parts"),
])
def test_mistakes_in_a_benefit_name_their_place(benefit: dict[str, Any], place: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        read_benefit(benefit)
    assert refused.value.params["field"] == place


def test_mistakes_between_parts_are_found() -> None:
    with pytest.raises(InvalidInput, match=r"conditions\.groups"):
        read_conditions({"groups": ["vip"]})
    with pytest.raises(InvalidInput, match=r"conditions\.products\.colour"):
        read_conditions({"products": {"colour": 1}})
    percent = {"kind": "percent", "percent": "10"}
    for changes, place in [
        ({"scope": "catalogue", "conditions": {"groups": [1]}}, "conditions"),
        ({"scope": "catalogue", "usage_limit": 5}, "usage_limit"),
        ({"scope": "catalogue", "needs_coupon": True}, "needs_coupon"),
        ({"scope": "catalogue", "benefit": {"kind": "free_shipping"}}, "benefit.kind"),
        ({"benefit": {"kind": "flash_price", "amounts": {"EUR": 1}}}, "benefit.kind"),
        ({"scope": "catalogue", "benefit": {"kind": "flash_price", "amounts": {"EUR": 1}}}, "usage_limit"),
        ({"budget_minor": 5}, "budget_currency"), ({"from_at": NOW, "until_at": NOW}, "until_at"),
    ]:
        with pytest.raises(InvalidInput) as refused:
            promotion("wrong", changes.pop("benefit", percent), changes.pop("conditions", None), **changes)
        assert refused.value.params["field"] == place
