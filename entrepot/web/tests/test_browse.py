"""Looking around: shelves and their filters, what a product's page tells, the front page's blocks, themes."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from entrepot.catalog import public as catalog
from entrepot.catalog.contracts import ProductPatch
from entrepot.customers import public as customers
from entrepot.insight import consent
from entrepot.insight import public as insight
from entrepot.inventory import public as inventory
from entrepot.kit import clock, outbox
from entrepot.kit.json import loads
from entrepot.pricing import public as pricing
from entrepot.showcase import public as showcase
from entrepot.web.storefront import theme
from entrepot.web.templatetags import browse
from entrepot.web.tests.walks import body, buy, put_in_cart, says, sign_in
from tests.shop import ALICE, BOB, GONE, LAST, MUG, TEE, Shop, add_mugs, person, publish_changes

pytestmark = pytest.mark.django_db(transaction=True)


def _slugs(page: str) -> list[str]:
    """Of the cards of a shelf, in their order."""
    return list(dict.fromkeys(re.findall(r'href="/p/([-a-z0-9]+)/', page)))


def _count(page: str, value: str) -> str:
    """The number beside a facet's value."""
    found = re.search(rf'value="{value}"[^>]*>(?:<span class="tint[^<]*</span>)?<span>[^<]*</span>'
                      r'<span class="n">(\d+)<', page)
    assert found is not None, value
    return found[1]


def test_offers_can_be_chosen_and_bestsellers_put_first_without_script(client: Client, shop: Shop) -> None:
    first, second = (catalog.product_id_of(slug) for slug in _slugs(body(client.get("/c/kitchen/")))[:2])
    assert first
    assert second
    showcase.keep_bestsellers([(catalog.default_channel().id, second, 3)], actor=BOB)
    publish_changes()
    page = body(client.get("/c/kitchen/?sort=bestselling"))
    assert next(catalog.product_id_of(slug) for slug in _slugs(page)) == second
    assert '<option value="bestselling" selected>Bestselling</option>' in page
    assert 'name="on_offer"' not in page  # nothing is reduced: nothing to choose
    none = body(client.get("/c/kitchen/?on_offer=true"))
    assert "Nothing has all of this" in none
    assert _count(none, "true") == "0"
    assert 'name="on_offer" value="true" checked' in none


def test_a_facet_keeps_its_own_counts_and_says_what_is_chosen(client: Client, shop: Shop) -> None:
    free, narrowed = body(client.get("/search/")), body(client.get("/search/?category=clothing"))
    assert _count(narrowed, "kitchen") == _count(free, "kitchen") == "3"  # its own facet: not narrowed by itself
    narrowed = body(client.get("/search/?category=clothing&attr[colour]=navy"))
    assert 'class="tint tint-navy"' in narrowed  # a colour is seen, other values are words alone
    assert 'class="tint tint-m"' not in narrowed
    assert _count(narrowed, "rose") == _count(free, "rose") == "1"
    assert "Heavy T-Shirt" in says(client.get("/search/?category=clothing&attr[colour]=navy"))
    assert 'href="?attr%5Bcolour%5D=navy"' in narrowed  # away with the category
    assert 'href="?category=clothing"' in narrowed
    none = body(client.get("/c/kitchen/?attr[colour]=navy&price_min=10&price_max=20.5"))
    assert "Nothing has all of this" in none
    assert "£10.00 – £20.50" in none
    assert _count(none, "navy") == "0"  # still there, to be taken away


def test_prices_narrow_by_what_is_written(client: Client, shop: Shop) -> None:
    cheap = says(client.get("/search/?price_max=20"))
    assert "Plain Mug" in cheap
    assert "Heavy T-Shirt" not in cheap
    assert "Heavy T-Shirt" in says(client.get("/search/?price_min=x&price_max=-1"))  # nonsense narrows nothing
    assert "1 product" in says(client.get("/search/?price_min=42&price_max=42"))


def test_a_long_shelf_has_pages(client: Client, shop: Shop) -> None:
    add_mugs(25)
    first, second = client.get("/c/tea-coffee/?sort=price"), client.get("/c/tea-coffee/?sort=price&page=2")
    assert 'href="?sort=price&amp;page=2"' in body(first)
    assert 'rel="prev" href="?sort=price"' in body(second)
    assert body(first).count('class="card') == 24
    assert 'href="http://testserver/c/tea-coffee/?page=2"' in body(second)
    assert client.get("/c/tea-coffee/?page=99999").status_code == 200


