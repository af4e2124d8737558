"""What customers do in one step."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from django.db import transaction

from entrepot.kit.actor import Actor
from entrepot.orders.actions.change import add_operation, open_change, request_change
from entrepot.orders.contracts import ChangeKind, ChangeView, Operation
from entrepot.orders.permissions import OWN


def request_return(order_id: UUID, kind: ChangeKind, operations: Sequence[Operation], *, reason: str = "",
                   photos: Sequence[str] = (), actor: Actor) -> ChangeView:
    """Ask for a return, exchange or claim with all it holds: whole or not at all."""
    actor.require(OWN)
    with transaction.atomic():
        change = open_change(order_id, kind, reason=reason, photos=photos, actor=actor)
        for operation in operations:
            add_operation(change.id, operation, actor=actor)
        return request_change(change.id, actor=actor)
