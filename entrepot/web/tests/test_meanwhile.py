"""What a shop changes while somebody buys: they are told, pay nothing that they did not see, and can go on."""

from __future__ import annotations

import re
from collections.abc import Iterator
from copy import deepcopy
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client

from entrepot.catalog import public as catalog
from entrepot.checkout import offers
from entrepot.checkout import public as checkout
from entrepot.customers import public as customers
from entrepot.inventory import public as inventory
from entrepot.kit import clock
from entrepot.orders import public as orders
from entrepot.orders.contracts import OrderFilter
from entrepot.payments import public as payments
from entrepot.pricing import public as pricing
from entrepot.web.storefront import cartshow
from entrepot.web.storefront.views import checkout as checkout_view
from entrepot.web.tests.walks import (
    LEEDS,
    body,
    place,
    put_in_cart,
    says,
    sign_in,
    to_payment,
    typed,
)
from tests.shop import ALICE, BOB, LAST, MUG, PASSWORD, Shop, forget, open_shop, person

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def shop(monkeypatch: pytest.MonkeyPatch) -> Iterator[Shop]:
    monkeypatch.setenv("ENTREPOT_TEST_PAYMENTS", "1")
    monkeypatch.setenv("ENTREPOT_PAYMENT_SIMULATOR", "1")
    cartshow.forget()
    yield open_shop()
    forget()


def ordered() -> int:
    return len(orders.find_orders(OrderFilter(), actor=BOB)[0])


def placed(client: Client, page: Any) -> bool:
    """Whether pressing the button of this page buys."""
    return bool(place(client, page, "test").headers.get("Location") == "/checkout/placed/")


def test_a_coupon_that_ends_is_told_and_the_new_total_is_agreed_to(client: Client, shop: Shop) -> None:
    put_in_cart(client, shop)
    client.post("/cart/coupon/", {"code": "WELCOME10"})
    page = to_payment(client)
    pricing.end_promotion("welcome", actor=BOB)
    refused = place(client, page, "test")
    assert (refused.status_code, ordered()) == (422, 0)
    assert "The total has changed meanwhile." in says(refused)
    assert "Buy now for £17.95" in says(refused)
    assert "coupon" in says(refused).lower()
    assert placed(client, refused)


@pytest.mark.parametrize("how", ["unpublished", "archived"])
def test_goods_that_are_withdrawn_can_be_taken_out(client: Client, shop: Shop, how: str) -> None:
    put_in_cart(client, shop)
    put_in_cart(client, shop, "LAST-TEAPOT")
    page = to_payment(client)
    withdrawn = catalog.product_id_of(LAST)
    assert withdrawn is not None
    if how == "unpublished":
        catalog.unpublish(withdrawn, "shop", actor=BOB)
    else:
        catalog.archive_product(withdrawn, actor=BOB)
    refused = place(client, page, "test")
    assert (refused.status_code, ordered()) == (422, 0)
    assert "Last Teapot: This item is not sold here." in says(refused)
    line = next(x for x in client.get("/cart/").context["cart"]["lines"] if x["sku"] == "LAST-TEAPOT")
    client.post(f"/cart/line/{line['id']}/", {"remove": "1"})
    assert placed(client, to_payment(client))


def test_a_price_that_changes_is_agreed_to_anew(client: Client, shop: Shop) -> None:
    put_in_cart(client, shop)
    page = to_payment(client)
    pricing.set_prices("base-shop", [(shop.variants["PLAIN-MUG"], Decimal(1), 1650)], actor=BOB)
    refused = place(client, page, "test")
    assert (refused.status_code, ordered()) == (422, 0)
    assert "The total has changed meanwhile." in says(refused)
    assert "Buy now for £20.45" in says(refused)
    assert placed(client, refused)


def test_goods_that_are_gone_are_told_by_name(client: Client, shop: Shop) -> None:
    put_in_cart(client, shop, "LAST-TEAPOT")
    page = to_payment(client)
    with clock.at(clock.now() + timedelta(hours=2)):
        for where in ("midlands", "london-store"):
            inventory.adjust(shop.variants["LAST-TEAPOT"], where, set_to=Decimal(0), reason="broken", actor=BOB)
        refused = place(client, page, "test")
        assert (refused.status_code, ordered()) == (422, 0)
        assert "Last Teapot: This has just sold out." in says(refused)
        assert client.get("/cart/").context["cart"]["lines"][0]["problems"][0]["drop"]


def test_a_way_of_delivery_that_closes_is_not_changed_in_silence(client: Client, shop: Shop) -> None:
    put_in_cart(client, shop)
    express = next(m for m in checkout.delivery_methods().values() if m.code == "express")
    page = to_payment(client, option=str(express.id))
    checkout.update_delivery_method("express", {"is_active": False}, actor=BOB)
    checkout.update_delivery_method("standard", {"rates": list(express.rates)}, actor=BOB)  # so the total stays
    offers.forget()
    refused = place(client, page, "test")
    assert (refused.status_code, ordered()) == (422, 0)
    assert "not offered any more" in says(refused)
    assert placed(client, refused)


@pytest.mark.parametrize(("how", "worth", "first", "then"), [
    ("blocked", 500, "Buy now for £12.95", "Buy now for £17.95"),
    ("emptied", 500, "Buy now for £12.95", "Buy now for £17.95"),
    ("used", 2000, "Buy now", "Buy now for £15.90")])
