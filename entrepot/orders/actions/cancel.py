"""Ending an order that has not left: goods, money, promotions and points go back by new entries."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from uuid import UUID

import structlog
from django.db import transaction
from django.db.models import F

from entrepot.inventory import public as inventory
from entrepot.inventory.contracts import Allocation
from entrepot.kit import audit, clock, outbox
from entrepot.kit.actor import Actor
from entrepot.orders import queries
from entrepot.orders.actions.common import CONSEQUENCE, book_entries, lock_order, move, take_totals, tell
from entrepot.orders.actions.invoice import credit
from entrepot.orders.actions.money import settle
from entrepot.orders.actions.notify import queue
from entrepot.orders.contracts import ChangeState, FulfilmentState, OrderState, OrderView, Trigger
from entrepot.orders.draft import cancellation
from entrepot.orders.errors import TransitionRefused
from entrepot.orders.events import OrderCancelled
from entrepot.orders.models import Order
from entrepot.orders.permissions import CANCEL, OWN
from entrepot.orders.rules import ENDED, OPEN_CHANGES, customer_may_cancel
from entrepot.payments import public as payments
from entrepot.pricing import public as pricing

log = structlog.get_logger(__name__)


def cancel_order(order_id: UUID, *, reason: str, expired: bool = False, restock: bool = True,
                 actor: Actor) -> OrderView:
    """Cancel before anything has left: stock released, payments voided or refunded, promotion uses given back.

    Customers may until packing begins. Cancelling what is cancelled changes nothing. Without `restock` the goods that
    were set aside are not sold again: they count as damaged until somebody has looked at them.
    """
    actor.require(CANCEL if queries.is_company(actor) else OWN)
    now = clock.now()
    with transaction.atomic():
        order = lock_order(order_id, actor=actor)
        if OrderState(order.state) not in ENDED:
            _require_untouched(order, actor)
            aside = [] if restock else inventory.reservations_of(order.id)
            _end(order, reason, expired, now, actor)
            _set_aside(order, aside)
    return queries.view_of(order_id, actor)


def _set_aside(order: Order, goods: Sequence[Allocation]) -> None:
    codes = {place.id: place.code for place in inventory.warehouses()} if goods else {}
    for part in goods:
        inventory.mark_damaged(part.variant_id, codes[part.warehouse_id], part.quantity, reason=order.number,
                               actor=CONSEQUENCE)


def _require_untouched(order: Order, actor: Actor) -> None:
    if actor.is_staff_side:
        return
    shipped = queries.situation(order.id).shipped
    packing = order.fulfilments.filter(state__in=("pending", "ready")).exists()
    if not customer_may_cancel(OrderState(order.state), shipped=shipped, packing=packing):
        raise TransitionRefused(number=order.number, state=order.state, trigger=Trigger.CANCEL.value)


def _end(order: Order, reason: str, expired: bool, now: datetime, actor: Actor) -> None:
    before = order.state
    move(order, Trigger.EXPIRE if expired else Trigger.CANCEL, now=now, actor=actor)
    sale = queries.sale_of(order)
    entries = cancellation(sale)
    book_entries(order, entries, change_id=None, now=now, actor=actor)
    worth = order.total_minor - order.credited_minor
    take_totals(order, replace(sale, credited_minor=sale.total_minor), actor=actor)
    order.lines.update(cancelled_qty=F("quantity") - F("fulfilled_qty"))
    order.fulfilments.exclude(state=FulfilmentState.CANCELLED).update(state=FulfilmentState.CANCELLED)
    order.changes.filter(state__in=OPEN_CHANGES).update(state=ChangeState.CANCELLED, settled_at=now)
    inventory.release(order.id, now=now, actor=CONSEQUENCE)
    pricing.reverse(order.id, now=now, actor=CONSEQUENCE)
    payments.cancel_open(order.id, keeps_held=queries.earmarked(order.id)[1] > 0, actor=CONSEQUENCE)
    kind = "expired" if expired else "cancelled"
    tell(order, kind, {"reason": reason}, now=now, actor=actor, is_public=True)
    credit(order, entries, worth, change_id=None, now=now, actor=actor)
    settle(order, reason=kind, now=now, actor=actor)
    audit.record(actor, "orders.cancel_order", "order", order.id, old={"state": before}, new={"state": order.state},
                 reason=reason)
    outbox.publish(OrderCancelled(order.id, order.number, reason, expired))
    queue(order, kind, f"{kind}:{order.id}", {"reason": reason}, now=now, actor=actor)


def expire_unpaid(now: datetime | None = None, *, limit: int = 500, actor: Actor) -> int:
    """End orders that were not paid in time; returns how many. Money that has come in meanwhile saves the order.

    One that cannot be ended keeps no other waiting: it stays due, and is tried again after all others.
    """
    actor.require(CANCEL)
    now = now or clock.now()
    due = Order.objects.filter(expires_at__lte=now, state=OrderState.PENDING).order_by("expires_at")
    return sum(_tried(order_id, now, actor) for order_id in list(due.values_list("id", flat=True)[:limit]))


def _tried(order_id: UUID, now: datetime, actor: Actor) -> bool:
    try:
        return _expire(order_id, now, actor)
    except Exception:
        log.exception("an unpaid order cannot be ended", order=str(order_id))
        Order.objects.filter(pk=order_id, expires_at__lte=now).update(expires_at=now)
        return False


def _expire(order_id: UUID, now: datetime, actor: Actor) -> bool:
    with transaction.atomic():
        order = Order.objects.select_for_update(skip_locked=True).filter(
            pk=order_id, state=OrderState.PENDING, expires_at__lte=now).first()
        if order is None:  # paid or being paid this very moment
            return False
        settle(order, now=now, actor=actor)
        if order.state != OrderState.PENDING:
            return False
        _end(order, "unpaid", True, now, actor)
    return True


