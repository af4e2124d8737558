"""Limits of fraud rules are asked in words and units, each kind's own; what cannot be is said beside its field."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from entrepot.catalog import public as catalog
from entrepot.fraud import public as fraud
from entrepot.kit.actor import system
from entrepot.orders.tests.factories import a_shop
from entrepot.web.tests.test_office import client_of

pytestmark = pytest.mark.django_db(transaction=True)
BOB = system("test")


def params(code: str) -> dict[str, Any]:
    return next(r.params for r in fraud.list_rules() if r.code == code)


@pytest.fixture
def office() -> Client:
    a_shop()
    fraud.ensure_rules(actor=BOB)
    return client_of("owner")


def send(office: Client, target: str, /, **fields: str) -> Any:
    return office.post(reverse("admin:desk_setting_edit", args=["fraud", target]), fields)


def test_a_rule_shows_its_limits_and_keeps_them_in_minutes(office: Client) -> None:
    page = office.get(reverse("admin:desk_setting_edit", args=["fraud", "orders-per-address"])).content.decode()
    for piece in ('name="limit" value="6"', 'name="span" value="1"', '<option value="1440" selected>days'):
        assert piece in page
    assert "params" not in page
    changed = send(office, "orders-per-address", of="order", by="address", limit="7", span="36", unit="60", score="40",
                   is_active="on")
    assert changed.status_code == 302
    assert params("orders-per-address") == {"of": "order", "by": "address", "limit": 7, "minutes": 2160}


def test_a_rule_about_amounts_asks_in_the_shops_currencies(office: Client) -> None:
    currency = catalog.default_channel().currency
    amount = f"amount_{currency}"
    new = reverse("admin:desk_setting_edit", args=["fraud", "new"])
    shown = office.post(new, {"kind": "high_value", "again": "kind", "code": "big"}).content.decode()
    assert f'name="{amount}"' in shown
    assert 'name="span"' not in shown
    none = send(office, "new", kind="high_value", code="big", score="50", is_active="on")
    assert none.status_code == 422
    assert "Give an amount for at least one currency." in none.content.decode()
    assert send(office, "new", kind="high_value", code="big", score="50", is_active="on",
                **{amount: "1500.50"}).status_code == 302
    assert params("big") == {"amounts": {currency: 150050}}
    again = send(office, "new", kind="high_value", code="big", score="50", is_active="on", **{amount: "9"})
    assert (again.status_code, "This code is taken." in again.content.decode()) == (422, True)


@pytest.mark.parametrize("wrong", [
    {"limit": "-1"}, {"limit": "9" * 40}, {"span": "0"}, {"span": "400", "unit": "1440"}, {"unit": "week"},
    {"score": "0"}, {"by": "star\x00sign"}, {"limit": "😀"}, {"kind": "nothing"}, {"code": "a b"}, {"code": ""},
])
def test_what_cannot_be_stays_typed_and_changes_nothing(office: Client, wrong: dict[str, str]) -> None:
    before = fraud.list_rules()
    refused = send(office, "new", **{"kind": "velocity", "code": "mine", "of": "order", "by": "email", "limit": "5",
                                     "span": "2", "unit": "60", "score": "31", **wrong})
    told = refused.content.decode()
    assert (refused.status_code, fraud.list_rules()) == (422, before)
    assert 'class="of-error"' in told
    assert 'value="31"' in told or "score" in wrong


def test_the_record_of_a_rule_leads_to_its_form(office: Client) -> None:
    assert reverse("admin:desk_setting_edit", args=["fraud", "country-mismatch"]) in \
        office.get("/office/fraud/rule/").content.decode()
