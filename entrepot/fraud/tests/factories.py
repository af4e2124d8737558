"""Orders to assess."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from entrepot.fraud import public
from entrepot.fraud.contracts import Verdict
from entrepot.kit import clock
from entrepot.kit.actor import ANONYMOUS, Actor, ActorKind
from entrepot.kit.ids import uuid7

BOB = Actor(ActorKind.STAFF, id="bob", label="Bob", permissions=frozenset({"fraud.read", "fraud.configure"}))
CHARLIE = Actor(ActorKind.STAFF, id="charlie", label="Charlie")

USUAL: dict[str, Any] = {"email": "alice@example.com", "ip": "203.0.113.7", "customer_id": None, "total_minor": 2_000,
                         "currency": "EUR", "shipping_country": "DE", "billing_country": "DE", "shipping_key": "de|1"}


def order(order_id: UUID | None = None, *, now: datetime | None = None, **other: Any) -> Verdict:
    with transaction.atomic():
        return public.assess(order_id or uuid7(), now=now or clock.now(), actor=ANONYMOUS, **{**USUAL, **other})
