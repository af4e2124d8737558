"""Parcels and pick-ups: plan, ship, hand over. Stock leaves with the goods, not before."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from django.db import transaction
from django.db.models import F

from entrepot.inventory import public as inventory
from entrepot.inventory.contracts import Allocation
from entrepot.kit import audit, clock, outbox
from entrepot.kit.actor import Actor
from entrepot.kit.errors import N_, Busy, InvalidInput, NotFound
from entrepot.kit.links import check_typed
from entrepot.orders import queries, views
from entrepot.orders.actions.common import CONSEQUENCE, Parts, demands, lock_order, move, parts_of, require_pieces, tell
from entrepot.orders.actions.money import collect, still_open
from entrepot.orders.actions.notify import queue
from entrepot.orders.carriers import tracking_page
from entrepot.orders.contracts import FulfilmentState, FulfilmentView, OrderState, Trigger
from entrepot.orders.draft import worth_leaving_minor
from entrepot.orders.errors import (
    FulfilmentNot,
    MoreThanOpen,
    MoreThanPlanned,
    NothingPacked,
    NotReservedThere,
    OrderNotPaid,
    OrderOnHold,
    TransitionRefused,
)
from entrepot.orders.events import OrderDelivered, OrderShipped
from entrepot.orders.models import Fulfilment, FulfilmentLine, Order
from entrepot.orders.permissions import FULFIL
from entrepot.orders.rules import due_minor
from entrepot.payments.errors import AmountTooLarge, PaymentNotCapturable

Pieces = dict[UUID, Decimal]  # order line -> quantity
Packed = Sequence[tuple[UUID, Decimal]] | None  # what goes into a parcel; None: all that is planned
Free = dict[tuple[UUID, UUID, int], Decimal]  # (line, variant, warehouse) -> quantity


def create_fulfilment(order_id: UUID, lines: Sequence[tuple[UUID, Decimal]], warehouse_id: int, *,
                      actor: Actor) -> FulfilmentView:
    """Plan a parcel or pick-up of some pieces from one warehouse, where they are reserved."""
    actor.require(FULFIL)
    now = clock.now()
    with transaction.atomic():
        order = lock_order(order_id, actor=actor)
        _require_movable(order)
        require_pieces(order, lines)
        pieces: Pieces = {}
        for line_id, quantity in lines:
            pieces[line_id] = pieces.get(line_id, Decimal(0)) + quantity
        if not pieces:
            raise InvalidInput("lines", N_("Name at least one line."))
        _require_open(order, pieces)
        _require_reserved(order, pieces, warehouse_id)
        return _create(order, pieces, warehouse_id, now, actor)


def plan_fulfilments(order_id: UUID, *, actor: Actor) -> list[FulfilmentView]:
    """One fulfilment per warehouse for everything that is still open, as stock is reserved."""
    actor.require(FULFIL)
    now = clock.now()
    with transaction.atomic():
        order = lock_order(order_id, actor=actor)
        _require_movable(order)
        plan = _by_warehouse(order)
        if not plan:
            raise InvalidInput("lines", N_("Nothing of this order is open to ship."))
        return [_create(order, pieces, warehouse_id, now, actor) for warehouse_id, pieces in sorted(plan.items())]


def _require_movable(order: Order) -> None:
    """May its goods be packed? What is not paid must at least be set aside."""
    if order.state == OrderState.ON_HOLD:
        kinds = list(order.holds.filter(released_at=None).values_list("kind", flat=True))
        raise OrderOnHold(number=order.number, kinds=kinds)
    if order.state not in (OrderState.PROCESSING, OrderState.PARTLY_SHIPPED):
        raise TransitionRefused(number=order.number, state=order.state, trigger=Trigger.SHIP.value)
    due = due_minor(order.total_minor, order.credited_minor, order.paid_minor)
    if due > order.authorised_minor and not order.is_promised:
        raise OrderNotPaid(number=order.number, due_minor=due, currency=order.currency)


def _short_minor(order: Order, pieces: Pieces) -> int:
    """What is still to be taken before these pieces leave."""
    if order.is_promised:
        return 0
    later = order.total_minor - order.credited_minor - worth_leaving_minor(queries.sale_of(order), pieces)
    return still_open(order) - later


def _require_taken(order: Order, fulfilment: Fulfilment) -> None:
    """To leave, the money for the goods must have been taken, not only set aside."""
    _require_movable(order)
    if order.authorised_minor and (short := _short_minor(order, _planned(fulfilment.id))) > 0:
        raise OrderNotPaid(number=order.number, due_minor=short, currency=order.currency)


def _create(order: Order, pieces: Pieces, warehouse_id: int, now: datetime, actor: Actor) -> FulfilmentView:
    number = f"{order.number}-{order.fulfilments.count() + 1}"
    fulfilment = Fulfilment.objects.create(order=order, number=number, warehouse_id=warehouse_id,
                                           state=FulfilmentState.PENDING, created_at=now)
    FulfilmentLine.objects.bulk_create([
        FulfilmentLine(fulfilment=fulfilment, line_id=line_id, quantity=quantity)
        for line_id, quantity in pieces.items()])
    Order.objects.filter(pk=order.pk).update(version=F("version") + 1)
    tell(order, "fulfilment_planned", {"number": number, "warehouse_id": warehouse_id}, now=now, actor=actor)
    audit.record(actor, "orders.create_fulfilment", "order", order.id, new={"number": number, "lines": pieces})
    return views.fulfilment_view(fulfilment)


def _require_open(order: Order, pieces: Pieces) -> None:
    open_qty = queries.open_quantities(order.id)
    skus = dict(order.lines.values_list("id", "sku"))
    for line_id, quantity in pieces.items():
        if line_id not in skus:
            raise NotFound("order line")
        if quantity <= 0 or quantity > open_qty.get(line_id, Decimal(0)):
            raise MoreThanOpen(sku=skus[line_id], available=open_qty.get(line_id, Decimal(0)))


def free_reserved(order: Order, parts: Parts | None = None) -> Free:  # lint: allow action-actor
    """What is reserved and in no fulfilment that has not left."""
    free: Free = {}
    for a in inventory.reservations_of(order.id):
        key = (a.line_id, a.variant_id, a.warehouse_id)
        free[key] = free.get(key, Decimal(0)) + a.quantity
    parts = parts_of(order) if parts is None else parts
    for f in order.fulfilments.filter(state__in=("pending", "ready")).prefetch_related("lines"):
        for demand in demands(order, {line.line_id: line.quantity for line in f.lines.all()}, parts):
            key = (demand.line_id, demand.variant_id, f.warehouse_id)
            free[key] = free.get(key, Decimal(0)) - demand.quantity
    return free


def _require_reserved(order: Order, pieces: Pieces, warehouse_id: int) -> None:
    parts = parts_of(order)
    free = free_reserved(order, parts)
    for demand in demands(order, pieces, parts):
        available = free.get((demand.line_id, demand.variant_id, warehouse_id), Decimal(0))
        if demand.quantity > available:
            sku = next(line.sku for line in order.lines.all() if line.id == demand.line_id)
            raise NotReservedThere(sku=sku, available=available)


def _by_warehouse(order: Order) -> dict[int, Pieces]:
    """Open pieces by the warehouse that has all their parts reserved; what needs no stock goes with the first."""
    parts = parts_of(order)
    free, open_qty = free_reserved(order, parts), queries.open_quantities(order.id)
    one = {line_id: parts.get(line_id, []) for line_id in open_qty}
    plan: dict[int, Pieces] = {}
    for warehouse_id in sorted({key[2] for key, quantity in free.items() if quantity > 0}):
        for line_id in [line_id for line_id in open_qty if one[line_id]]:
            whole = min(free.get((line_id, variant_id, warehouse_id), Decimal(0)) / per_piece
                        for variant_id, per_piece in one[line_id])
            is_plain = [per_piece for _, per_piece in one[line_id]] == [Decimal(1)]
            pieces = min(whole if is_plain else whole.to_integral_value("ROUND_FLOOR"), open_qty[line_id])
            if pieces > 0:
                plan.setdefault(warehouse_id, {})[line_id] = pieces
                open_qty[line_id] -= pieces
    loose = {line_id: open_qty[line_id] for line_id in open_qty if not one[line_id]}
    if loose:
        place = min(plan, default=None)
        if place is None:
            place = order.pickup_warehouse_id or min(w.id for w in inventory.warehouses() if w.is_active)
        plan.setdefault(place, {}).update(loose)
    return plan


def _lock_fulfilment(fulfilment_id: UUID, states: Sequence[FulfilmentState], actor: Actor) -> tuple[Order, Fulfilment]:
    order_id = Fulfilment.objects.filter(pk=fulfilment_id).values_list("order_id", flat=True).first()
    if order_id is None:
        raise NotFound("fulfilment")
    order = lock_order(order_id, actor=actor)
    fulfilment = Fulfilment.objects.get(pk=fulfilment_id)  # read again behind the order's lock
    if fulfilment.state not in states:
        raise FulfilmentNot(number=fulfilment.number, state=fulfilment.state)
    return order, fulfilment


def _planned(fulfilment_id: UUID) -> Pieces:
    return dict(FulfilmentLine.objects.filter(fulfilment_id=fulfilment_id).values_list("line_id", "quantity"))


def _packed(order: Order, fulfilment_id: UUID, lines: Packed) -> Pieces:
    """What goes into the parcel: all that is planned for it, or what was named, of which none is more than planned."""
    planned = _planned(fulfilment_id)
    if lines is None:
        return planned
    packed: Pieces = {}
    for line_id, quantity in lines:
        if line_id not in planned:
            raise NotFound("order line")
        packed[line_id] = packed.get(line_id, Decimal(0)) + quantity
        if quantity <= 0 or packed[line_id] > planned[line_id]:
            sku = next(line.sku for line in order.lines.all() if line.id == line_id)
            raise MoreThanPlanned(sku=sku, planned=planned[line_id])
    if not packed:
        raise NothingPacked
    require_pieces(order, packed.items())
    return packed


def _keep_back(order: Order, fulfilment: Fulfilment, lines: Packed, now: datetime, actor: Actor) -> None:
    """What does not go into the parcel becomes a parcel of its own, planned for the same warehouse."""
    planned, packed = _planned(fulfilment.id), _packed(order, fulfilment.id, lines)
    rest = {line_id: quantity - packed.get(line_id, Decimal(0)) for line_id, quantity in planned.items()
            if quantity > packed.get(line_id, Decimal(0))}
    if not rest:
        return
    for line in fulfilment.lines.filter(line_id__in=rest):
        if line.line_id in packed:
            line.quantity = packed[line.line_id]
            line.save(update_fields=["quantity"])
        else:
            line.delete()
    _create(order, rest, fulfilment.warehouse_id, now, actor)
    order.refresh_from_db(fields=["version"])


def ship_fulfilment(fulfilment_id: UUID, carrier: str = "", tracking_number: str = "", tracking_url: str = "", *,
                    lines: Packed = None, actor: Actor) -> FulfilmentView:
    """The parcel leaves: what it costs is taken of the money set aside, its reservations become sales in the ledger.

    With `lines` only those pieces leave; the rest of the plan waits as a new parcel of the same warehouse.
    """
    actor.require(FULFIL)
    tracking_url = check_typed("tracking_url", tracking_url, 200) or tracking_page(carrier, tracking_number)
    _collect(fulfilment_id, FulfilmentState.PENDING, lines, actor)
    now = clock.now()
    with transaction.atomic():
        order, fulfilment = _lock_fulfilment(fulfilment_id, [FulfilmentState.PENDING], actor)
        _require_movable(order)
        _keep_back(order, fulfilment, lines, now, actor)
        _require_taken(order, fulfilment)
        fulfilment.state, fulfilment.shipped_at = FulfilmentState.SHIPPED, now
        fulfilment.carrier, fulfilment.tracking_number = carrier, tracking_number
        fulfilment.tracking_url = tracking_url
        fulfilment.save(update_fields=["state", "shipped_at", "carrier", "tracking_number", "tracking_url"])
        complete = _leave(order, fulfilment, now, actor)
        tell(order, "shipped", {"number": fulfilment.number, "carrier": carrier, "tracking_number": tracking_number},
             now=now, actor=actor, is_public=True)
        audit.record(actor, "orders.ship_fulfilment", "order", order.id,
                     new={"number": fulfilment.number, "state": order.state})
        outbox.publish(OrderShipped(order.id, order.number, fulfilment.id, complete))
        queue(order, "shipped", f"shipped:{fulfilment.id}",
              {"fulfilment_id": str(fulfilment.id), "carrier": carrier, "tracking_number": tracking_number,
               "tracking_url": tracking_url}, now=now, actor=actor)
        return views.fulfilment_view(fulfilment)


def _collect(fulfilment_id: UUID, state: FulfilmentState, lines: Packed, actor: Actor) -> None:
    """Take what is set aside, if this parcel may leave at all and there is anything to take."""
    if not Fulfilment.objects.filter(pk=fulfilment_id, state=state, order__authorised_minor__gt=0).exists():
        return
    with transaction.atomic():
        order, _ = _lock_fulfilment(fulfilment_id, [state], actor)  # somebody may have sent it meanwhile
        _require_movable(order)
        short = _short_minor(order, _packed(order, fulfilment_id, lines))
    if short > 0:
        try:
            collect(order.id, short, actor=CONSEQUENCE)
        except (AmountTooLarge, PaymentNotCapturable) as error:
            # It was there a moment ago: somebody else sends this parcel just now.
            raise Busy from error


def _leave(order: Order, fulfilment: Fulfilment, now: datetime, actor: Actor) -> bool:
    """Stock out, lines fulfilled, the order moved on; True when nothing is left to ship."""
    pieces = _planned(fulfilment.id)
    parts = [Allocation(d.line_id, d.variant_id, fulfilment.warehouse_id, d.quantity) for d in demands(order, pieces)]
    inventory.ship(order.id, parts, reference=fulfilment.number, now=now, actor=CONSEQUENCE)
    for line_id, quantity in pieces.items():
        order.lines.filter(pk=line_id).update(fulfilled_qty=F("fulfilled_qty") + quantity)
    situation = queries.situation(order.id)
    move(order, Trigger.SHIP, now=now, actor=actor, situation=situation)
    return not situation.left


def mark_ready(fulfilment_id: UUID, *, lines: Packed = None, actor: Actor) -> FulfilmentView:
    """Packed and waiting in the store for the customer to collect: all that is planned, or these pieces of it."""
    actor.require(FULFIL)
    now = clock.now()
    with transaction.atomic():
        order, fulfilment = _lock_fulfilment(fulfilment_id, [FulfilmentState.PENDING], actor)
        _require_movable(order)
        if order.pickup_warehouse_id is None:
            raise FulfilmentNot(number=fulfilment.number, state=fulfilment.state)
        _keep_back(order, fulfilment, lines, now, actor)
        fulfilment.state = FulfilmentState.READY
        fulfilment.save(update_fields=["state"])
        tell(order, "ready", {"number": fulfilment.number}, now=now, actor=actor, is_public=True)
        audit.record(actor, "orders.mark_ready", "order", order.id, new={"number": fulfilment.number})
        queue(order, "ready", f"ready:{fulfilment.id}", {"fulfilment_id": str(fulfilment.id)}, now=now, actor=actor)
        return views.fulfilment_view(fulfilment)


def record_delivery(fulfilment_id: UUID, *, delivered_at: datetime | None = None, actor: Actor) -> FulfilmentView:
    """The parcel arrived, or the customer collected what was ready (then the goods leave stock now)."""
    actor.require(FULFIL)
    _collect(fulfilment_id, FulfilmentState.READY, None, actor)
    now = clock.now()
    with transaction.atomic():
        order, fulfilment = _lock_fulfilment(fulfilment_id, [FulfilmentState.SHIPPED, FulfilmentState.READY], actor)
        collected = fulfilment.state == FulfilmentState.READY
        if collected:
            _require_taken(order, fulfilment)
            fulfilment.shipped_at = now
        if delivered_at is not None and not (fulfilment.shipped_at or now) <= delivered_at <= now:
            raise InvalidInput("delivered_at", N_("A parcel arrives after it left and not in the future."))
        fulfilment.state, fulfilment.delivered_at = FulfilmentState.DELIVERED, delivered_at or now
        fulfilment.save(update_fields=["state", "shipped_at", "delivered_at"])
        if collected:
            complete = _leave(order, fulfilment, now, actor)
            outbox.publish(OrderShipped(order.id, order.number, fulfilment.id, complete))
        else:
            move(order, Trigger.DELIVER, now=now, actor=actor)
        kind = "collected" if collected else "delivered"
        tell(order, kind, {"number": fulfilment.number}, now=now, actor=actor, is_public=True)
        audit.record(actor, "orders.record_delivery", "order", order.id, new={"number": fulfilment.number})
        outbox.publish(OrderDelivered(order.id, order.number, fulfilment.id, order.state == OrderState.COMPLETED))
        queue(order, "delivered", f"delivered:{fulfilment.id}", {}, now=now, actor=actor)
        return views.fulfilment_view(fulfilment)


def cancel_fulfilment(fulfilment_id: UUID, *, actor: Actor) -> FulfilmentView:
    """Undo a plan that has not left; its pieces are open again, and still reserved."""
    actor.require(FULFIL)
    now = clock.now()
    with transaction.atomic():
        order, fulfilment = _lock_fulfilment(fulfilment_id, [FulfilmentState.PENDING, FulfilmentState.READY], actor)
        fulfilment.state = FulfilmentState.CANCELLED
        fulfilment.save(update_fields=["state"])
        Order.objects.filter(pk=order.pk).update(version=F("version") + 1)
        tell(order, "fulfilment_cancelled", {"number": fulfilment.number}, now=now, actor=actor)
        audit.record(actor, "orders.cancel_fulfilment", "order", order.id, new={"number": fulfilment.number})
        return views.fulfilment_view(fulfilment)


def change_tracking(fulfilment_id: UUID, *, carrier: str, tracking_number: str, tracking_url: str = "",
                    actor: Actor) -> FulfilmentView:
    """Correct the carrier or tracking number of a parcel on its way."""
    actor.require(FULFIL)
    tracking_url = check_typed("tracking_url", tracking_url, 200)
    now = clock.now()
    with transaction.atomic():
        order, fulfilment = _lock_fulfilment(fulfilment_id, [FulfilmentState.SHIPPED, FulfilmentState.DELIVERED], actor)
        old = {"carrier": fulfilment.carrier, "tracking_number": fulfilment.tracking_number}
        if tracking_url == tracking_page(fulfilment.carrier, fulfilment.tracking_number):  # made from what was wrong
            tracking_url = tracking_page(carrier, tracking_number)
        fulfilment.carrier, fulfilment.tracking_number = carrier, tracking_number
        fulfilment.tracking_url = tracking_url
        fulfilment.save(update_fields=["carrier", "tracking_number", "tracking_url"])
        tell(order, "tracking_changed", {"number": fulfilment.number, "tracking_number": tracking_number}, now=now,
             actor=actor, is_public=True)
        audit.record(actor, "orders.change_tracking", "order", order.id, old=old,
                     new={"carrier": carrier, "tracking_number": tracking_number})
        return views.fulfilment_view(fulfilment)
