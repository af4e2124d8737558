"""Putting a change into effect: stock, money, documents and the order's version, all once, all together."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import F

from entrepot.catalog import public as catalog
from entrepot.inventory import public as inventory
from entrepot.inventory.contracts import Allocation
from entrepot.kit import audit, clock, outbox
from entrepot.kit.actor import Actor
from entrepot.kit.errors import N_
from entrepot.orders import queries, views
from entrepot.orders.actions import approvals
from entrepot.orders.actions.change import draft_of, go, lock_change
from entrepot.orders.actions.common import (
    CONSEQUENCE,
    Parts,
    book_entries,
    demands,
    destination,
    move,
    parts_of,
    take_totals,
    tell,
)
from entrepot.orders.actions.fulfil import free_reserved
from entrepot.orders.actions.invoice import credit
from entrepot.orders.actions.money import settle
from entrepot.orders.actions.notify import queue
from entrepot.orders.contracts import ChangeKind, ChangeState, ChangeView, OrderState, Trigger
from entrepot.orders.draft import Draft, difference_minor
from entrepot.orders.errors import (
    ChangeOutdated,
    DifferenceChanged,
    NothingReceived,
    OperationRefused,
    TransitionRefused,
)
from entrepot.orders.events import OrderChanged
from entrepot.orders.models import Order, OrderChange, OrderLine
from entrepot.orders.permissions import CHANGE, RETURN
from entrepot.orders.priced import customer_key
from entrepot.orders.rules import ENDED, told_discounts
from entrepot.payments.permissions import APPROVE_REFUND
from entrepot.pricing import public as pricing


def confirm_change(change_id: UUID, *, expected_difference: int, actor: Actor) -> ChangeView:
    """Take a change into effect exactly once; confirming again answers as the first time.

    `expected_difference` is the preview's: no money moves that nobody saw. Edits are refused when the order was changed
    after they were begun; returns need their goods first. Where more money would go back than this person may give
    alone, nothing happens yet: the change waits for a second person (`approval_id`).
    """
    actor.require(CHANGE if _is_edit(change_id) else RETURN)
    now = clock.now()
    with transaction.atomic():
        order, change = lock_change(change_id, actor=actor)
        if change.state == ChangeState.CONFIRMED or change.approvals.filter(state="waiting").exists():
            return views.change_view(change, order.currency)
        if not approvals.ask_if_needed(order, change, expected_difference, now=now, actor=actor):
            put_into_effect(order, change, expected_difference, now=now, actor=actor)
        return views.change_view(change, order.currency)


def put_into_effect(order: Order, change: OrderChange, expected_difference: int, *, now: datetime,
                    actor: Actor) -> None:
    """All of it, behind the locks of order and change; whoever calls has seen to the permission."""
    _require_ready(order, change)
    go(change, "edit" if change.kind == ChangeKind.EDIT else "confirm", now=now, actor=actor)
    draft, before, uses = draft_of(order, change, now=now, actor=actor)
    difference = difference_minor(before, draft.sale)
    if difference != expected_difference:
        raise DifferenceChanged(difference_minor=difference, expected_minor=expected_difference,
                                currency=order.currency)
    if uses:
        pricing.redeem(order.id, customer_key(order), uses, order.currency, now, actor=CONSEQUENCE)
    _write(order, change, draft, now, actor)
    _finish(order, change, draft, difference, now, actor)


def decide_refund(approval_id: UUID, *, approve: bool, note: str = "", actor: Actor) -> ChangeView:
    """A second person agrees, and the change takes effect as it was seen; or declines, and it waits for its maker."""
    actor.require(APPROVE_REFUND)
    now = clock.now()
    with transaction.atomic():
        order, change = lock_change(approvals.change_of(approval_id), actor=actor)
        approval = approvals.waiting(approval_id)
        approvals.decide(approval, order, approve=approve, note=note, now=now, actor=actor)
        if approve:
            put_into_effect(order, change, approval.difference_minor, now=now, actor=actor)
        return views.change_view(change, order.currency)


def _is_edit(change_id: UUID) -> bool:
    return OrderChange.objects.filter(pk=change_id, kind=ChangeKind.EDIT).exists()


def _require_ready(order: Order, change: OrderChange) -> None:
    if OrderState(order.state) in ENDED:
        raise TransitionRefused(number=order.number, state=order.state, trigger="confirm")
    if change.kind == ChangeKind.EDIT and change.base_version != order.version:
        raise ChangeOutdated(number=order.number)
    comes_back = any(o["op"] == "return_line" for o in change.operations)
    if change.state == ChangeState.APPROVED and comes_back and not change.receipts:
        raise NothingReceived(number=change.number)
    if not change.operations:
        raise OperationRefused(N_("There is nothing in it yet."))


def _write(order: Order, change: OrderChange, draft: Draft, now: datetime, actor: Actor) -> None:
    sale = draft.sale
    if change.kind == ChangeKind.EDIT and not any(line.quantity for line in sale.lines.values()):
        raise OperationRefused(N_("Nothing would be left: cancel the order instead."))
    _write_lines(order, draft)
    book_entries(order, draft.entries, change_id=change.id, now=now, actor=actor)
    take_totals(order, sale, actor=actor)
    _write_choices(order, draft)
    _move_stock(order, draft, now)


def _write_lines(order: Order, draft: Draft) -> None:
    sale, fresh = draft.sale, {line.id for line in draft.added}
    top = max((line.position for line in order.lines.all()), default=0)
    OrderLine.objects.bulk_create([
        OrderLine(id=line.id, order=order, position=top + n, kind=line.kind, variant_id=line.variant_id, sku=line.sku,
                  name=line.name, quantity=line.quantity, unit_minor=line.unit_minor, goods_minor=line.goods_minor,
                  discount_minor=line.discount_minor, tax_rate=line.tax_rate, tax_minor=line.tax_minor,
                  unit_cost=line.unit_cost, discounts=line.discounts, components=line.components, facts=line.facts)
        for n, line in enumerate(draft.added, start=1)])
    for line_id in {e.line_id for e in draft.entries if e.line_id and e.kind == "edit"} - fresh:
        line, row = sale.lines[line_id], OrderLine.objects.get(pk=line_id)
        OrderLine.objects.filter(pk=line_id).update(
            quantity=line.quantity, unit_minor=line.unit_minor, goods_minor=line.amounts.goods,
            discount_minor=line.amounts.discount, tax_minor=line.amounts.tax,
            discounts=told_discounts(row.discounts, line.amounts.discount, by_hand=draft.reasons.get(line_id, "")))
    for line_id, quantity in draft.given.items():
        OrderLine.objects.filter(pk=line_id).update(returned_qty=F("returned_qty") + quantity)


def _write_choices(order: Order, draft: Draft) -> None:
    chosen = {"shipping_address": draft.shipping_address, "billing_address": draft.billing_address,
              "delivery": draft.delivery}
    changed = {k: v for k, v in chosen.items() if v is not None}
    for name, value in changed.items():
        setattr(order, name, value)
    if changed:
        order.save(update_fields=list(changed))


def _move_stock(order: Order, draft: Draft, now: datetime) -> None:
    """Release what is no longer wanted first, so that it can serve what is."""
    order = Order.objects.get(pk=order.pk)  # with the lines as they are now
    parts = parts_of(order)
    freed = _no_longer_wanted(order, draft, parts)
    if freed:
        inventory.release(order.id, parts=freed, now=now, actor=CONSEQUENCE)
    wanted = demands(order, draft.demand, parts)
    if wanted:
        inventory.reserve(wanted, owner_id=order.id, channel_id=order.channel_id, destination=destination(order),
                          strategy=catalog.channel(order.channel_id).allocation, now=now, actor=CONSEQUENCE)


def _no_longer_wanted(order: Order, draft: Draft, parts: Parts) -> list[Allocation]:
    """Where it is reserved: what no fulfilment counts on, and of that what was taken last."""
    free, found = free_reserved(order, parts) if draft.release else {}, []
    for demand in demands(order, draft.release, parts):
        left = demand.quantity
        for line_id, variant_id, place in reversed(free):
            part = min(left, free[line_id, variant_id, place])
            if (line_id, variant_id) == (demand.line_id, demand.variant_id) and part > 0:
                found.append(Allocation(line_id, variant_id, place, part))
                left -= part
    return found


def _trigger(order: Order, draft: Draft) -> Trigger:
    if order.state == OrderState.PENDING and queries.situation(order.id).paid:
        return Trigger.PAY
    return Trigger.EXTEND if draft.demand and order.state != OrderState.PROCESSING else Trigger.OWE


def _finish(order: Order, change: OrderChange, draft: Draft, difference: int, now: datetime, actor: Actor) -> None:
    change.difference_minor = difference
    change.save(update_fields=["difference_minor"])
    move(order, _trigger(order, draft), now=now, actor=actor)
    is_edit = change.kind == ChangeKind.EDIT
    tell(order, "changed" if is_edit else "return_confirmed",
         {"number": change.number, "kind": change.kind, "difference_minor": difference, "currency": order.currency},
         now=now, actor=actor, is_public=True)
    credit(order, draft.entries, -difference, change_id=change.id, now=now, actor=actor)
    settle(order, reason=change.number, change_id=change.id, now=now, actor=actor)
    audit.record(actor, "orders.confirm_change", "order", order.id, reason=change.reason,
                 new={"change": change.number, "difference_minor": difference, "operations": change.operations})
    outbox.publish(OrderChanged(order.id, order.number, change.id, change.kind, difference, order.currency))
    back = None if difference >= 0 or is_edit else -difference
    queue(order, "changed" if is_edit else "return_confirmed", f"confirmed:{change.id}",
          {"return_number": change.number, "amount_minor": back}, now=now, actor=actor)
