"""What stands on the pages in both languages: words as their readers write them, pictures, no page that falls over."""

from __future__ import annotations

import re
from decimal import Decimal

import pytest
from allauth.mfa.models import Authenticator
from django.contrib.auth import get_user_model
from django.test import Client

from entrepot.orders import public as orders
from entrepot.orders.contracts import OrderFilter
from entrepot.web.tests.walks import body, buy, says, sign_in
from tests.shop import ALICE, BOB, Shop, person

pytestmark = pytest.mark.django_db(transaction=True)


def test_passkeys_are_listed_with_none_and_with_one(client: Client, shop: Shop) -> None:
    person(ALICE)
    sign_in(client, ALICE)
    assert "None yet." in says(client.get("/accounts/2fa/webauthn/"))
    Authenticator.objects.create(user=get_user_model().objects.get(email=ALICE), type="webauthn",
                                 data={"name": "Blue key", "credential": {}})
    shown = client.get("/accounts/2fa/webauthn/")
    assert shown.status_code == 200
    assert "Blue key" in says(shown)
    assert "not used yet" in says(shown)


@pytest.mark.parametrize("address", ["/accounts/login/", "/accounts/signup/", "/accounts/password/reset/"])
def test_labels_at_the_gate_end_without_a_colon(client: Client, shop: Shop, address: str) -> None:
    for language, heading in (("en", "<h1>"), ("zh-hans", "<h1>")):
        client.cookies["django_language"] = language
        page = body(client.get(address))
        assert heading in page
        assert not re.search(r"[:：]\s*</label>", page)


def test_chinese_pages_write_chinese_colons_and_prices(client: Client, shop: Shop) -> None:
    page = body(client.get("/zh-hans/p/heavy-tee/"))
    assert re.search(r'<p class="label">[^<]+：<b>', page)
    assert "<span data-from>{amount} 起</span>" in page
    assert '<p class="label">Colour: <b>' in body(client.get("/p/heavy-tee/"))


def test_an_order_shows_its_goods_and_its_way_in_the_readers_language(client: Client, shop: Shop) -> None:
    person(ALICE)
    sign_in(client, ALICE)
    buy(client, shop)
    order = orders.get_order(orders.find_orders(OrderFilter(), actor=BOB)[0][0].id, actor=BOB)
    line = order.lines[0]
    page = body(client.get(f"/account/orders/{order.id}/"))
    assert f'<img src="{line.facts["image"]}"' in page
    assert f'href="/p/{line.facts["slug"]}/"' in page
    assert f"<p>{order.delivery['name']}</p>" in page
    chinese = body(client.get(f"/zh-hans/account/orders/{order.id}/"))
    assert order.delivery["name"] not in chinese


def test_the_only_piece_is_the_one_that_comes_back(client: Client, shop: Shop) -> None:
    person(ALICE)
    sign_in(client, ALICE)
    buy(client, shop)
    order = orders.get_order(orders.find_orders(OrderFilter(), actor=BOB)[0][0].id, actor=BOB)
    for parcel in orders.plan_fulfilments(order.id, actor=BOB):
        orders.ship_fulfilment(parcel.id, "DHL", "00340434", actor=BOB)
        orders.record_delivery(parcel.id, actor=BOB)
    order = orders.get_order(order.id, actor=BOB)
    page = body(client.get(f"/account/orders/{order.id}/return/"))
    typed = re.findall(r'name="line-[^"]+" min="0" max="(\d+)" value="(\d+)"', page)
    expected = [("1", "1")] if [line.quantity for line in order.lines] == [Decimal(1)] else [
        (str(int(line.quantity)), "0") for line in order.lines]
    assert typed == expected
