"""Edits, returns, exchanges and claims on their way: opened, filled, asked for, decided, goods received.

One mechanism for all four: operations are collected on an `OrderChange`, which touches nothing until it is confirmed.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction

from entrepot.customers import public as customers
from entrepot.inventory import public as inventory
from entrepot.kit import audit, clock, outbox
from entrepot.kit.actor import Actor
from entrepot.kit.errors import N_, InvalidInput, NotFound
from entrepot.orders import operations, policies, queries, views
from entrepot.orders.actions.common import CONSEQUENCE, demands, lock_order, require_pieces, tell
from entrepot.orders.actions.notify import queue
from entrepot.orders.actions.selfcare import check_photos
from entrepot.orders.contracts import (
    ChangeKind,
    ChangePreview,
    ChangeState,
    ChangeView,
    Condition,
    Operation,
    OrderState,
    Resend,
    ReturnLine,
    SetAddress,
    SetQuantity,
)
from entrepot.orders.draft import Draft, Line, Sale, apply, difference_minor, refund_minor
from entrepot.orders.errors import (
    ChangeNot,
    EditOpen,
    MoreThanOpen,
    OperationRefused,
    ReturnWindowOver,
    TransitionRefused,
)
from entrepot.orders.events import ReturnRequested
from entrepot.orders.models import Order, OrderChange
from entrepot.orders.options import options_of
from entrepot.orders.permissions import CHANGE, OWN, RECEIVE, RETURN
from entrepot.orders.priced import price_lines
from entrepot.orders.rules import ENDED, fits, next_change_state
from entrepot.pricing.contracts import Use

MAX_OPERATIONS = 200
MAX_PHOTOS = 10


def open_change(order_id: UUID, kind: ChangeKind, *, reason: str = "", photos: Sequence[str] = (),
                actor: Actor) -> ChangeView:
    """Begin an edit (company side), or a return, exchange or claim (customers may, on their own orders)."""
    _permit(kind, actor)
    if len(photos) > MAX_PHOTOS or any(len(p) > 500 or not p.startswith(("/", "https://")) for p in photos):
        raise InvalidInput("photos", N_("At most ten pictures, by their addresses."))
    check_photos(order_id, photos)
    now = clock.now()
    with transaction.atomic():
        order = lock_order(order_id, actor=actor)
        if OrderState(order.state) in ENDED:
            raise TransitionRefused(number=order.number, state=order.state, trigger=kind.value)
        _require_window(order, kind, now, actor)
        number = f"{order.number}-C{order.changes.count() + 1}"
        try:
            with transaction.atomic():
                change = OrderChange.objects.create(
                    order=order, number=number, kind=kind, state=ChangeState.DRAFT, base_version=order.version,
                    reason=reason, photos=list(photos), requested_by=actor.label[:200], created_at=now)
        except IntegrityError as error:
            raise EditOpen(number=order.number) from error
        audit.record(actor, "orders.open_change", "order", order.id, new={"change": number, "kind": kind},
                     reason=reason)
        return views.change_view(change, order.currency)


def _require_window(order: Order, kind: ChangeKind, now: datetime, actor: Actor) -> None:
    """Customers return and exchange within the channel's window; the company may take back whenever it wants to."""
    if actor.is_staff_side or kind not in (ChangeKind.RETURN, ChangeKind.EXCHANGE):
        return
    until = policies.return_until(order.channel_id, order.fulfilments.all())
    if until is not None and until < now:
        raise ReturnWindowOver(days=policies.return_days(order.channel_id))


def _permit(kind: ChangeKind, actor: Actor) -> None:
    if kind is ChangeKind.EDIT:
        actor.require(CHANGE)
    else:
        actor.require(RETURN if queries.is_company(actor) else OWN)


def lock_change(change_id: UUID, *, actor: Actor) -> tuple[Order, OrderChange]:
    """The order first, then the change, as everywhere. Customers find their own, and no edits."""
    order_id = OrderChange.objects.filter(pk=change_id).values_list("order_id", flat=True).first()
    if order_id is None:
        raise NotFound("change")
    order = lock_order(order_id, actor=actor)
    change = OrderChange.objects.select_for_update().get(pk=change_id)
    if change.kind == ChangeKind.EDIT and not actor.is_staff_side:
        raise NotFound("change")
    return order, change


