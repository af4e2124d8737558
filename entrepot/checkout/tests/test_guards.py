"""What buyers choose stays chosen, and who guesses codes that are money is slowed down on every way to the till."""

from __future__ import annotations

import json
from typing import Any
from uuid import UUID

import pytest
from django.test import Client

from entrepot.checkout import public
from entrepot.checkout.tests.factories import BERLIN, BOB, a_cart, a_shop, goods
from entrepot.kit import db
from entrepot.payments.tests.factories import gift_card
from entrepot.pricing import public as pricing
from entrepot.pricing.tests.factories import a_promotion

pytestmark = pytest.mark.django_db(transaction=True)
COMPLETE = "/api/v1/checkouts/complete"


def bought(item: UUID, key: str | None = None, **more: Any) -> Any:
    """The answer to buying the item in one call."""
    body = {"channel": "web", "email": "a@example.com", "lines": [{"variant_id": str(item), "quantity": 1}],
            "shipping_address": BERLIN, "delivery": {"method": "standard"}, "payment_method": "test", **more}
    headers = {} if key is None else {"Idempotency-Key": key}
    return Client().post(COMPLETE, json.dumps(body), "application/json", headers=headers)


@pytest.mark.parametrize("how", ["update", "revise", "keep"])
def test_a_chosen_gift_stays_chosen_whatever_else_could_be(how: str) -> None:
    a_shop()
    item, red, green, blue = goods(1000, 100, 100, 100)
    a_promotion({"kind": "gift", "variants": [str(red), str(green), str(blue)]})
    cart, me = a_cart(item, ready=True)
    assert [line.variant_id for line in public.view(cart.id, **me).lines if line.is_gift] == [red]
    getattr(public, how)(cart.id, {"gifts": [blue]}, **me)
    assert [line.variant_id for line in public.view(cart.id, **me).lines if line.is_gift] == [blue]
    public.place_order(cart.id, payment_method="test", **me)
    assert db.value("SELECT variant_id FROM orders_orderline WHERE kind = 'gift'") == blue


def test_codes_cannot_be_guessed_by_buying_at_once() -> None:
    a_shop()
    [item] = goods(100_000)
    card = gift_card(5000)
    a_promotion({"kind": "percent", "percent": "10"}, code="ten", needs_coupon=True)
    pricing.create_coupons("ten", codes=["SAVE10"], limit=None, actor=BOB)
    cards = [bought(item, gift_card_codes=[f"AAAA-BBBB-CCCC-{n:04}"], expected_total_minor=1) for n in range(12)]
    assert [a.status_code for a in cards] == [409] * 10 + [429] * 2
    assert bought(item, gift_card_codes=[card], expected_total_minor=1).status_code == 429  # the right one too
    coupons = [bought(item, coupons=[f"SAVE{n + 50}"], expected_total_minor=1) for n in range(22)]
    assert [a.status_code for a in coupons] == [409] * 20 + [429] * 2
    assert bought(item).status_code == 201  # who names no code is not held up


def test_a_gift_card_is_one_however_it_is_spelt() -> None:
    a_shop()
    [item] = goods(8000)
    card = gift_card(5000)
    cart, me = a_cart(item, ready=True)
    view = public.set_payment_parts(cart.id, gift_card_codes=[card, card.lower(), card.replace("-", " ")], **me)
    assert view.due_minor == view.total_minor - 5000
    assert public.place_order(cart.id, payment_method="test", expected_due_minor=view.due_minor, **me).order


@pytest.mark.parametrize("key", ["", "k" * 300, "é" * 20])
def test_a_key_that_cannot_be_read_buys_nothing(key: str) -> None:
    a_shop()
    [item] = goods(1000)
    assert bought(item, key).status_code == 422
    assert not db.value("SELECT count(*) FROM orders_order")
    cart, me = a_cart(item, ready=True)
    placed = Client().post(f"/api/v1/carts/{cart.id}/place", json.dumps({"payment_method": "test"}),
                           "application/json", headers={"Cart-Secret": me["secret"], "Idempotency-Key": key})
    assert placed.status_code == 422
    assert not db.value("SELECT count(*) FROM orders_order")


def test_an_empty_condition_is_no_condition_that_is_met() -> None:
    a_shop()
    [item] = goods(1000)
    cart, me = a_cart(item)
    for etag in ("", "\u00b2"):
        answer = Client().patch(f"/api/v1/carts/{cart.id}", json.dumps({"email": "b@example.com"}), "application/json",
                                headers={"Cart-Secret": me["secret"], "If-Match": etag})
        assert answer.status_code == 422
