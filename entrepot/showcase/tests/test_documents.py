"""Documents follow what they are made of, are read in one statement, and no mark is ever lost."""

from __future__ import annotations

import threading
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from entrepot.catalog import public as catalog
from entrepot.catalog.contracts import Component, ProductPatch, VariantInput
from entrepot.catalog.queries import channels as catalog_channels
from entrepot.catalog.tests import factories as goods
from entrepot.inventory import public as inventory
from entrepot.kit import clock, db, outbox
from entrepot.kit.actor import ANONYMOUS
from entrepot.kit.errors import Unauthenticated
from entrepot.kit.json import loads
from entrepot.pricing import public as pricing
from entrepot.pricing.contracts import PriceListInput
from entrepot.pricing.events import ListingPricesChanged
from entrepot.showcase import public
from entrepot.showcase.actions import rebuild
from entrepot.showcase.tests.factories import SHOP, Shop, a_facet, a_tree


def test_a_product_appears_in_each_language_of_its_channel(shop: Shop) -> None:
    shop.add("Kettle", zh="电水壶", price=2999)
    shop.show()
    page = shop.product("kettle")
    assert page is not None
    assert page["price"]["amount_minor"] == 2999
    assert page["in_stock"] is True
    assert page["variants"][0]["price"]["currency"] == "EUR"
    chinese = shop.product("kettle", "zh-hans")
    assert chinese is not None
    assert chinese["name"] == "电水壶"


def test_reading_a_document_and_a_page_is_one_statement_each(shop: Shop) -> None:
    for number in range(6):
        shop.add(f"Item {number}")
    shop.show()
    for limit in (1, 5):
        with CaptureQueriesContext(connection) as ran:
            public.listing(shop.channel.id, "en", limit=limit)
        assert len(ran) == 1
    with CaptureQueriesContext(connection) as ran:
        public.document(shop.channel.id, "en", "item-1")
    assert len(ran) == 1


def test_a_rebuild_takes_as_many_statements_for_five_products_as_for_one(shop: Shop) -> None:
    a_tree()
    counts = []
    for size in (1, 5):
        ids = [shop.add(f"Thing {size} {n}", skus=(f"A{size}{n}", f"B{size}{n}"), category="audio")
               for n in range(size)]
        outbox.drain()
        db.execute("DELETE FROM showcase_dirty")
        rebuild.mark_dirty(ids, actor=SHOP)
        with CaptureQueriesContext(connection) as ran:
            rebuild.rebuild_marked(actor=SHOP)
        counts.append(len(ran))
    assert counts[0] == counts[1]


def test_price_stock_name_and_archive_each_reach_the_document(shop: Shop) -> None:
    product = shop.add("Lamp", price=1000)
    variant = goods.variants_of(product)[0]
    shop.show()
    shop.prices.amounts[variant] = 800
    with transaction.atomic():
        outbox.publish(ListingPricesChanged([product]))
    inventory.adjust(variant, "main", set_to=Decimal(0), reason="broken", actor=SHOP)
    catalog.update_product(product, ProductPatch(name={"en": "Desk lamp"}), actor=SHOP)
    shop.show()
    page = shop.product("lamp") or shop.product("desk-lamp")
    assert page is not None
    assert (page["name"], page["price"]["amount_minor"], page["in_stock"]) == ("Desk lamp", 800, False)
    catalog.archive_product(product, actor=SHOP)
    shop.show()
    assert shop.product(page["slug"]) is None
    assert shop.names() == []


def test_a_bundle_is_out_of_stock_with_its_part(shop: Shop) -> None:
    part = goods.variants_of(shop.add("Screw", skus=("SCREW",), stock=3))[0]
    bundle = shop.add("Box of screws", stock=0, variants=(
        VariantInput("BOX", components=(Component("SCREW", Decimal(2)),)),))
    shop.prices.amounts[goods.variants_of(bundle)[0]] = 500
    shop.show()
    assert shop.product("box-of-screws")["in_stock"] is True  # type: ignore[index]
    inventory.adjust(part, "main", set_to=Decimal(0), reason="lost", actor=SHOP)
    shop.show()
    assert shop.product("box-of-screws")["in_stock"] is False  # type: ignore[index]


def test_publication_dates_decide_at_the_moment_of_the_rebuild(shop: Shop) -> None:
    now = clock.now()
    product = shop.add("Advent calendar")
    catalog.publish(product, "web", now + timedelta(days=2), now + timedelta(days=4), actor=SHOP)
    shop.show()
    assert shop.product("advent-calendar") is None
    for days, shown in ((3, True), (5, False)):
        with clock.at(now + timedelta(days=days)):
            public.rebuild([product])
        assert (shop.product("advent-calendar") is not None) is shown


