"""Who looks after an order, how long returns are possible, and money back that belongs to no goods."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from django.db import transaction

from entrepot.catalog import public as catalog
from entrepot.identity import public as identity
from entrepot.kit import audit, db
from entrepot.kit.actor import Actor
from entrepot.kit.errors import N_, InvalidInput
from entrepot.orders import policies, queries
from entrepot.orders.actions.change import add_operation, approve_change, open_change
from entrepot.orders.actions.common import lock_order
from entrepot.orders.contracts import (
    ChangeKind,
    ChangeView,
    Compensate,
    Operation,
    OrderState,
    OrderView,
    RefundDelivery,
)
from entrepot.orders.models import ReturnPolicy
from entrepot.orders.permissions import FULFIL, NOTE, POLICY, RETURN
from entrepot.orders.rules import spread


def take_order(order_id: UUID, *, actor: Actor) -> OrderView:
    """This colleague looks after the order from now on."""
    return _assign(order_id, actor.user_id, actor.label, actor=actor)


def leave_order(order_id: UUID, *, actor: Actor) -> OrderView:
    """Nobody in particular looks after it."""
    return _assign(order_id, None, "", actor=actor)


def _assign(order_id: UUID, user_id: int | None, name: str, *, actor: Actor) -> OrderView:
    actor.require(FULFIL if actor.can(FULFIL) else NOTE)
    with transaction.atomic():
        order = lock_order(order_id, actor=actor)
        old = order.assignee
        order.assignee_id, order.assignee = user_id, name[:200]
        order.save(update_fields=["assignee_id", "assignee"])
        audit.record(actor, "orders.assign", "order", order.id, old={"to": old}, new={"to": name})
    return queries.view_of(order_id, actor)


_HAND_OVER = """
UPDATE orders_order SET assignee_id = %(to)s, assignee = %(name)s
WHERE assignee_id = %(from)s AND state <> ALL(%(ended)s) RETURNING id
"""


def hand_over(user_id: int, successor_id: int | None, *, actor: Actor) -> int:
    """A colleague has left: the open orders that they looked after go to the successor, or to whoever takes them."""
    actor.require(NOTE)
    name = identity.get_user(successor_id).name[:200] if successor_id is not None else ""
    ended = [OrderState.COMPLETED.value, OrderState.CANCELLED.value, OrderState.EXPIRED.value]
    with transaction.atomic():
        moved = db.rows(_HAND_OVER, {"from": user_id, "to": successor_id, "name": name, "ended": ended})
        audit.record_many(actor, "orders.assign", "order",
                          [(r.id, {"user": user_id}, {"user": successor_id}) for r in moved], reason="left")
    return len(moved)


def set_return_window(channel_id: int, days: int | None, *, actor: Actor) -> None:
    """For so many days after the last parcel arrived customers may ask for returns; None: whenever they like."""
    actor.require(POLICY)
    catalog.channel(channel_id)
    if days is not None and not 0 <= days <= 3650:
        raise InvalidInput("days", N_("Give a number of days."))
    with transaction.atomic():
        kept = ReturnPolicy.objects.filter(channel_id=channel_id)
        old = kept.values_list("days", flat=True).first()
        if days is None:
            kept.delete()
        else:
            ReturnPolicy.objects.update_or_create(channel_id=channel_id, defaults={"days": days})
        audit.record(actor, "orders.set_return_window", "channel", channel_id, old={"days": old}, new={"days": days})
    policies.forget()


def give_back(order_id: UUID, operations: Sequence[Operation], *, reason: str, actor: Actor) -> ChangeView:
    """Money back for goods that stay with the customer: a claim of these operations, agreed to and ready to settle."""
    actor.require(RETURN)
    if not reason.strip():
        raise InvalidInput("reason", N_("Give a reason."))
    if not operations:
        raise InvalidInput("amount", N_("Say how much goes back, and for what."))
    with transaction.atomic():
        change = open_change(order_id, ChangeKind.CLAIM, reason=reason, actor=actor)
        for operation in operations:
            add_operation(change.id, operation, actor=actor)
        return approve_change(change.id, actor=actor)


def give_back_amount(order_id: UUID, amount_minor: int, *, reason: str, actor: Actor) -> ChangeView:
    """An amount for no line in particular, taken from what is left of the lines in turn and then of the delivery."""
    actor.require(RETURN)
    with transaction.atomic():
        sale = queries.sale_of(lock_order(order_id, actor=actor))
        lines = [line for line in sale.lines.values() if line.quantity]
        left = [(line.amounts - line.given).gross(sale.tax_included) for line in lines]
        parts = spread(amount_minor, [*left, (sale.delivery - sale.delivery_given).gross(sale.tax_included)])
        if amount_minor <= 0 or parts is None:
            raise InvalidInput("amount", N_("More than was paid for it and not yet given back."))
        operations: list[Operation] = [Compensate(line.id, part) for line, part in zip(lines, parts, strict=False)
                                       if part]
        operations += [RefundDelivery(parts[-1])] if parts[-1] else []
        return give_back(order_id, operations, reason=reason, actor=actor)
