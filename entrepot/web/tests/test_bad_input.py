"""What no keyboard types: it is answered as a wrong word would be, and never with a fault of ours."""

from __future__ import annotations

import pytest
from django.test import Client

from entrepot.inventory.models import Transfer
from entrepot.web.tests.test_office import client_of
from entrepot.web.tests.walks import says, sign_in
from tests.shop import ALICE, Shop, person

pytestmark = pytest.mark.django_db(transaction=True)


def test_an_address_with_a_null_in_it_leads_nowhere(client: Client, shop: Shop) -> None:
    for path in ("/p/a%00b/", "/c/%00/", "/zh-hans/collections/%00/", "/theme/a%00.css", "/pages/%00/", "/track/%00/",
                 "/api/v1/products/%00", "/office/desk/%00/"):
        assert client.get(path).status_code == 404, path


def test_a_null_in_a_line_of_a_form_is_as_if_it_were_not_there(client: Client, shop: Shop) -> None:
    asked = client.post("/track/", {"number": "1\x00", "email": "al\x00ice@example.com"})
    assert asked.status_code == 200
    assert "alice@example.com" in says(asked)
    assert client.post("/track/", {"secret": "a\x00b"}).status_code == 404
    person(ALICE)
    sign_in(client, ALICE)
    kept = client.post("/account/coupons/save/", {"code": "NO\x00PE"}, follow=True)
    assert "This coupon does not exist." in says(kept)


def test_a_way_back_that_is_no_page_of_ours_leads_to_one(client: Client, shop: Shop) -> None:
    person(ALICE)
    sign_in(client, ALICE)
    for wanted in ("home", "\x00", "<b>", "🙂", "x" * 3000, "//elsewhere.example", "https:evil"):
        assert client.post("/cookies/", {"choice": "none", "next": wanted})["Location"] == "/cookies/"
        assert client.post("/place/", {"country": "GB", "next": wanted})["Location"] == "/"
        wish = {"variant": str(next(iter(shop.variants.values()))), "next": wanted}
        assert client.post("/wish/", wish)["Location"] == "/account/wishes/"


def test_what_no_column_takes_is_refused_on_every_page_of_the_office(shop: Shop) -> None:
    office = client_of("owner")
    for page in ("/office/customers/account/?kind__exact=%00", "/office/desk/stock/ledger/?warehouse=%00",
                 "/office/payments/request/?p=99999999999999999999999999", "/office/desk/audit/?action=%00"):
        answer = office.get(page)
        assert answer.status_code in (200, 302, 422), page
    sent = {"source": "main", "target": "main", "sku-0": "\x00", "quantity-0": "1"}
    answer = office.post("/office/desk/stock/transfers/", sent, headers={"Accept-Language": "zh-hans"})
    assert answer.status_code == 422
    assert not Transfer.objects.exists()