def _lock_permitted(change_id: UUID, actor: Actor) -> tuple[Order, OrderChange]:
    order, change = lock_change(change_id, actor=actor)
    _permit(ChangeKind(change.kind), actor)
    return order, change


def _lock_filled(change_id: UUID, now: datetime, actor: Actor) -> tuple[Order, OrderChange]:
    """A change that something is in, and that could still take effect."""
    order, change = _lock_permitted(change_id, actor)
    if not change.operations:
        raise OperationRefused(N_("There is nothing in it yet."))
    draft_of(order, change, now=now, actor=actor)
    return order, change


def go(change: OrderChange, verb: str, *, now: datetime, actor: Actor) -> None:
    """Follow the table of a change's states."""
    target = next_change_state(ChangeState(change.state), verb)
    if target is None:
        raise ChangeNot(number=change.number, state=change.state, verb=verb)
    change.state, change.version = target, change.version + 1
    if target in (ChangeState.CONFIRMED, ChangeState.DECLINED, ChangeState.CANCELLED):
        change.settled_at = now
    change.save(update_fields=["state", "version", "settled_at"])
    if target in (ChangeState.DECLINED, ChangeState.CANCELLED):
        change.approvals.filter(state="waiting").update(state="withdrawn", decided_at=now,
                                                        decided_by=actor.label[:200])


def add_operation(change_id: UUID, operation: Operation, *, actor: Actor) -> ChangeView:
    """Add one operation to a draft; what would break a rule is refused now, not at the end."""
    actor.require(OWN)
    with transaction.atomic():
        order, change = _lock_permitted(change_id, actor)
        _require_draft(change, "add")
        if not fits(ChangeKind(change.kind), operation):
            raise OperationRefused(N_("It does not belong to this kind of change."))
        if len(change.operations) >= MAX_OPERATIONS:
            raise OperationRefused(N_("A change has at most 200 operations."))
        if isinstance(operation, (SetQuantity, ReturnLine, Resend)):
            require_pieces(order, [(operation.line_id, operation.quantity)])
        change.operations = [*change.operations, operations.dump(_checked(operation))]
        draft, before, _ = draft_of(order, change, now=clock.now(), actor=actor)
        return _saved(change, order, draft, before)


def remove_operation(change_id: UUID, index: int, *, actor: Actor) -> ChangeView:
    """Take an operation out of a draft by its place, from 0. Raises NotFound, ChangeNot."""
    actor.require(OWN)
    with transaction.atomic():
        order, change = _lock_permitted(change_id, actor)
        _require_draft(change, "remove")
        if not 0 <= index < len(change.operations):
            raise NotFound("operation")
        change.operations = change.operations[:index] + change.operations[index + 1:]
        draft, before, _ = draft_of(order, change, now=clock.now(), actor=actor)
        return _saved(change, order, draft, before)


def _saved(change: OrderChange, order: Order, draft: Draft, before: Sale) -> ChangeView:
    change.difference_minor, change.version = difference_minor(before, draft.sale), change.version + 1
    change.save(update_fields=["operations", "difference_minor", "version"])
    return views.change_view(change, order.currency)


def _require_draft(change: OrderChange, verb: str) -> None:
    if change.state != ChangeState.DRAFT:
        raise ChangeNot(number=change.number, state=change.state, verb=verb)


def _checked(operation: Operation) -> Operation:
    if isinstance(operation, SetAddress):
        address = customers.normalise_address(operation.address)
        return SetAddress(operation.which, {f: getattr(address, f) for f in address.__dataclass_fields__})
    return operation


def operations_of(change: OrderChange, *, actor: Actor) -> list[Operation]:
    """What a change does: once goods have come in, only what has come in is returned."""
    loaded = [operations.load(o) for o in change.operations]
    if not change.receipts:
        return loaded
    got = received(change, actor=actor)
    kept = [ReturnLine(o.line_id, got[o.line_id], o.reason) if isinstance(o, ReturnLine) else o for o in loaded
            if not isinstance(o, ReturnLine) or got.get(o.line_id)]
    return kept


