"""Corrections of points and store credit by hand."""

from __future__ import annotations

from uuid import UUID

from django.db import transaction

from entrepot.customers.ledger import book
from entrepot.customers.permissions import ADJUST_BALANCE
from entrepot.customers.queries import get_customer
from entrepot.kit import audit
from entrepot.kit.actor import Actor
from entrepot.kit.errors import N_, InvalidInput
from entrepot.kit.ids import uuid7


def adjust_balance(customer_id: UUID, kind: str, delta: int, *, reason: str, currency: str = "", reference: str = "",
                   actor: Actor) -> int:
    """A correction by hand, with its reason in the audit trail."""
    actor.require(ADJUST_BALANCE)
    if not reason.strip():
        raise InvalidInput("reason", N_("This field is required."))
    if kind == "credit" and not currency:
        raise InvalidInput("currency", N_("Store credit has a currency."))
    get_customer(customer_id)
    with transaction.atomic():
        after = book(customer_id, kind, delta, reason="adjustment", reference=reference or str(uuid7()),
                     currency=currency if kind == "credit" else "")
        audit.record(actor, "customers.adjust_balance", "customer", customer_id, reason=reason,
                     new={"kind": kind, "currency": currency, "delta": delta, "balance": after})
    return after
