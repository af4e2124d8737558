"""The customer desk: who it is, what they bought and hold; balances corrected with a reason, by who may."""

from __future__ import annotations

from typing import Any

import pytest
from django.urls import reverse

from entrepot.customers import public as customers
from entrepot.orders.tests.factories import a_member, a_shop, placed
from entrepot.web.tests.test_office import client_of

pytestmark = pytest.mark.django_db(transaction=True)


def desk(customer_id: Any, name: str = "desk_customer") -> str:
    return reverse(f"admin:{name}", args=[customer_id])


def test_orders_and_holdings_stand_on_one_page_that_the_search_finds() -> None:
    shop, member = a_shop(), a_member()
    order = placed(shop, customer_id=member)
    person = customers.get_customer(member)
    client = client_of("manager")
    found = client.get(reverse("admin:desk_search"), {"q": person.email}).content.decode()
    assert desk(member) in found
    page = client.get(desk(member)).content.decode()
    for words in (order.number, person.email, "Points and store credit"):
        assert words in page, words
    assert desk(member) in client.get(reverse("admin:desk_order", args=[order.id])).content.decode()


def test_a_balance_is_corrected_with_its_reason() -> None:
    a_shop()
    member, client = a_member(), client_of("manager")
    given = {"kind": "EUR", "delta": "12.50", "reason": "late parcel"}
    assert client.post(desk(member, "desk_customer_adjust"), given).status_code == 302
    assert client.post(desk(member, "desk_customer_adjust"), {**given, "kind": "points", "delta": "30"}
                       ).status_code == 302
    assert [(b.kind, b.balance) for b in customers.list_balances(member)] == [("credit", 1250), ("points", 30)]
    page = client.get(desk(member)).content.decode()
    assert "€12.50" in page


@pytest.mark.parametrize("wrong, words", [
    ({"kind": "EUR", "delta": "0"}, "Give an amount"), ({"kind": "EUR", "delta": "1.005"}, "Too many decimals"),
    ({"kind": "points", "delta": "1.5"}, "whole number of points"), ({"kind": "XXX", "delta": "1"}, "one of the list"),
    ({"kind": "points", "delta": "-5"}, "not sufficient"), ({"kind": "points", "delta": "5", "reason": ""}, "required")])
def test_what_cannot_be_corrected_is_refused_beside_the_field(wrong: dict[str, str], words: str) -> None:
    a_shop()
    member, client = a_member(), client_of("manager")
    answer = client.post(desk(member, "desk_customer_adjust"), {"reason": "why not", **wrong})
    assert (answer.status_code, customers.list_entries(member)) == (422, [])
    assert words.lower() in answer.content.decode().lower()


def test_who_may_only_look_has_no_form_and_is_refused() -> None:
    a_shop()
    member, client = a_member(), client_of("finance")
    assert "Correct a balance" not in client.get(desk(member)).content.decode()
    assert client.post(desk(member, "desk_customer_adjust"),
                       {"kind": "points", "delta": "5", "reason": "x"}).status_code == 403
    assert customers.list_entries(member) == []
