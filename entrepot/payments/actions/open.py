"""Open a payment inside the transaction that places the order: one statement, no ORM."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import connection

from entrepot.customers import public as customers
from entrepot.kit import db
from entrepot.kit.actor import Actor
from entrepot.kit.errors import N_, InvalidInput
from entrepot.kit.ids import uuid7
from entrepot.payments import queries, rules
from entrepot.payments.contracts import PaymentInfo
from entrepot.payments.errors import GiftCardTooSmall, GiftCardUnusable, MethodNotOffered
from entrepot.payments.models import GiftCard, GiftCardEntry
from entrepot.payments.permissions import PAY

_OPEN = """
INSERT INTO payments_payment (id, order_id, checkout_id, provider, method, provider_ref, currency, amount_minor,
    authorised_minor, captured_minor, refunded_minor, state, action, secret, failure, payer_id, points, ask_at,
    created_at, updated_at)
VALUES (%(id)s, %(order_id)s, %(checkout_id)s, %(provider)s, %(method)s, '', %(currency)s, %(amount)s,
    %(settled)s, %(settled)s, 0, %(state)s, NULL, '', '', %(payer_id)s, %(points)s, NULL, %(now)s, %(now)s)
"""

_OPEN_SETTLED = f"""
WITH payment AS ({_OPEN})
INSERT INTO payments_transaction (payment_id, kind, amount_minor, currency, provider_ref, idempotency_key, reason, at)
VALUES (%(id)s, 'authorisation', %(amount)s, %(currency)s, '', 'authorised', '', %(now)s),
       (%(id)s, 'capture', %(amount)s, %(currency)s, '', 'captured', '', %(now)s)
"""  # noqa: S608 no input in the text


def open_payment(order_id: UUID, *, provider: str, method: str, amount_minor: int, currency: str, now: datetime,
                 checkout_id: UUID | None = None, actor: Actor) -> PaymentInfo:
    """A payment of an order being placed; with the built-in test method it is captured at once.

    Inside the caller's transaction. Publishes nothing: the caller sees the state.
    """
    actor.require(PAY)
    if not queries.is_available(provider) or provider in ("gift_card", "store_credit", "points"):
        raise MethodNotOffered
    return _open(order_id, provider, method, amount_minor, currency, now, checkout_id=checkout_id,
                 is_settled=provider == "test")


def pay_with_gift_card(order_id: UUID, code: str, amount_minor: int, currency: str, now: datetime, *,
                       checkout_id: UUID | None = None, actor: Actor) -> PaymentInfo:
    """Take an amount from a gift card for an order, in the caller's transaction."""
    actor.require(PAY)
    digest = rules.gift_card_digest(code)
    card = GiftCard.objects.select_for_update(no_key=True).filter(code_digest=digest).first()
    if card is None or not card.is_active or card.currency != currency or (card.expires_at and card.expires_at <= now):
        raise GiftCardUnusable
    if card.balance_minor < amount_minor:
        raise GiftCardTooSmall(balance_minor=card.balance_minor, currency=currency)
    payment = _open(order_id, "gift_card", f"•••• {card.last4}", amount_minor, currency, now, is_settled=True,
                    payer_id=card.id, checkout_id=checkout_id)
    GiftCardEntry.objects.create(gift_card=card, delta_minor=-amount_minor, reason="payment",
                                 reference=str(payment.id), at=now)
    return payment


def pay_with_credit(order_id: UUID, customer_id: UUID, amount_minor: int, currency: str, now: datetime, *,
                    checkout_id: UUID | None = None, actor: Actor) -> PaymentInfo:
    """Take an amount from a customer's store credit, in the caller's transaction."""
    actor.require(PAY)
    payment = _open(order_id, "store_credit", "store_credit", amount_minor, currency, now, is_settled=True,
                    payer_id=customer_id, checkout_id=checkout_id)
    customers.book(customer_id, "credit", -amount_minor, reason="payment", reference=str(payment.id), currency=currency)
    return payment


def pay_with_points(order_id: UUID, customer_id: UUID, points: int, amount_minor: int, currency: str, now: datetime, *,
                    checkout_id: UUID | None = None, actor: Actor) -> PaymentInfo:
    """Spend points worth `amount_minor` on an order, in the caller's transaction."""
    actor.require(PAY)
    if points <= 0:
        raise InvalidInput("points", N_("This must be more than nothing."))
    payment = _open(order_id, "points", "points", amount_minor, currency, now, is_settled=True, payer_id=customer_id,
                    points=points, checkout_id=checkout_id)
    customers.book(customer_id, "points", -points, reason="payment", reference=str(payment.id))
    return payment


def _open(order_id: UUID, provider: str, method: str, amount_minor: int, currency: str, now: datetime, *,
          is_settled: bool, checkout_id: UUID | None = None, payer_id: UUID | None = None,
          points: int | None = None) -> PaymentInfo:
    if not connection.in_atomic_block:
        raise RuntimeError("a payment belongs in the transaction of the order it pays")
    if amount_minor <= 0:
        raise InvalidInput("amount_minor", N_("This must be more than nothing."))
    payment_id, settled = uuid7(), amount_minor if is_settled else 0
    state = "captured" if is_settled else "pending"
    db.execute(_OPEN_SETTLED if is_settled else _OPEN, {
        "id": payment_id, "order_id": order_id, "checkout_id": checkout_id, "provider": provider, "method": method[:40],
        "currency": currency, "amount": amount_minor, "settled": settled, "state": state, "payer_id": payer_id,
        "points": points, "now": now})
    return PaymentInfo(payment_id, order_id, provider, method[:40], state, currency, amount_minor, settled, settled, 0,
                       checkout_id=checkout_id, created_at=now)
