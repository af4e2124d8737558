"""What a clerk finds at once: products with picture, stock and price, all pictures, what stock needs, menus."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal
from html import unescape

import pytest
from django.test import Client
from django.urls import reverse

from entrepot.catalog import public as catalog
from entrepot.growth import public as growth
from entrepot.inventory import public as inventory
from entrepot.web.tests.test_office import client_of, statements
from tests.shop import BOB, MUG, Shop, add_mugs, forget, open_shop

pytestmark = pytest.mark.django_db(transaction=True)
PRODUCTS = "/office/catalog/product/"


@pytest.fixture
def shop() -> Iterator[Shop]:
    forget()
    yield open_shop()
    forget()


def read(client: Client, path: str, **query: str) -> str:
    answer = client.get(path, query)
    assert answer.status_code == 200, path
    return unescape(str(answer.content.decode()))


def row(page: str, name: str) -> str:
    return next(str(r) for r in re.findall(r"<tr>.*?</tr>", page, re.DOTALL) if f">{name}<" in r)


def number_of(slug: str) -> str:
    found = catalog.category_by_slug(slug)
    assert found is not None
    return str(found["id"])


def test_the_list_of_products_shows_picture_stock_and_price(shop: Shop) -> None:
    client = client_of("owner")
    sku = shop.variants[MUG.upper()]
    on_hand, free = inventory.stock_totals([sku])[sku]
    told = row(read(client, PRODUCTS), "Plain Mug")
    assert 'class="of-thumb" src="/media/' in told
    assert f">{free.normalize():f} / {on_hand.normalize():f}<" in told
    assert re.search(r'field-price"[^>]*>£\d+\.\d\d<', told)


def test_products_are_narrowed_by_category_with_what_is_below_it(shop: Shop) -> None:
    client = client_of("owner")
    product_id = catalog.product_id_of(MUG)
    product = catalog.get_product(product_id) if product_id else None
    assert product is not None
    tree, own = catalog.category_tree("en"), product["category"]
    above = next(c for c in tree if any(b.slug == own for b in c.children))
    for category in (own, above.slug):
        assert ">Plain Mug<" in read(client, PRODUCTS, category=number_of(category))
    other = next(c.slug for c in tree if c.slug != above.slug)
    assert ">Plain Mug<" not in read(client, PRODUCTS, category=number_of(other))
    assert ">Plain Mug<" in read(client, PRODUCTS, category="x")


def test_the_list_of_products_costs_the_same_however_long_it_is(shop: Shop) -> None:
    client = client_of("owner")
    few = statements(client, PRODUCTS)
    add_mugs(5)
    assert statements(client, PRODUCTS) == few


def test_the_media_library_has_the_pictures_of_products_too(shop: Shop) -> None:
    client = client_of("owner")
    library, mug = "/office/desk/content/media/", catalog.product_id_of(MUG)
    link = f"{reverse('admin:desk_product', args=[mug])}#media"
    for query in ({}, {"q": "plain mug"}, {"q": MUG.upper()}, {"source": "products"}):
        assert link in read(client, library, **query), query
    assert link not in read(client, library, q="100%")
    assert link not in read(client, library, source="library")
    seen, cursor = set[str](), ""
    while True:
        media, cursor = catalog.find_media(cursor=cursor, limit=1)
        seen |= {m["slug"] for m in media}
        if not cursor:
            break
    assert MUG in seen
    assert client.get(library, {"cursor": "p:nonsense"}).status_code < 500


def test_the_stock_desk_begins_with_what_needs_somebody(shop: Shop) -> None:
    client = client_of("owner")
    page = read(client, "/office/desk/stock/")
    assert "Last movements" in page
    sku = shop.variants[MUG.upper()]
    place = next(b["warehouse_code"] for b in inventory.list_balances(
        warehouse=None, sku=MUG.upper(), level=None, limit=1, cursor=None)[0])
    inventory.adjust(sku, place, set_to=Decimal(5), reason="count", actor=BOB)
    for backorder, called in ((2, "Running low"), (0, "Out of stock")):
        inventory.set_levels(sku, place, safety=Decimal(5), backorder=Decimal(backorder), actor=BOB)
        needs = read(client, "/office/desk/stock/").partition("Last movements")[0]
        cards = [card for card in needs.split("<section") if f"?q={MUG.upper()}" in card]
        assert [called in card for card in cards] == [True]


def test_the_menu_at_the_head_begins_as_the_categories_and_is_what_visitors_then_see(shop: Shop) -> None:
    client = client_of("owner")
    page = read(client, "/office/desk/content/menus/header/")
    assert f'value="{catalog.category_tree("zh-hans")[0].name}"' in page
    assert "Departments" in read(client, "/")
    link = {"label": {"en": "All tea", "zh-hans": "全部茶叶"}, "kind": "category", "value": "tea-coffee", "items": []}
    growth.save_menu("header", {"en": "Head"}, [link], actor=BOB)
    forget()
    head = read(client, "/").partition('class="departments"')[2].partition("</nav>")[0]
    assert "All tea" in head
    assert catalog.category_tree("en")[0].name not in head


def test_who_is_no_customer_is_looked_for_among_the_orders() -> None:
    page = read(client_of("owner"), "/office/customers/customer/", q="guest@example.com")
    assert "Who bought as a guest has no account: the search at the top of the page" in page
    assert "bought as a guest" not in read(client_of("owner"), PRODUCTS, q="guest@example.com")
