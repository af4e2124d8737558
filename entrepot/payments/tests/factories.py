"""Payments for tests, here and in other contexts."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.db import transaction

from entrepot.kit import clock
from entrepot.kit.actor import ANONYMOUS, Actor, ActorKind, system
from entrepot.kit.ids import uuid7
from entrepot.payments import public
from entrepot.payments.contracts import PaymentInfo
from entrepot.payments.permissions import (
    CAPTURE,
    CONFIGURE,
    GIFT_CARDS,
    INBOX,
    READ,
    RECEIVE,
    RECONCILE,
    REFUND,
)

ALICE = ANONYMOUS
BOB = Actor(ActorKind.STAFF, "2", "Bob", frozenset(
    p.code for p in (READ, CAPTURE, REFUND, RECEIVE, GIFT_CARDS, INBOX, RECONCILE, CONFIGURE)))
CHARLIE = Actor(ActorKind.STAFF, "3", "Charlie")
SYSTEM = system("tests")


def opened(provider: str = "simulator", amount_minor: int = 10_000, currency: str = "EUR",
           order_id: UUID | None = None) -> PaymentInfo:
    with transaction.atomic():
        return public.open_payment(order_id or uuid7(), provider=provider, method=provider, amount_minor=amount_minor,
                                   currency=currency, now=clock.now(), actor=ALICE)


def begun(provider: str = "simulator", **kwargs: Any) -> PaymentInfo:
    payment = opened(provider, **kwargs)
    return public.begin(payment.id, return_url="/done", description="Order 1001", language="en", actor=ALICE)


def paid_at_simulator(choice: str = "pay", **kwargs: Any) -> PaymentInfo:
    """A payment whose payer pressed a button on the simulator's page, as far as our inbox has heard."""
    from entrepot.payments.providers import simulator

    payment = begun(**kwargs)
    simulator.pay(payment.id, payment.currency, payment.amount_minor, choice)
    headers, body = simulator.notice(payment.id)
    public.receive_webhook("simulator", headers, body, actor=ANONYMOUS)
    return public.get_payment(payment.id)


def gift_card(amount_minor: int = 5_000, currency: str = "EUR") -> str:
    return public.issue_gift_card(amount_minor, currency, actor=BOB)[1]


def events(name: str) -> list[dict[str, Any]]:
    """Payloads of published events, oldest first."""
    from entrepot.kit import db

    return [r.payload for r in db.rows("SELECT payload FROM kit_event WHERE name = %s ORDER BY at, id",
                                       [f"payments.{name}"])]
