"""A quote from the database: the right list, coupons and limits, in a constant number of statements."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from uuid import UUID

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from entrepot.catalog import public as catalog
from entrepot.catalog.tests.factories import a_channel, a_variant
from entrepot.customers import public as customers
from entrepot.kit import clock
from entrepot.kit.ids import uuid7
from entrepot.pricing import public
from entrepot.pricing.contracts import Quote, QuoteLine, QuoteRequest
from entrepot.pricing.queries import quoting
from entrepot.pricing.tests.factories import BOB, a_coupon, a_price, a_price_list, a_promotion, a_tax_rate

pytestmark = pytest.mark.django_db(transaction=True)


def request_for(*goods: tuple[UUID, str | int], **changes: object) -> QuoteRequest:
    lines = tuple(QuoteLine(uuid7(), variant, Decimal(qty)) for variant, qty in goods)
    return replace(QuoteRequest(a_channel().id, clock.now(), lines), **changes)


def quote(*goods: tuple[UUID, str | int], **changes: object) -> Quote:
    return public.quote(request_for(*goods, **changes), catalog.variant_facts([v for v, _ in goods]))


def test_price_lists_by_channel_group_company_date_and_quantity() -> None:
    tea, channel, now = a_variant("Tea"), a_channel(), clock.now()
    vip, acme = customers.create_group("vip", "VIP", actor=BOB), customers.create_company("Acme", actor=BOB)
    a_price(tea, 1000)
    a_price(tea, 900, min_qty=10)
    a_price(tea, 950, price_list="web", channel_id=channel.id)
    a_price(tea, 800, price_list="vip", group_id=vip.id)
    a_price(tea, 700, price_list="acme", company_id=acme.id)
    a_price(tea, 1, price_list="later", priority=9, from_at=now + timedelta(days=1))
    a_price(tea, 2, price_list="over", priority=9, until_at=now - timedelta(seconds=1))
    a_price(tea, 3, price_list="off", priority=9, is_active=False)
    a_price(tea, 5000, price_list="yuan", currency="CNY", priority=9)
    assert quote((tea, 1)).total_minor == 950
    assert quote((tea, 1), group_id=vip.id).total_minor == 800
    assert quote((tea, 1), group_id=vip.id, company_id=acme.id).total_minor == 700
    assert quote((tea, 1), now=now + timedelta(days=2)).total_minor == 1
    public.update_price_list("web", {"priority": -1}, actor=BOB)
    assert quote((tea, 5), (tea, 5)).total_minor == 9000  # tiers count all lines of a variant


def test_fractional_quantities_and_tax() -> None:
    rice = a_variant("Rice")
    a_price(rice, 349)
    a_tax_rate("0.07")
    priced = quote((rice, "1.250"), delivery_minor=490)
    assert (priced.goods_minor, priced.lines[0].tax_rate) == (436, Decimal("0.07"))  # 436.25
    assert (priced.lines[0].tax_minor, priced.delivery_tax_minor, priced.total_minor) == (29, 32, 926)
    assert quote((rice, 1), country="FR").tax_minor == 0


def test_changes_are_seen_by_the_next_quote() -> None:
    tea = a_variant("Tea")
    a_price(tea, 1000)
    assert quote((tea, 1)).total_minor == 1000
    a_promotion({"kind": "percent", "percent": "10"}, code="tenth")
    assert quote((tea, 1)).total_minor == 900
    public.update_promotion("tenth", {"until_at": clock.now() - timedelta(seconds=1)}, actor=BOB)
    assert quote((tea, 1)).total_minor == 1000
    a_promotion({"kind": "percent", "percent": "20"}, code="fifth")
    public.end_promotion("fifth", actor=BOB)
    assert quote((tea, 1)).total_minor == 1000


def test_rolled_back_rules_are_forgotten() -> None:
    tea = a_variant("Tea")
    a_price(tea, 1000)
    with transaction.atomic():
        a_promotion({"kind": "percent", "percent": "10"})
        assert quote((tea, 1)).total_minor == 900
        transaction.set_rollback(True)
    assert quote((tea, 1)).total_minor == 1000


def test_coupons_by_any_spelling_and_their_problems() -> None:
    tea = a_variant("Tea")
    a_price(tea, 1000)
    a_coupon("Welcome")
    assert quote((tea, 1), coupons=(" welcome ",)).total_minor == 900
    assert [p.code for p in quote((tea, 1), coupons=("nope",)).problems] == ["coupon_unknown"]
    public.create_coupons("for-welcome", codes=["TEAM"], staff_only=True, actor=BOB)
    assert [p.code for p in quote((tea, 1), coupons=("TEAM",)).problems] == ["coupon_staff_only"]
    assert quote((tea, 1), coupons=("TEAM",), is_staff=True).total_minor == 900
    public.disable_coupons(codes=["team"], actor=BOB)
    assert [p.code for p in quote((tea, 1), coupons=("TEAM",), is_staff=True).problems] == ["coupon_disabled"]
    five = tuple(f"X{n}" for n in range(5))
    assert [p.code for p in quote((tea, 1), coupons=five).problems][-1] == "coupon_too_many"


def _statements(run: object) -> int:
    with CaptureQueriesContext(connection) as captured:
        run()  # type: ignore[operator]
    return len(captured)


def test_statements_do_not_grow_with_lines_promotions_or_catalogue() -> None:
    variants = [a_variant(f"V{n}") for n in range(12)]
    for variant in variants:
        a_price(variant, 1000)
    a_tax_rate()
    a_coupon("ONCE")
    facts = catalog.variant_facts(variants)
    small = request_for((variants[0], 1), coupons=("ONCE",), customer_key="alice")
    large = request_for(*((v, 2) for v in variants), coupons=("ONCE",), customer_key="alice")
    quoting._book = quoting.Rulebook()
    assert _statements(lambda: public.quote(small, facts)) == 2  # a process that has not seen the rules yet
    assert _statements(lambda: public.quote(small, facts)) == 1
    assert _statements(lambda: public.quote(large, facts)) == 1
    for n in range(20):
        a_promotion({"kind": "percent", "percent": "1"}, usage_limit=100 + n, customer_limit=5)
    public.quote(small, facts)
    assert _statements(lambda: public.quote(large, facts)) == 1


def test_gift_variants_are_known_without_a_statement() -> None:
    tea, spoon = a_variant("Tea"), a_variant("Spoon")
    a_price(tea, 1000)
    a_promotion({"kind": "gift", "variants": [str(spoon)]})
    priced = quote((tea, 1))
    assert priced.lines[-1].variant_id == spoon
    assert _statements(public.gift_variants) == 0
    assert public.gift_variants() == {spoon}


def test_tiers_of_the_list_that_holds() -> None:
    tea = a_variant("Tea")
    a_price(tea, 1000)
    a_price(tea, 900, min_qty=10)
    assert [(t.min_qty, t.amount_minor) for t in public.tiers(a_channel().id, tea)] == [(1, 1000), (10, 900)]
    assert a_price_list() == "retail"
