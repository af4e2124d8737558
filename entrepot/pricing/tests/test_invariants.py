"""Each invariant finds the violation that is planted for it, and nothing before."""

from __future__ import annotations

import pytest
from django.db import transaction

from entrepot.catalog.tests.factories import a_variant
from entrepot.kit import clock, db, invariants
from entrepot.kit.ids import uuid7
from entrepot.pricing import public
from entrepot.pricing.contracts import Use
from entrepot.pricing.models import Coupon
from entrepot.pricing.tests.factories import BOB, a_coupon, a_price

pytestmark = pytest.mark.django_db(transaction=True)


def broken() -> set[str]:
    return {v.code for v in invariants.violations() if v.code.startswith("pricing.")}


@pytest.mark.parametrize(("code", "sql"), [
    ("pricing.promotion_uses", "UPDATE pricing_promotion SET used_count = used_count + 1"),
    ("pricing.promotion_uses", "DELETE FROM pricing_redemption"),
    ("pricing.coupon_uses", "UPDATE pricing_coupon SET used_count = 0"),
    ("pricing.customer_uses", "UPDATE pricing_customeruse SET used_count = 2"),
    ("pricing.nothing_given_back_twice", "UPDATE pricing_redemption SET uses = -1"),
    ("pricing.listing_in_history", "UPDATE pricing_listingprice SET amount_minor = 1"),
    ("pricing.listing_in_history", "DELETE FROM pricing_pricehistory"),
])
def test_a_planted_violation_is_found(code: str, sql: str) -> None:
    tea = a_variant("Tea")
    a_price(tea, 1000)
    public.refresh_listing_prices(actor=BOB)
    a_coupon("ONCE", usage_limit=9, customer_limit=3)
    coupon = Coupon.objects.get()
    with transaction.atomic():
        public.redeem(uuid7(), "alice", [Use(coupon.promotion_id, 5, coupon.id)], "EUR", clock.now(), actor=BOB)
    assert broken() == set()
    with transaction.atomic():
        db.execute("SET LOCAL session_replication_role = replica")
        db.execute(sql)
    assert code in broken()
