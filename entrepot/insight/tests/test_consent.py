"""What may be counted of whom: the cookie's word, the browser's own, and who is no visitor at all."""

from __future__ import annotations

from dataclasses import fields
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from entrepot.customers import public as customers
from entrepot.insight import consent
from entrepot.insight.handlers import on_order_placed
from entrepot.insight.models import CommerceEvent
from entrepot.insight.rules import EVENTS, LEDGER_EVENTS
from entrepot.kit.actor import system
from entrepot.orders.events import OrderPlaced
from tests.shop import ALICE, open_shop, person

YES, NO = consent.encode(["analytics"]), consent.encode([])
FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"


@given(st.sets(st.sampled_from(consent.PURPOSES)))
def test_the_cookie_says_what_was_chosen(granted: set[str]) -> None:
    said = consent.parse(consent.encode(granted))
    assert said.decided
    assert said.granted == granted
    assert not said.must_ask


@given(st.text())
def test_any_other_cookie_is_no_word(text: str) -> None:
    if not text.startswith(consent.NOTICE):
        said = consent.parse(text)
        assert said.must_ask
        assert not any(said.allows(p) for p in consent.PURPOSES)


def test_a_new_notice_asks_again() -> None:
    assert consent.parse("2025-01~analytics").must_ask


@pytest.mark.parametrize("header", [{"gpc": "1"}, {"dnt": "1"}])
def test_the_browsers_word_outweighs_the_cookie(header: dict[str, str]) -> None:
    said = consent.parse(YES, **header)
    assert not said.allows("analytics")
    assert not consent.parse("", **header).must_ask


@pytest.mark.parametrize(("agent", "is_bot"), [
    (FIREFOX, False), ("Mozilla/5.0 (Linux; Android 15; Cubot X30) AppleWebKit/537.36 Chrome/140 Mobile", False),
    ("Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)", True),
    ("curl/8.5.0", True), ("", True),
    ("Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 HeadlessChrome/140.0.0.0 Safari/537.36", True),
    ("Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 Version/18.0 Mobile Safari", False)])
def test_programs_are_no_visitors(agent: str, is_bot: bool) -> None:
    assert consent.is_bot(agent) is is_bot


def send(client: Client, cookie: str = "", **more: Any) -> Any:
    if cookie:
        client.cookies[consent.COOKIE] = cookie
    body = {"name": "view_item", "items": [{"item_id": "plain-mug", "price_minor": 1400}], **more.pop("body", {})}
    return client.post("/api/v1/events", body, content_type="application/json",
                       HTTP_USER_AGENT=more.pop("agent", FIREFOX), **more)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(("cookie", "more"), [
    ("", {}), (NO, {}), (consent.encode(["marketing"]), {}), (YES, {"HTTP_SEC_GPC": "1"}), (YES, {"HTTP_DNT": "1"}),
    (YES, {"agent": "Googlebot/2.1 (+http://www.google.com/bot.html)"}),
    (NO, {"body": {"visitor": "abc", "consent": True}})])
def test_without_a_yes_nothing_is_kept_and_no_number_given(cookie: str, more: dict[str, Any]) -> None:
    open_shop()
    answer = send(Client(), cookie, **more)
    assert answer.json() == {"recorded": False}
    assert consent.VISITOR_COOKIE not in answer.cookies
    assert not CommerceEvent.objects.filter(name="view_item").exists()


@pytest.mark.django_db(transaction=True)
def test_a_visitor_who_says_yes_is_one_number_on_every_page() -> None:
    open_shop()
    client = Client()
    first = send(client, YES)
    assert first.json() == {"recorded": True}
    number = first.cookies[consent.VISITOR_COOKIE]
    assert number["httponly"]
    assert number["samesite"] == "Lax"
    assert consent.VISITOR_COOKIE not in send(client).cookies
    kept = list(CommerceEvent.objects.filter(name="view_item"))
    assert {e.subject for e in kept} == {number.value}
    assert kept[0].params["items"] == [{"item_id": "plain-mug", "price_minor": 1400}]


@pytest.mark.django_db(transaction=True)
def test_a_shop_front_without_cookies_says_who_agreed() -> None:
    open_shop()
    assert send(Client(), body={"visitor": "app-1", "consent": True}).json() == {"recorded": True}
    assert CommerceEvent.objects.get(name="view_item").subject == "app-1"


@pytest.mark.django_db(transaction=True)
def test_other_sites_cannot_report_for_a_visitor() -> None:
    open_shop()
    client = Client(enforce_csrf_checks=True)
    client.cookies["session"] = "x"
    assert send(client, YES, HTTP_ORIGIN="https://evil.example").status_code == 403
    assert send(client, YES, HTTP_ORIGIN="http://testserver").status_code == 200


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("name", [*sorted(LEDGER_EVENTS), "made_up"])
def test_sales_are_told_by_the_ledgers(name: str) -> None:
    open_shop()
    assert name not in EVENTS - LEDGER_EVENTS
    assert send(Client(), YES, body={"name": name}).status_code == 422


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("granted", [True, False])
def test_a_purchase_names_the_customer_only_with_their_yes(granted: bool) -> None:
    shop = open_shop()
    alice = person(ALICE)
    customers.record_consent(alice, "analytics", granted, consent.NOTICE, "web", actor=system("test"))
    told = {"order_id": uuid4(), "number": "E1", "channel_id": shop.company.shop.id, "customer_id": alice,
            "total_minor": 1400, "currency": "GBP"}
    on_order_placed(OrderPlaced(**{**{f.name: None for f in fields(OrderPlaced)}, **told}))
    assert CommerceEvent.objects.get(name="purchase").subject == (str(alice) if granted else "")