def test_a_gift_card_that_pays_less_is_told_before_the_rest_is_charged(client: Client, shop: Shop, how: str, worth: int,
                                                                       first: str, then: str) -> None:
    card, code = payments.issue_gift_card(worth, "GBP", actor=BOB)
    page = with_card(client, shop, code)
    assert first in says(page)
    if how == "blocked":
        payments.deactivate_gift_card(card.id, reason="lost", actor=BOB)
    else:
        other = Client()
        assert placed(other, with_card(other, shop, code))
    before = ordered()
    refused = place(client, page, "test")
    assert (refused.status_code, ordered()) == (422, before)
    assert then in says(refused)
    told = "What is left to pay has changed" if how == "used" else f"The gift card that ends in {code[-4:]} cannot pay"
    assert told in says(refused)
    assert placed(client, refused)


def with_card(client: Client, shop: Shop, code: str) -> Any:
    put_in_cart(client, shop)
    page = to_payment(client)
    return client.post("/checkout/", {**typed(page), "gift_card": code, "do": "card"}, follow=True)


def test_credit_that_is_spent_elsewhere(client: Client, shop: Shop) -> None:
    customer = person(ALICE)
    customers.adjust_balance(customer, "credit", 500, reason="goodwill", currency="GBP", actor=BOB)
    sign_in(client, ALICE)
    put_in_cart(client, shop)
    page = to_payment(client, {**LEEDS, "use_credit": "1"})
    assert "Buy now for £12.95" in says(page)
    customers.adjust_balance(customer, "credit", -300, reason="mistake", currency="GBP", actor=BOB)
    assert "The balance is not sufficient: £2.00 available." in says(client.get("/checkout/"))
    refused = place(client, page, "test")
    assert (refused.status_code, ordered()) == (422, 0)
    assert "Buy now for £15.95" in says(refused)
    assert placed(client, refused)


def test_a_session_that_ends_leads_through_sign_in_back_to_the_checkout(client: Client, shop: Shop) -> None:
    person(ALICE)
    sign_in(client, ALICE)
    put_in_cart(client, shop)
    page = to_payment(client)
    del client.cookies["session"]
    answer = place(client, page, "test")
    assert answer.headers["Location"] == "/accounts/login/?next=%2Fcheckout%2F"
    assert "You are no longer signed in." in says(client.get("/cart/"))
    sign_in(client, ALICE)
    assert placed(client, client.get("/checkout/"))


def test_who_signed_in_in_another_tab_gets_the_page_anew(shop: Shop) -> None:
    person(ALICE)
    client = Client(enforce_csrf_checks=True)
    first = client.get(f"/p/{MUG}/")
    bought = {"csrfmiddlewaretoken": token(first), "variant": str(shop.variants["PLAIN-MUG"]), "quantity": "1"}
    client.post("/cart/add/", bought)
    old = client.get("/checkout/")
    signing_in = token(client.get("/accounts/login/"))
    client.post("/accounts/login/", {"login": ALICE, "password": PASSWORD, "csrfmiddlewaretoken": signing_in})
    same = {"Sec-Fetch-Site": "same-origin", "Referer": "http://testserver/checkout/"}
    answer = client.post("/checkout/", {**typed(old), **LEEDS, "do": "continue"}, headers=same)
    assert answer.headers["Location"] == "http://testserver/checkout/"
    anew = client.get("/checkout/")
    assert "You signed in or out in another window" in says(anew)
    assert client.post("/checkout/", {**typed(anew), **LEEDS, "do": "continue"}, headers=same).status_code == 302
    elsewhere = {"Sec-Fetch-Site": "cross-site", "Referer": "http://other.example/"}
    assert client.post("/checkout/", {**typed(old), "do": "place"}, headers=elsewhere).status_code == 403


def token(page: Any) -> str:
    found = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', body(page))
    assert found is not None
    return found[1]


def test_two_presses_at_once_are_one_order_that_both_answers_show(client: Client, shop: Shop,
                                                                   monkeypatch: pytest.MonkeyPatch) -> None:
    put_in_cart(client, shop)
    assert placed(client, to_payment(client))
    put_in_cart(client, shop, "LAST-TEAPOT")
    page, twin = to_payment(client), Client()
    twin.cookies = deepcopy(client.cookies)
    look_at, presses = checkout_view._money, iter([lambda: placed(twin, page)])

    def meanwhile(*args: Any) -> None:
        for press in presses:
            assert press()  # while this press is still being looked at
        look_at(*args)

    monkeypatch.setattr(checkout_view, "_money", meanwhile)
    assert placed(client, page)
    assert ordered() == 2
    for browser in (client, twin):
        seen = says(browser.get("/checkout/placed/"))
        assert "Thank you for your order!" in seen
        assert "Last Teapot" in seen
    stranger = Client()
    stranger.get("/")
    assert stranger.get("/checkout/placed/").headers["Location"] == "/"


def test_the_button_of_a_page_that_has_bought_leads_to_the_order(client: Client, shop: Shop) -> None:
    put_in_cart(client, shop)
    page = to_payment(client)
    assert placed(client, page)
    assert placed(client, page)
    assert ordered() == 1
    assert "See or pay your last order" in says(client.get("/checkout/", follow=True))
    other = place(client, page, "test", key="another")
    assert other.headers["Location"] == "/cart/"
