"""Listing prices follow prices, promotions and dates; the lowest prior price is kept through a reduction."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

import pytest
from django.db import DatabaseError

from entrepot.catalog.tests.factories import a_channel, a_product, a_variant, variants_of
from entrepot.kit import clock, db, outbox
from entrepot.pricing import public
from entrepot.pricing.contracts import ListingPriceInfo, Use
from entrepot.pricing.models import ListingMark, PriceHistory
from entrepot.pricing.tests.factories import BOB, a_price, a_price_list, a_promotion

pytestmark = pytest.mark.django_db(transaction=True)


def refresh() -> int:
    return public.refresh_listing_prices(actor=BOB)


def listed(variant: UUID) -> ListingPriceInfo | None:
    return public.listing_prices(a_channel().id, [variant]).get(variant)


def changed_products() -> list[list[str]]:
    return [r.payload["product_ids"] for r in
            db.rows("SELECT payload FROM kit_event WHERE name = 'pricing.listing_prices_changed' ORDER BY id")]


def test_prices_become_listing_prices_and_products_are_told() -> None:
    product = a_product("Tea")
    tea, = variants_of(product)
    a_price(tea, 1000)
    a_price(tea, 100, price_list="bulk", min_qty=50, priority=5)
    assert listed(tea) is None
    assert refresh() == 1
    assert listed(tea) == ListingPriceInfo(1000, 1000, None, "EUR", None)
    assert changed_products() == [[str(product)]]
    assert refresh() == 0
    public.mark_listing_dirty([product], actor=BOB)
    assert refresh() == 1
    assert len(changed_products()) == 1  # nothing differs: nobody is told
    public.set_prices("retail", [(tea, 1, None)], actor=BOB)
    refresh()
    assert listed(tea) is None
    assert len(changed_products()) == 2


def test_reduction_shows_the_lowest_price_of_thirty_days() -> None:
    start = clock.now() - timedelta(days=100)
    tea = a_variant("Tea")
    for day, amount in ((0, 1000), (50, 700), (60, 1100)):
        with clock.at(start + timedelta(days=day)):
            a_price(tea, amount)
            refresh()
    with clock.at(start + timedelta(days=70)):
        a_promotion({"kind": "percent", "percent": "10"}, scope="catalogue", code="sale")
        refresh()
        info = listed(tea)
        assert info is not None
        assert (info.amount_minor, info.regular_minor, info.lowest_prior_minor) == (990, 1100, 700)
        assert info.promotion_label == {"en": "sale", "zh-hans": "sale"}
    with clock.at(start + timedelta(days=75)):  # deeper: still what it was before the first reduction
        a_promotion({"kind": "percent", "percent": "50"}, scope="catalogue", code="deeper")
        refresh()
        info = listed(tea)
        assert info is not None
        assert (info.amount_minor, info.lowest_prior_minor) == (550, 700)
    with clock.at(start + timedelta(days=80)):
        public.end_promotion("sale", actor=BOB)
        public.end_promotion("deeper", actor=BOB)
        refresh()
        assert listed(tea) == ListingPriceInfo(1100, 1100, None, "EUR", None)
    assert list(PriceHistory.objects.order_by("id").values_list("amount_minor", flat=True)) == [
        1000, 700, 1100, 990, 550, 1100]


def test_starts_and_ends_are_noticed() -> None:
    tea, now = a_variant("Tea"), clock.now()
    a_price(tea, 1000)
    a_price(tea, 500, price_list="night", priority=1, from_at=now + timedelta(hours=3),
            until_at=now + timedelta(hours=4))
    a_promotion({"kind": "percent", "percent": "10"}, scope="catalogue", from_at=now + timedelta(hours=1),
                until_at=now + timedelta(hours=2))
    seen = []
    for hours in (0, 1, 2, 3, 4):
        with clock.at(now + timedelta(hours=hours, seconds=1)):
            refresh()
            seen.append(listed(tea).amount_minor)  # type: ignore[union-attr]
    assert seen == [1000, 900, 1000, 500, 1000]


def test_promotion_marks_only_what_it_is_about() -> None:
    tea, cup, pot = a_variant("Tea"), a_variant("Cup"), a_variant("Pot")
    for variant in (tea, cup, pot):
        a_price(variant, 1000)
    refresh()
    a_promotion({"kind": "percent", "percent": "10"}, {"products": {"variants": [str(tea)]}}, scope="catalogue")
    assert refresh() == 1
    a_promotion({"kind": "percent", "percent": "20"}, {"exclude": {"variants": [str(cup)]}}, scope="catalogue")
    assert refresh() == 3
    assert [listed(v).amount_minor for v in (tea, cup, pot)] == [800, 1000, 800]  # type: ignore[union-attr]


def test_flash_price_leaves_the_listing_when_its_pieces_are_gone() -> None:
    from django.db import transaction

    from entrepot.kit.ids import uuid7

    tea = a_variant("Tea")
    a_price(tea, 1000)
    flash = a_promotion({"kind": "flash_price", "amounts": {"EUR": 100}}, scope="catalogue", usage_limit=2)
    refresh()
    assert listed(tea).amount_minor == 100  # type: ignore[union-attr]
    order = uuid7()
    with transaction.atomic():
        public.redeem(order, "alice", [Use(flash, 1800, None, 2)], "EUR", clock.now(), actor=BOB)
    refresh()
    assert listed(tea).amount_minor == 1000  # type: ignore[union-attr]
    with transaction.atomic():
        public.reverse(order, now=clock.now(), actor=BOB)
    refresh()
    assert listed(tea).amount_minor == 100  # type: ignore[union-attr]


def test_changes_in_the_catalogue_mark_where_promotions_could_differ() -> None:
    product = a_product("Tea")
    tea, = variants_of(product)
    a_price(tea, 1000)
    outbox.drain()
    refresh()
    from entrepot.catalog.events import ChannelChanged, ProductsChanged
    from entrepot.pricing.handlers import on_channel_changed, on_products_changed

    on_products_changed(ProductsChanged([product]))
    assert ListingMark.objects.count() == 0  # no catalogue promotion: a text cannot change a price
    a_promotion({"kind": "percent", "percent": "10"}, {"products": {"products": [str(product)]}}, scope="catalogue")
    refresh()
    on_products_changed(ProductsChanged([product]))
    assert list(ListingMark.objects.values_list("variant_id", flat=True)) == [tea]
    refresh()
    a_channel("shop")
    on_channel_changed(ChannelChanged(a_channel("shop").id))
    refresh()
    assert public.listing_prices(a_channel("shop").id, [tea])[tea].amount_minor == 900


def test_history_is_append_only() -> None:
    tea = a_variant("Tea")
    a_price(tea, 1000)
    refresh()
    with pytest.raises(DatabaseError, match="append-only"):
        db.execute("UPDATE pricing_pricehistory SET amount_minor = 1")


def test_the_task_works_through_more_than_one_batch(monkeypatch: pytest.MonkeyPatch) -> None:
    from entrepot.pricing import tasks
    from entrepot.pricing.actions import listing

    variants = [a_variant(f"V{n}") for n in range(5)]
    public.set_prices(a_price_list(), [(v, 1, 500) for v in variants], actor=BOB)
    small = listing.refresh_listing_prices
    monkeypatch.setattr(listing, "BATCH", 2)
    monkeypatch.setattr(listing, "refresh_listing_prices", lambda actor: small(2, actor=actor))
    tasks.refresh_listing_prices(0)
    assert len(public.listing_prices(a_channel().id, variants)) == 5
    assert ListingMark.objects.count() == 0
