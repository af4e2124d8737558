"""Gift cards, store credit and points pay and are paid back, in the caller's transaction."""

from __future__ import annotations

import threading
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from django.db import IntegrityError, InternalError, connection, transaction

from entrepot.customers import public as customers
from entrepot.customers.errors import InsufficientBalance
from entrepot.kit import clock, db
from entrepot.kit.errors import InvalidInput
from entrepot.kit.ids import uuid7
from entrepot.payments import public
from entrepot.payments.contracts import PaymentInfo
from entrepot.payments.errors import CodeTaken, GiftCardTooSmall, GiftCardUnusable
from entrepot.payments.models import GiftCard, Payment
from entrepot.payments.tests.factories import ALICE, BOB, SYSTEM, events, gift_card

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def customer() -> UUID:
    info = customers.create_customer(email="alice@example.org", name="Alice", actor=SYSTEM)
    with transaction.atomic():
        customers.book(info.id, "credit", 5_000, reason="test", reference="1", currency="EUR")
        customers.book(info.id, "points", 1_000, reason="test", reference="1")
    return info.id


def _with_card(code: str, amount: int, currency: str = "EUR") -> PaymentInfo:
    with transaction.atomic():
        return public.pay_with_gift_card(uuid7(), code, amount, currency, clock.now(), actor=ALICE)


def test_gift_card_pays_and_is_paid_back() -> None:
    code = gift_card(5_000)
    payment = _with_card(code.lower().replace("-", " "), 3_000)
    assert (payment.state, payment.provider) == ("captured", "gift_card")
    assert public.gift_card_balance(code) == (2_000, "EUR")
    [info] = public.refund(payment.order_id, 1_250, reason="", reference="r", actor=BOB)
    assert info.state == "done"
    assert public.gift_card_balance(code) == (3_250, "EUR")
    assert [e["amount_minor"] for e in events("payment_refunded")] == [1_250]


def test_code_is_not_kept() -> None:
    code = gift_card()
    stored = str(list(GiftCard.objects.values()))
    assert code not in stored
    assert code.replace("-", "") not in stored
    assert len(code.replace("-", "")) == 16


def test_gift_card_refuses() -> None:
    code = gift_card(1_000)
    with pytest.raises(GiftCardTooSmall) as too_small:
        _with_card(code, 1_001)
    assert too_small.value.params["balance_minor"] == 1_000
    with pytest.raises(GiftCardUnusable):
        _with_card(code, 100, "USD")
    with pytest.raises(GiftCardUnusable):
        _with_card("AAAA-BBBB-CCCC-DDDD", 100)
    card = GiftCard.objects.get()
    with clock.at(clock.now()):
        GiftCard.objects.update(expires_at=clock.now() - timedelta(seconds=1))
        with pytest.raises(GiftCardUnusable):
            _with_card(code, 100)
        assert public.gift_card_balance(code) is None
    GiftCard.objects.update(expires_at=None)
    public.deactivate_gift_card(card.id, reason="lost", actor=BOB)
    with pytest.raises(GiftCardUnusable):
        _with_card(code, 100)
    assert not Payment.objects.exists()


def test_given_codes() -> None:
    public.issue_gift_card(100, "EUR", code="Spring-2026!", actor=BOB)
    with pytest.raises(CodeTaken):
        public.issue_gift_card(100, "EUR", code="spring 2026", actor=BOB)
    with pytest.raises(InvalidInput):
        public.issue_gift_card(100, "EUR", code="short", actor=BOB)
    assert public.gift_card_balance("SPRING2026") == (100, "EUR")


def test_gift_card_is_spent_once_by_ten_buyers_at_once() -> None:
    code = gift_card(1_000)
    paid: list[PaymentInfo] = []
    refused: list[BaseException] = []
    barrier = threading.Barrier(10)

    def buy() -> None:
        try:
            barrier.wait()
            paid.append(_with_card(code, 300))
        except GiftCardTooSmall as error:
            refused.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=buy) for _ in range(10)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (len(paid), len(refused)) == (3, 7)
    assert public.gift_card_balance(code) == (100, "EUR")


def test_without_our_check_the_database_refuses_to_overdraw() -> None:
    gift_card(1_000)
    with pytest.raises(IntegrityError, match="not_negative"):
        db.execute("INSERT INTO payments_giftcardentry (gift_card_id, delta_minor, reason, reference, at)"
                   " SELECT id, -1001, 'x', 'x', now() FROM payments_giftcard")
    with pytest.raises((IntegrityError, InternalError), match="append-only"):
        db.execute("UPDATE payments_giftcardentry SET delta_minor = 5")


def test_store_credit(customer: UUID) -> None:
    with transaction.atomic():
        payment = public.pay_with_credit(uuid7(), customer, 2_000, "EUR", clock.now(), actor=ALICE)
    assert customers.balance(customer, "credit", "EUR") == 3_000
    public.refund(payment.order_id, 500, reason="", reference="r", actor=BOB)
    assert customers.balance(customer, "credit", "EUR") == 3_500

    def too_much() -> Any:
        with transaction.atomic():
            return public.pay_with_credit(uuid7(), customer, 3_501, "EUR", clock.now(), actor=ALICE)

    with pytest.raises(InsufficientBalance):
        too_much()
    assert Payment.objects.count() == 1


def test_points_come_back_to_the_last_one(customer: UUID) -> None:
    with transaction.atomic():
        payment = public.pay_with_points(uuid7(), customer, 700, 999, "EUR", clock.now(), actor=ALICE)
    assert customers.balance(customer, "points") == 300
    back = []
    for number, part in enumerate((333, 333, 333)):
        public.refund(payment.order_id, part, reason="", reference=f"r{number}", actor=BOB)
        back.append(customers.balance(customer, "points"))
    assert back == [533, 766, 1_000]