def test_a_collection_has_its_page(client: Client, shop: Shop) -> None:
    ids = [catalog.product_id_of(slug) for slug in (MUG, TEE)]
    catalog.create_collection("slow", {"en": "Slow mornings", "zh-hans": "慢早晨"},
                              description={"en": "<p>Pots &amp; cups.</p>"},
                              product_ids=[i for i in ids if i], actor=BOB)
    publish_changes()
    page = client.get("/collections/slow/")
    assert "Slow mornings" in says(page)
    assert "Pots &amp; cups." in body(page)
    assert "2 products" in says(page)
    assert "慢早晨" in says(client.get("/zh-hans/collections/slow/"))
    assert client.get("/collections/none/").status_code == 404
    found = client.get("/api/v1/search?collection=slow&category=clothing").json()
    assert [card["slug"] for card in found["items"]] == [TEE]


def test_a_product_says_what_is_left_and_where(client: Client, shop: Shop) -> None:
    last = says(client.get(f"/p/{LAST}/"))
    assert "London Store, 12 Lamb's Conduit Street, London In stock" in last.replace("&#x27;", "'")
    inventory.adjust(shop.variants["LAST-TEAPOT"], "london-store", delta=Decimal(-6), reason="count", actor=BOB)
    inventory.adjust(shop.variants["TEE-ROSE-M"], "midlands", set_to=Decimal(4), reason="count", actor=BOB)
    outbox.drain()
    assert "2 left" in says(client.get(f"/p/{LAST}/"))  # in the store: one is kept back
    chosen = says(client.get(f"/p/{TEE}/?colour=rose&size=m"))
    assert "Only 2 left" in chosen
    beside = body(client.get(f"/p/{TEE}/?colour=rose&size=s"))
    assert '<span class="few">2 left</span>' in beside
    assert "Sold out" in says(client.get(f"/p/{GONE}/"))


def test_delivery_is_promised_to_the_visitors_place(client: Client, shop: Shop) -> None:
    with clock.at(datetime(2026, 11, 24, 10, 30, tzinfo=UTC)):  # a Tuesday
        page = says(client.get(f"/p/{MUG}/"))
        assert "Delivery to United Kingdom Express delivery: Wed 25 Nov £8.95" in page
        assert "Thu 26 Nov – Mon 30 Nov" in page
        assert "Order within 4 h 30 min" in page
        chinese = says(client.get(f"/zh-hans/p/{MUG}/"))
        assert "11月25日 周三" in chinese or "11月25日 星期三" in chinese
    answer = client.post("/place/", {"country": "CN", "postcode": "310012", "next": f"/p/{MUG}/"})
    assert answer["Location"] == f"/p/{MUG}/"
    there = says(client.get(f"/p/{MUG}/"))
    assert "Delivery to 310012 China" in there
    assert "We do not deliver this to that place yet." in there
    elsewhere = client.post("/place/", {"country": "XX", "postcode": "<b>", "next": "https://evil.example/"})
    assert elsewhere["Location"] == "/"
    assert "310012 China" in says(client.get(f"/p/{MUG}/"))


def test_members_see_their_price_and_everyone_the_steps(client: Client, shop: Shop) -> None:
    mug = shop.variants["PLAIN-MUG"]
    pricing.set_prices("base-shop", [(mug, Decimal(10), 1200)], actor=BOB)
    pricing.set_prices("members-shop", [(mug, Decimal(1), 1330)], actor=BOB)
    publish_changes()
    guest = says(client.get(f"/p/{MUG}/"))
    assert "10 £12.00" in guest
    assert "£13.30" not in guest
    customers.update_customer(person(ALICE), {"group_code": "members"}, actor=BOB)
    sign_in(client, ALICE)
    assert "Members £13.30" in says(client.get(f"/p/{MUG}/"))


def test_what_was_bought_together_and_seen_before_stands_beside(client: Client, shop: Shop) -> None:
    put_in_cart(client, shop, "TEE-ROSE-S")
    put_in_cart(client, shop, "LAST-TEAPOT")
    buy(client, shop)
    pairs, best = insight.refresh_affinity(actor=BOB)
    assert (pairs, best) == (6, 3)  # three things, each with the two others
    client.get(f"/p/{TEE}/")
    assert "seen" not in client.cookies  # nothing is kept without a yes
    client.cookies[consent.COOKIE] = consent.encode(["marketing"])
    client.get(f"/p/{GONE}/")
    page = body(client.get(f"/p/{MUG}/"))
    together, seen = page.partition('id="together"')[2].partition("</section>")[0], page.partition('id="seen"')[2]
    assert "Heavy T-Shirt" in together
    assert "Last Teapot" in together
    assert "Gone Lamp" in seen
    assert "Gone Lamp" in body(client.get("/")).partition("You looked at")[2]
    ahead = Client()
    ahead.cookies[consent.COOKIE] = consent.encode(["marketing"])
    ahead.get(f"/p/{MUG}/", headers={"Sec-Purpose": "prefetch"})
    assert "seen" not in ahead.cookies  # fetched in advance is not looked at


