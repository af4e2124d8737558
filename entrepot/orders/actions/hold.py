"""Stopping orders and letting them go on: holds, approval, notes."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import transaction

from entrepot.kit import audit, clock, outbox
from entrepot.kit.actor import Actor
from entrepot.kit.errors import N_, InvalidInput, NotFound
from entrepot.orders import queries
from entrepot.orders.actions.common import lock_order, move, tell
from entrepot.orders.contracts import ChangeKind, HoldKind, OrderView, Trigger
from entrepot.orders.errors import HoldExists
from entrepot.orders.events import OrderReleased
from entrepot.orders.models import Hold, Order, OrderChange
from entrepot.orders.permissions import APPROVE, HOLD, NOTE
from entrepot.orders.rules import Situation


def hold(order_id: UUID, kind: HoldKind = HoldKind.MANUAL, *, reason: str, actor: Actor) -> OrderView:
    """Stop an order: nothing is packed or shipped until the hold is released."""
    actor.require(HOLD)
    now = clock.now()
    with transaction.atomic():
        order = lock_order(order_id, actor=actor)
        if order.holds.filter(kind=kind, released_at=None).exists():
            raise HoldExists(number=order.number)
        _move(order, Trigger.HOLD, now=now, actor=actor)
        Hold.objects.create(order=order, kind=kind, reason=reason, placed_at=now)
        tell(order, "held", {"kind": kind, "reason": reason}, now=now, actor=actor)
        audit.record(actor, "orders.hold", "order", order.id, new={"kind": kind}, reason=reason)
    return queries.view_of(order_id, actor)


def release_hold(order_id: UUID, kind: HoldKind, *, reason: str = "", actor: Actor) -> OrderView:
    """End a hold; with the last one the order goes on. Approval holds need the permission to approve."""
    actor.require(APPROVE if kind is HoldKind.APPROVAL else HOLD)
    now = clock.now()
    with transaction.atomic():
        order = lock_order(order_id, actor=actor)
        ended = order.holds.filter(kind=kind, released_at=None).update(released_at=now, released_by=actor.label[:200])
        if not ended:
            raise NotFound("hold")
        situation = queries.situation(order.id)
        _move(order, Trigger.RELEASE, now=now, actor=actor, situation=situation)
        tell(order, "released", {"kind": kind, "reason": reason}, now=now, actor=actor)
        audit.record(actor, "orders.release_hold", "order", order.id, new={"kind": kind, "state": order.state},
                     reason=reason)
        if not situation.held:
            outbox.publish(OrderReleased(order.id, order.number))
    return queries.view_of(order_id, actor)


def _move(order: Order, trigger: Trigger, *, now: datetime, actor: Actor, situation: Situation | None = None) -> None:
    """A new version of the order, of which an edit that stood on the one before still holds: nothing is other than it
    was when the edit was made."""
    seen = order.version
    move(order, trigger, now=now, actor=actor, situation=situation)
    OrderChange.objects.filter(order=order, kind=ChangeKind.EDIT, base_version=seen, settled_at=None).update(
        base_version=order.version)


def approve(order_id: UUID, *, reason: str = "", actor: Actor) -> OrderView:
    """Approve an order above its channel's limit."""
    return release_hold(order_id, HoldKind.APPROVAL, reason=reason, actor=actor)


def add_note(order_id: UUID, text: str, *, is_public: bool = False, actor: Actor) -> OrderView:
    """A note in the order's story; `is_public` shows it to the customer."""
    actor.require(NOTE)
    if not text.strip() or len(text) > 4000:
        raise InvalidInput("text", N_("A note has 1 to 4,000 characters."))
    now = clock.now()
    with transaction.atomic():
        order = lock_order(order_id, actor=actor)
        tell(order, "note", {"text": text.strip()}, now=now, actor=actor, is_public=is_public)
        audit.record(actor, "orders.add_note", "order", order.id, new={"is_public": is_public})
    return queries.view_of(order_id, actor)