def test_two_products_may_swap_their_slugs(shop: Shop) -> None:
    left, right = shop.add("Left"), shop.add("Right")
    shop.show()
    catalog.update_product(left, ProductPatch(slug="middle"), actor=SHOP)
    catalog.update_product(right, ProductPatch(slug="left"), actor=SHOP)
    catalog.update_product(left, ProductPatch(slug="right"), actor=SHOP)
    shop.show()
    assert shop.product("left")["name"] == "Right"  # type: ignore[index]
    assert shop.product("right")["name"] == "Left"  # type: ignore[index]


def test_pages_of_a_category_include_what_is_below_it_and_end(shop: Shop) -> None:
    a_tree()
    for number in range(5):
        shop.add(f"Headphone {number}", category="headphones", price=100 * (5 - number))
    shop.add("Robot", category="toys")
    shop.show()
    assert shop.names(category="electronics", sort="price") == [f"Headphone {n}" for n in (4, 3, 2, 1, 0)]
    assert shop.names(category="headphones", sort="-price", limit=2) == ["Headphone 0", "Headphone 1"]
    assert shop.names(category="headphones", sort="name")[0] == "Headphone 0"
    seen, cursor = [], ""
    while True:
        page = shop.page(category="electronics", limit=2, cursor=cursor)
        seen += [item["name"] for item in page["items"]]
        if not page["next"]:
            break
        cursor = page["next"]
    assert seen == [f"Headphone {n}" for n in (4, 3, 2, 1, 0)]


def test_chinese_names_sort_by_their_sound(shop: Shop) -> None:
    for name in ("中", "啊", "本", "Zebra", "apple"):
        shop.add(f"x {name}", zh=name)
    shop.show()
    assert shop.names(language="zh-hans", sort="name") == ["apple", "Zebra", "啊", "本", "中"]


def test_collections_and_moves_of_categories_change_the_shelves(shop: Shop) -> None:
    a_tree()
    product = shop.add("Ball", category="toys")
    catalog.create_collection("gifts", {"en": "Gifts"}, actor=SHOP)
    shop.show()
    toys = catalog.category_by_slug("toys")
    assert toys is not None
    catalog.move_category(toys["id"], "electronics", actor=SHOP)
    shop.show()
    assert shop.names(category="electronics") == ["Ball"]
    catalog.archive_product(product, actor=SHOP)
    shop.show()
    assert shop.names(category="electronics") == []


def test_unchanged_products_are_not_written_again(shop: Shop) -> None:
    product = shop.add("Vase")
    shop.show()
    before = db.value("SELECT updated_at FROM showcase_document WHERE product_id = %s LIMIT 1", [product])
    last = db.value("SELECT max(id) FROM showcase_indexchange")
    public.rebuild([product])
    assert db.value("SELECT updated_at FROM showcase_document WHERE product_id = %s LIMIT 1", [product]) == before
    assert db.value("SELECT max(id) FROM showcase_indexchange") == last