def received(change: OrderChange, *, actor: Actor) -> dict[UUID, Decimal]:
    """Pieces of each line that have come in for a return."""
    got: dict[UUID, Decimal] = {}
    for r in change.receipts:
        line_id = UUID(r["line_id"])
        got[line_id] = got.get(line_id, Decimal(0)) + Decimal(r["quantity"])
    return got


def draft_of(order: Order, change: OrderChange, *, now: datetime, actor: Actor) -> tuple[Draft, Sale, tuple[Use, ...]]:
    """The order as the change would make it, as it is, and the promotions that added lines use."""
    sale = queries.sale_of(order, change_id=change.id)
    ops = operations_of(change, actor=actor)
    added, uses = price_lines(order, ops, now)
    return apply(sale, change.kind, ops, added), sale, uses


def preview(change_id: UUID, *, actor: Actor) -> ChangePreview:
    """What confirming would do now, to the cent; nothing is written."""
    actor.require(OWN)
    with transaction.atomic():
        order, change = _lock_permitted(change_id, actor)
        draft, before, _ = draft_of(order, change, now=clock.now(), actor=actor)
    return preview_of(order, change, draft, before, actor=actor)


def preview_of(order: Order, change: OrderChange, draft: Draft, before: Sale, *, actor: Actor) -> ChangePreview:
    after = draft.sale
    lines = [{**_goods_of(after.lines.get(e.line_id) if e.line_id else None, order.language),
              "line_id": str(e.line_id) if e.line_id else None, "kind": e.kind, "quantity": str(e.quantity),
              "amount_minor": e.amounts.gross(after.tax_included), "tax_minor": e.amounts.tax} for e in draft.entries]
    worth = after.total_minor - after.credited_minor
    return ChangePreview(change.id, order.version, order.currency, difference_minor(before, after), after.total_minor,
                         after.credited_minor, refund_minor(after), max(worth - after.paid_minor, 0), lines)


def _goods_of(line: Line | None, language: str) -> dict[str, Any]:
    """What an entry is about: a line, or the delivery charge."""
    if line is None:
        return {"sku": "", "name": "delivery", "variant_id": None, "options": []}
    return {"sku": line.sku, "name": line.name, "variant_id": str(line.variant_id) if line.variant_id else None,
            "options": [asdict(option) for option in options_of(line.facts, language)]}


def request_change(change_id: UUID, *, actor: Actor) -> ChangeView:
    """Ask for it: from now on a person of the company decides."""
    actor.require(OWN)
    now = clock.now()
    with transaction.atomic():
        order, change = _lock_filled(change_id, now, actor)
        go(change, "request", now=now, actor=actor)
        tell(order, "change_requested", {"number": change.number, "kind": change.kind}, now=now, actor=actor,
             is_public=change.kind != ChangeKind.EDIT)
        audit.record(actor, "orders.request_change", "order", order.id, new={"change": change.number})
        if change.kind != ChangeKind.EDIT:
            outbox.publish(ReturnRequested(order.id, order.number, change.id, change.kind))
            _mail(order, change, "return_requested", now, actor)
        return views.change_view(change, order.currency)


def approve_change(change_id: UUID, *, actor: Actor) -> ChangeView:
    """Agree: goods may be sent back, money is promised for when they are here."""
    actor.require(RETURN)
    now = clock.now()
    with transaction.atomic():
        order, change = _lock_filled(change_id, now, actor)
        go(change, "approve", now=now, actor=actor)
        _decided(order, change, "return_approved", "", now, actor)
        return views.change_view(change, order.currency)


def decline_change(change_id: UUID, *, reason: str, actor: Actor) -> ChangeView:
    """Say no, with the reason that the customer reads. Raises NotFound, ChangeNot once goods have come in."""
    actor.require(RETURN)
    now = clock.now()
    with transaction.atomic():
        order, change = _lock_permitted(change_id, actor)
        _require_nothing_in(change, "decline")
        go(change, "decline", now=now, actor=actor)
        _decided(order, change, "return_declined", reason, now, actor)
        return views.change_view(change, order.currency)