@pytest.mark.parametrize("address", [f"/p/{MUG}/", f"/p/{TEE}/?colour=navy&size=m", "/", "/search/?attr[colour]=navy"])
def test_pages_with_all_their_parts_cost_few_statements(client: Client, shop: Shop, address: str) -> None:
    put_in_cart(client, shop, "TEE-ROSE-S")
    buy(client, shop)
    insight.refresh_affinity(actor=BOB)
    visitor = Client()
    visitor.cookies[consent.COOKIE] = consent.encode(["marketing"])
    for slug in (MUG, TEE, LAST):
        visitor.get(f"/p/{slug}/")
    visitor.get(address)
    with CaptureQueriesContext(connection) as seen:
        assert visitor.get(address).status_code == 200
    assert len(seen) <= 4, [q["sql"][:80] for q in seen.captured_queries]


def test_engines_are_told_of_offers_and_the_way(client: Client, shop: Shop) -> None:
    catalog.update_product(catalog.product_id_of(MUG) or shop.variants[""], ProductPatch(
        description={"en": "<p>Warm &amp; round</script>.</p>"}), actor=BOB)
    publish_changes()
    page = body(client.get(f"/p/{MUG}/"))
    written = re.search(r'<script type="application/ld\+json" nonce="([^"]+)">(.+?)</script>', page)
    assert written is not None
    thing, trail = loads(written[2].encode())
    assert (thing["@type"], thing["offers"]["price"], thing["offers"]["priceCurrency"]) == ("Product", "14.00", "GBP")
    assert thing["sku"] == "PLAIN-MUG"
    assert [e["name"] for e in trail["itemListElement"]] == ["Home", "Kitchen & Dining", "Tea & Coffee", "Plain Mug"]
    home = loads(re.search(r'ld\+json" nonce="[^"]+">(.+?)</script>', body(client.get("/")))[1].encode())  # type: ignore[index]  # a missing script fails here, as it should
    assert [t["@type"] for t in home] == ["Organization", "WebSite"]


def test_a_theme_lies_over_ours(client: Client, shop: Shop, monkeypatch: pytest.MonkeyPatch, tmp_path: Path,
                                settings: Any) -> None:
    monkeypatch.setattr(theme, "folder", lambda: tmp_path)
    monkeypatch.setattr(theme, "_seen", (0.0, ""))
    (tmp_path / "static").mkdir()
    (tmp_path / "tokens.css").write_text(":root { --accent: #123456; }")
    (tmp_path / "static" / "logo.svg").write_text("<svg/>")
    (tmp_path / "secret.py").write_text("no")
    address = re.search(r'href="(/theme/tokens.css\?v=\w+)"', body(client.get("/")))
    assert address is not None
    assert b"#123456" in b"".join(client.get(address[1]).streaming_content)  # type: ignore[attr-defined]
    assert client.get("/theme/logo.svg").status_code == 200
    for other in ("secret.py", "../tokens.css", "none.svg", "..%2fsecret.py"):
        assert client.get(f"/theme/{other}").status_code == 404, other
    assert any(str(folder).endswith("theme/templates") for folder in settings.TEMPLATES[0]["DIRS"])


def test_a_card_is_drawn_once_until_it_says_something_else(client: Client, shop: Shop, tmp_path: Path,
                                                            settings: Any) -> None:
    names = re.findall(r'<span class="name">([^<]+)', body(client.get("/c/kitchen/")))
    drawn = browse._drawn.cache_info().misses
    assert re.findall(r'<span class="name">([^<]+)', body(client.get("/c/kitchen/"))) == names
    assert browse._drawn.cache_info().misses == drawn
    catalog.update_product(catalog.product_id_of(MUG) or shop.variants[""], ProductPatch(name={"en": "A <b> Mug"}),
                           actor=BOB)
    publish_changes()
    assert "A &lt;b&gt; Mug" in body(client.get("/c/kitchen/"))
    assert browse._drawn.cache_info().misses == drawn + 1
    assert ">Sold out<" not in body(client.get("/zh-hans/c/kitchen/"))

    (tmp_path / "storefront").mkdir()
    (tmp_path / "storefront" / "_card.html").write_text("<i>ours: {{ card.name }}</i>")
    browse._drawn.cache_clear()
    settings.TEMPLATES = [{**settings.TEMPLATES[0], "DIRS": [tmp_path, *settings.TEMPLATES[0]["DIRS"]]}]
    assert "<i>ours: A &lt;b&gt; Mug</i>" in body(client.get("/c/kitchen/"))
    browse._drawn.cache_clear()


def test_the_style_page_is_for_those_who_build(client: Client, shop: Shop, settings: Any) -> None:
    assert client.get("/styleguide/").status_code == 404
    settings.DEBUG = True
    page = says(client.get("/styleguide/"))
    assert "--accent" in page
    assert "Cards and prices" in page
    assert "设计变量" in says(client.get("/zh-hans/styleguide/"))
