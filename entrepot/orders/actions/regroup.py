"""One order becomes two, or several become one: lines, reservations and money move, and no figure changes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from django.db import transaction
from django.db.models import Max

from entrepot.inventory import public as inventory
from entrepot.inventory.contracts import LineMove
from entrepot.kit import audit, clock, db
from entrepot.kit.actor import Actor
from entrepot.kit.errors import N_, NotFound
from entrepot.kit.ids import uuid7
from entrepot.orders import queries
from entrepot.orders.actions import earmark
from entrepot.orders.actions.common import CONSEQUENCE, lock_order, parts_of, require_pieces, take_totals, tell
from entrepot.orders.actions.invoice import issue
from entrepot.orders.actions.money import refresh_paid
from entrepot.orders.contracts import OrderState, OrderView
from entrepot.orders.draft import Amounts, Line, Sale
from entrepot.orders.errors import CannotMerge, CannotSplit, MoreThanOpen
from entrepot.orders.models import Hold, Order, OrderLine, Transfer
from entrepot.orders.permissions import CHANGE
from entrepot.orders.rules import share_minor, told_discounts

_BEFORE_PACKING = (OrderState.ON_HOLD, OrderState.PROCESSING)


def split_order(order_id: UUID, lines: Sequence[tuple[UUID, Decimal]], *, actor: Actor) -> OrderView:
    """Move lines, or parts of them, to a new order with its share of the price, the stock and the money, paid or set
    aside.

    The delivery charge stays. Possible until packing begins and while no return is open. Returns the new order.
    """
    actor.require(CHANGE)
    now = clock.now()
    with transaction.atomic():
        order = lock_order(order_id, actor=actor)
        refresh_paid(order, actor=actor)
        _require_whole(order)
        require_pieces(order, lines)
        if order.paid_at or order.is_promised:
            issue(order, now=now, actor=CONSEQUENCE)  # of all of it, while it is all here
        sale = queries.sale_of(order)
        moved = _moved(sale, lines)
        parts = parts_of(order)
        child = _child(order, now)
        moves = [_move_line(order, child, sale.lines[line_id], quantity, parts) for line_id, quantity in moved.items()]
        _retotal(order, sale.delivery, actor)
        _retotal(child, Amounts(), actor)
        inventory.reassign(order.id, child.id, [m for group in moves for m in group], now=now, actor=CONSEQUENCE)
        _share_money(order, child, now, actor)
        for one, other in ((order, child), (child, order)):
            tell(one, "split", {"order": other.number}, now=now, actor=actor, is_public=True)
            one.version += 1
            one.save(update_fields=["version"])
        audit.record(actor, "orders.split_order", "order", order.id, new={"into": child.number, "lines": moved})
    return queries.view_of(child.id, actor)


def _require_whole(order: Order) -> None:
    if order.state not in _BEFORE_PACKING or order.fulfilments.exclude(state="cancelled").exists():
        raise CannotSplit(reason=N_("Packing has begun."))
    if not queries.situation(order.id).paid:
        raise CannotSplit(reason=N_("It is not paid yet."))
    if order.changes.filter(state__in=("draft", "requested", "approved")).exists():
        raise CannotSplit(reason=N_("A change of it is open."))


def _moved(sale: Sale, lines: Sequence[tuple[UUID, Decimal]]) -> dict[UUID, Decimal]:
    moved: dict[UUID, Decimal] = {}
    for line_id, quantity in lines:
        line = sale.lines.get(line_id)
        if line is None:
            raise NotFound("order line")
        moved[line_id] = moved.get(line_id, Decimal(0)) + quantity
        if quantity <= 0 or moved[line_id] > line.open_qty:
            raise MoreThanOpen(sku=line.sku, available=line.open_qty)
        if line.given != Amounts():
            raise CannotSplit(reason=N_("Something of this line was given back already."))
    if not moved or all(moved.get(line.id, Decimal(0)) == line.quantity for line in sale.lines.values()):
        raise CannotSplit(reason=N_("Both orders need something."))
    return moved


def _child(order: Order, now: datetime) -> Order:
    holds = list(order.holds.filter(released_at=None))
    child = Order.objects.get(pk=order.pk)
    child._state.adding = True
    serial = db.value("SELECT nextval('orders_number')")
    child.id, child.number = uuid7(), f"E{serial}"
    child.checkout_id, child.external_id, child.origin, child.version = None, None, "split", 1
    child.goods_minor = child.discount_minor = child.delivery_minor = child.tax_minor = child.total_minor = 0
    child.paid_minor = child.refunded_minor = child.credited_minor = child.authorised_minor = 0
    child.save(force_insert=True)
    Hold.objects.bulk_create([Hold(order=child, kind=h.kind, reason=h.reason, placed_at=h.placed_at) for h in holds])
    return child


def _move_line(order: Order, child: Order, line: Line, quantity: Decimal,
               parts: dict[UUID, list[tuple[UUID, Decimal]]]) -> list[LineMove]:
    if quantity == line.quantity:
        OrderLine.objects.filter(pk=line.id).update(order=child)
        return [LineMove(line.id, line.id)]
    going = line.amounts.share(line.quantity, Decimal(0), quantity, Amounts())
    staying = line.amounts - going
    copy = OrderLine.objects.get(pk=line.id)
    OrderLine.objects.filter(pk=line.id).update(
        quantity=line.quantity - quantity, goods_minor=staying.goods, discount_minor=staying.discount,
        tax_minor=staying.tax, discounts=told_discounts(copy.discounts, staying.discount))
    copy._state.adding = True
    copy.id, copy.order, copy.quantity = uuid7(), child, quantity
    copy.goods_minor, copy.discount_minor, copy.tax_minor = going.goods, going.discount, going.tax
    copy.discounts = told_discounts(copy.discounts, going.discount)
    copy.save(force_insert=True)
    return [LineMove(line.id, copy.id, quantity=quantity * per_piece, variant_id=variant_id)
            for variant_id, per_piece in parts.get(line.id, [])]


def _retotal(order: Order, delivery: Amounts, actor: Actor) -> None:
    """Amounts of the order from its lines as they are now and its own delivery charge."""
    take_totals(order, replace(queries.sale_of(order), delivery=delivery), actor=actor)


def _share_money(order: Order, child: Order, now: datetime, actor: Actor) -> None:
    """What was paid is shared in proportion, and what is still due of the new order is set aside for it; where all is
    paid, each order's part is exactly its total."""
    whole = order.total_minor - order.credited_minor + child.total_minor
    if order.paid_minor > 0 and whole > 0:
        part = share_minor(order.paid_minor, Decimal(whole), Decimal(0), Decimal(child.total_minor), 0)
        _transfer(order, child, min(part, child.total_minor), "split", now)
    _share_set_aside(order, child, child.total_minor - child.paid_minor, actor)