def test_a_product_whose_document_cannot_be_made_holds_up_no_other(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    products = [shop.add(f"Item {number}", price=100) for number in range(5)]
    shop.show()
    odd, plain = products[3], rebuild.make

    def choosy(source: Any, *args: Any) -> Any:
        if source.id == odd:
            raise ValueError("unreadable")
        return plain(source, *args)

    for product in products:
        shop.prices.amounts[goods.variants_of(product)[0]] = 200
    with monkeypatch.context() as patch:
        patch.setattr(rebuild, "make", choosy)
        assert public.rebuild(products) == 5
        prices = {n: shop.product(f"item-{n}")["price"]["amount_minor"] for n in range(5)}  # type: ignore[index]
        assert prices == {0: 200, 1: 200, 2: 200, 3: 100, 4: 200}
        assert public.status().waiting == 1
        assert not public.status(now=clock.now() + timedelta(hours=1)).is_fresh  # the report of health tells of it
        public.rebuild([])  # and one more time: still nobody waits for it
    public.rebuild([])
    assert shop.product("item-3")["price"]["amount_minor"] == 200  # type: ignore[index]
    assert public.status().waiting == 0


def test_a_mark_made_during_a_rebuild_survives_it(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    product = shop.add("Clock", price=100)
    variant = goods.variants_of(product)[0]
    shop.show()
    reading, changed = threading.Event(), threading.Event()

    def mark() -> None:
        reading.wait(5)
        shop.prices.amounts[variant] = 200
        rebuild.mark_dirty([product], actor=SHOP)
        changed.set()
        connection.close()

    plain = rebuild._make_all

    def slow(*args: object) -> object:
        made = plain(*args)  # type: ignore[arg-type]
        if not changed.is_set():
            reading.set()
            assert changed.wait(5)  # the price changes after this rebuild has read it
        return made

    monkeypatch.setattr(rebuild, "_make_all", slow)
    other = threading.Thread(target=mark)
    other.start()
    public.rebuild([product])
    other.join()
    assert shop.product("clock")["price"]["amount_minor"] == 200  # type: ignore[index]
    assert db.value("SELECT count(*) FROM showcase_dirty") == 0


@pytest.mark.parametrize("guarded", [False, True])
def test_an_old_reading_never_overwrites_a_newer_one(shop: Shop, monkeypatch: pytest.MonkeyPatch,
                                                    guarded: bool) -> None:
    """Two workers with a mark each: without the lock the slower one writes the price of yesterday; with it, never."""
    product = shop.add("Radio", price=100)
    variant = goods.variants_of(product)[0]
    shop.show()
    # marks taken as from any queue, so that two workers share the work
    monkeypatch.setattr(rebuild, "_TAKE", rebuild._TAKE.replace("LIMIT %s", "LIMIT %s FOR UPDATE SKIP LOCKED"))
    if not guarded:
        monkeypatch.setattr(rebuild, "FEED_LOCK", "SELECT 1")
    has_read, may_write = threading.Event(), threading.Event()
    plain = rebuild._make_all
    slow_thread = threading.current_thread()

    def held_up(*args: object) -> object:
        made = plain(*args)  # type: ignore[arg-type]
        if threading.current_thread() is slow_thread and not has_read.is_set():
            has_read.set()
            may_write.wait(1.0)
        return made

    def faster() -> None:
        has_read.wait(5)
        shop.prices.amounts[variant] = 300
        rebuild.mark_dirty([product], actor=SHOP)
        rebuild.rebuild_marked(actor=SHOP)
        may_write.set()
        connection.close()

    shop.prices.amounts[variant] = 200
    rebuild.mark_dirty([product], actor=SHOP)
    monkeypatch.setattr(rebuild, "_make_all", held_up)
    other = threading.Thread(target=faster)
    other.start()
    rebuild._rebuild_batch(500, set())
    other.join()
    amount = shop.product("radio")["price"]["amount_minor"]  # type: ignore[index]
    assert amount == (300 if guarded else 200)


def test_facets_and_options_are_told_in_the_language(shop: Shop) -> None:
    shop.add("Mug", type=a_facet(), attributes={"color": "red"})
    shop.show()
    page = shop.product("mug", "zh-hans")
    assert page is not None
    assert page["attributes"][0]["name"] == "颜色"
    assert page["attributes"][0]["label"] == "红色"


def test_strangers_may_not_rebuild(shop: Shop) -> None:
    product = shop.add("Spoon")
    outbox.drain()
    db.execute("DELETE FROM showcase_dirty")
    with pytest.raises(Unauthenticated):
        rebuild.mark_dirty([product], actor=ANONYMOUS)
    assert db.value("SELECT count(*) FROM showcase_dirty") == 0


def test_a_channel_of_its_own_language_gets_its_own_document(shop: Shop) -> None:
    goods.a_channel("eu", languages=("en",), currency="EUR")
    product = shop.add("Globe")
    catalog.publish(product, "eu", actor=SHOP)
    shop.show()
    other = catalog.channel("eu")
    assert loads(public.listing(other.id, "en"))["items"][0]["name"] == "Globe"
    assert public.document(other.id, "zh-hans", "globe") is None


def test_cards_of_products_keep_the_order_asked_for(shop: Shop) -> None:
    ids = [shop.add(f"Card {n}") for n in range(3)]
    shop.show()
    cards = public.cards_of(shop.channel.id, "en", [ids[2], ids[0]])
    assert [loads(c)["name"] for c in cards] == ["Card 2", "Card 0"]




def test_a_real_price_reaches_the_card_by_events(transactional_db: None) -> None:
    """Nothing stands in for the pricing context here."""
    catalog_channels.forget()
    product = goods.a_product("Teapot")
    channel = catalog.channel("web")
    pricing.create_price_list(PriceListInput("retail", {"en": "Retail"}, "EUR"), actor=SHOP)
    for amount in (1250, 990):
        pricing.set_prices("retail", [(goods.variants_of(product)[0], 1, amount)], actor=SHOP)
        while pricing.refresh_listing_prices(actor=SHOP):
            pass
        outbox.drain()
        public.rebuild([])
        card = loads(public.cards_of(channel.id, "en", [product])[0])
        assert card["price"]["amount_minor"] == amount
        assert card["in_stock"] is False  # nothing was received
    catalog_channels.forget()


def test_browsers_get_the_drawing_and_others_its_picture(shop: Shop, settings: Any, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path
    lamp = shop.add("Lamp")
    drawing = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"></svg>'
    catalog.add_generated_svgs({lamp: [(drawing, {}, None)]}, size=9, actor=SHOP)
    shop.show()
    assert "raster" not in shop.product("lamp")["media"][0]  # type: ignore[index]
    db.execute("UPDATE catalog_media SET renditions = %s::jsonb", [
        '[{"file": "catalog/lamp-1200.png", "width": 1200, "height": 1200, "type": "image/png"}]'])
    public.rebuild([lamp])
    medium = shop.product("lamp")["media"][0]  # type: ignore[index]
    assert (medium["raster"], medium["renditions"]) == ("/media/catalog/lamp-1200.png", [])
    assert shop.page()["items"][0]["image"]["raster"] == "/media/catalog/lamp-1200.png"
