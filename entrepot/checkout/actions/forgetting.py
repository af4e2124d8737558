"""What carts know of people, and when they lose it. What was ordered stands in the order."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from entrepot.checkout.permissions import MAINTAIN
from entrepot.inventory import public as inventory
from entrepot.kit import audit, clock, db
from entrepot.kit.actor import Actor

_BLANK = """
UPDATE checkout_checkout SET email = '', phone = '', shipping_address = NULL, billing_address = NULL,
    invoice_data = NULL, gift_message = '', note = '', delivery = delivery - 'collected_by'
"""
_BLANK_OLD = _BLANK + """WHERE id IN (
    SELECT id FROM checkout_checkout WHERE state = 'placed' AND email <> '' AND updated_at < %s LIMIT %s
    FOR UPDATE SKIP LOCKED)"""  # noqa: S608  own names
_CARTS = """
SELECT id, state, created_at, updated_at, lines, email, phone, shipping_address, billing_address, invoice_data, coupons,
       gift_message, note, order_id FROM checkout_checkout WHERE customer_id = %s ORDER BY created_at DESC
"""


def carts_of(customer_id: UUID) -> list[dict[str, Any]]:  # lint: allow action-actor  the caller knows whose they are
    """Everything that carts hold of a person."""
    return [r._asdict() for r in db.rows(_CARTS, [customer_id])]


def forget_customer(customer_id: UUID, *, actor: Actor) -> int:
    """The person has left: carts that became no order go, with what they held of the stock; the others keep goods."""
    actor.require(MAINTAIN)
    now = clock.now()
    with transaction.atomic():
        gone = db.rows("DELETE FROM checkout_checkout WHERE customer_id = %s AND state <> 'placed'"
                       " RETURNING id, held_until", [customer_id])
        for cart in gone:
            if cart.held_until:
                inventory.release(cart.id, now=now, actor=actor)
        blank = db.execute(_BLANK + "WHERE customer_id = %s AND state = 'placed'", [customer_id])
        audit.record(actor, "checkout.forget_customer", "customer", customer_id,
                     new={"removed": len(gone), "emptied": blank})
    return len(gone) + blank


def forget_placed(before: datetime, limit: int, *, actor: Actor) -> int:
    """Carts that became orders before a moment lose what they know of the buyer, at most so many at once."""
    actor.require(MAINTAIN)
    return db.execute(_BLANK_OLD, [before, limit])