def _share_set_aside(order: Order, other: Order, amount_minor: int, actor: Actor) -> None:
    purse = refresh_paid(order, actor=actor)
    earmark.hand_over(order, other, min(amount_minor, order.authorised_minor), purse.held - purse.outgoing)
    refresh_paid(order, actor=actor)
    refresh_paid(other, actor=actor)


def _transfer(source: Order, target: Order, amount_minor: int, reason: str, now: datetime) -> None:
    if not amount_minor:
        return
    Transfer.objects.create(source=source, target=target, amount_minor=amount_minor, reason=reason, at=now)
    source.paid_minor -= amount_minor
    target.paid_minor += amount_minor
    source.save(update_fields=["paid_minor"])
    target.save(update_fields=["paid_minor"])


def merge_orders(order_ids: Sequence[UUID], *, actor: Actor) -> OrderView:
    """Put several orders of one customer to one address into the first; the others end as merged, worth nothing."""
    actor.require(CHANGE)
    now = clock.now()
    with transaction.atomic():
        locked = {order_id: lock_order(order_id, actor=actor) for order_id in sorted(set(order_ids))}
        target, *others = [locked[i] for i in dict.fromkeys(order_ids)]
        if not others:
            raise CannotMerge(reason=N_("It takes at least two."))
        for one in locked.values():
            refresh_paid(one, actor=actor)
        for other in others:
            _require_alike(target, other)
        for other in others:
            _absorb(target, other, now, actor)
        target.version += 1
        target.save(update_fields=["version"])
        audit.record(actor, "orders.merge_orders", "order", target.id, new={"merged": [o.number for o in others]})
    return queries.view_of(target.id, actor)


def _require_alike(target: Order, other: Order) -> None:
    for one in (target, other):
        if one.state != OrderState.PROCESSING or not queries.situation(one.id).paid:
            raise CannotMerge(reason=N_("Only paid orders in work can be merged."))
        if one.fulfilments.exclude(state="cancelled").exists():
            raise CannotMerge(reason=N_("Packing has begun."))
        if one.changes.filter(state__in=("draft", "requested", "approved")).exists():
            raise CannotMerge(reason=N_("A change of it is open."))
        if one.entries.exclude(kind="edit").exists():
            raise CannotMerge(reason=N_("Something of it was given back already."))
    same = ("channel_id", "customer_id", "currency", "tax_included", "shipping_address", "pickup_warehouse_id",
            "is_promised", "business_on")
    if any(getattr(target, name) != getattr(other, name) for name in same):
        raise CannotMerge(reason=N_("Customer, address, channel and day must be the same."))
    if target.email.lower() != other.email.lower():
        raise CannotMerge(reason=N_("Customer, address, channel and day must be the same."))


def _absorb(target: Order, other: Order, now: datetime, actor: Actor) -> None:
    kept, gone = queries.sale_of(target), queries.sale_of(other)
    start = (target.lines.aggregate(top=Max("position"))["top"] or 0) + 1
    for n, line_id in enumerate(gone.lines):
        OrderLine.objects.filter(pk=line_id).update(order=target, position=start + n)
    inventory.reassign(other.id, target.id, [LineMove(line_id, line_id) for line_id in gone.lines], now=now,
                       actor=CONSEQUENCE)
    if other.paid_minor > 0:
        _transfer(other, target, other.paid_minor, "merge", now)
    lines = {**kept.lines, **gone.lines}
    take_totals(target, replace(kept, lines=lines, delivery=kept.delivery + gone.delivery), actor=actor)
    _share_set_aside(other, target, other.authorised_minor, actor)
    take_totals(other, replace(gone, lines={}, delivery=Amounts()), actor=actor)
    refresh_paid(other, actor=actor)
    other.state, other.closed_at, other.expires_at = OrderState.CANCELLED, now, None
    other.version += 1
    other.save(update_fields=["state", "closed_at", "expires_at", "version"])
    tell(target, "merged", {"order": other.number}, now=now, actor=actor, is_public=True)
    tell(other, "merged_into", {"order": target.number}, now=now, actor=actor, is_public=True)