def cancel_change(change_id: UUID, *, actor: Actor) -> ChangeView:
    """Withdraw it; possible until goods have come in."""
    actor.require(OWN)
    now = clock.now()
    with transaction.atomic():
        order, change = _lock_permitted(change_id, actor)
        _require_nothing_in(change, "cancel")
        go(change, "cancel", now=now, actor=actor)
        audit.record(actor, "orders.cancel_change", "order", order.id, new={"change": change.number})
        return views.change_view(change, order.currency)


def _require_nothing_in(change: OrderChange, verb: str) -> None:
    if change.receipts:
        raise ChangeNot(number=change.number, state=change.state, verb=verb)


def _decided(order: Order, change: OrderChange, kind: str, reason: str, now: datetime, actor: Actor) -> None:
    is_return = change.kind != ChangeKind.EDIT
    tell(order, kind, {"number": change.number, "reason": reason}, now=now, actor=actor, is_public=is_return)
    audit.record(actor, f"orders.{kind}", "order", order.id, new={"change": change.number}, reason=reason)
    if is_return:
        _mail(order, change, kind, now, actor, reason)


def _mail(order: Order, change: OrderChange, kind: str, now: datetime, actor: Actor, reason: str = "") -> None:
    queue(order, kind, f"{kind}:{change.id}", {"return_number": change.number, "reason": reason}, now=now, actor=actor)


Arrived = tuple[UUID, Decimal, Condition, int]  # line, quantity, condition, warehouse


def receive_return(change_id: UUID, lines: Sequence[Arrived], *, actor: Actor) -> ChangeView:
    """Goods of an approved return came in: (line, quantity, condition, warehouse). Stock is booked at once; the money
    goes back when the change is confirmed."""
    actor.require(RECEIVE)
    now = clock.now()
    with transaction.atomic():
        order, change = lock_change(change_id, actor=actor)
        if not lines:
            raise InvalidInput("lines", N_("Name at least one line."))
        require_pieces(order, [(line_id, quantity) for line_id, quantity, _, _ in lines])
        go(change, "receive", now=now, actor=actor)
        asked = {o.line_id: o.quantity for o in map(operations.load, change.operations) if isinstance(o, ReturnLine)}
        got = received(change, actor=actor)
        for line_id, quantity, _, _ in lines:
            got[line_id] = got.get(line_id, Decimal(0)) + quantity
            if quantity <= 0 or got[line_id] > asked.get(line_id, Decimal(0)):
                raise MoreThanOpen(sku=_sku(order, line_id), available=asked.get(line_id, Decimal(0)))
        noted = [{"line_id": str(i), "quantity": str(q), "condition": c, "warehouse_id": w} for i, q, c, w in lines]
        change.receipts = [*change.receipts, *noted]
        change.save(update_fields=["receipts"])
        _take_back(order, change, lines, now)
        tell(order, "return_received", {"number": change.number}, now=now, actor=actor, is_public=True)
        audit.record(actor, "orders.receive_return", "order", order.id,
                     new={"change": change.number, "lines": change.receipts})
        return views.change_view(change, order.currency)


def _take_back(order: Order, change: OrderChange, lines: Sequence[Arrived], now: datetime) -> None:
    if missing := {w for _, _, _, w in lines} - {w.id for w in inventory.warehouses()}:
        raise InvalidInput("warehouse_id", N_("There is no such warehouse.")) from KeyError(min(missing))
    items: list[tuple[UUID, int, Decimal, Any]] = []
    for line_id, quantity, condition, warehouse_id in lines:
        items += [(d.variant_id, warehouse_id, d.quantity, condition.value)
                  for d in demands(order, {line_id: quantity})]
    inventory.take_back(items, reference=change.number, reason=change.kind, now=now, actor=CONSEQUENCE)


def _sku(order: Order, line_id: UUID) -> str:
    return next((line.sku for line in order.lines.all() if line.id == line_id), str(line_id))
