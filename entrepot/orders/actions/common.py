"""Steps that several verbs share, all inside the verb's transaction: lock, tell the story, move the state, book."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db import OperationalError, connection
from psycopg.errors import LockNotAvailable

from entrepot.catalog import public as catalog
from entrepot.inventory.contracts import Demand, Destination
from entrepot.kit import db
from entrepot.kit.actor import Actor, system
from entrepot.kit.errors import N_, Busy, NotFound
from entrepot.kit.json import dumps_text
from entrepot.orders import queries
from entrepot.orders.contracts import OrderState, Trigger
from entrepot.orders.draft import Entry, Sale
from entrepot.orders.errors import OperationRefused, TransitionRefused
from entrepot.orders.models import Order, TimelineEntry
from entrepot.orders.rules import Situation, next_state

# What follows from a permitted action (stock released, money given back) is done in the name of orders: whoever may
# cancel an order need not hold the permission to refund a payment by hand.
CONSEQUENCE = system("orders")

_ENDS = (OrderState.COMPLETED, OrderState.CANCELLED, OrderState.EXPIRED)


def lock_order(order_id: UUID, *, actor: Actor) -> Order:
    """The order, locked, if it exists for this actor: a stranger gets the same answer as for no order at all."""
    if not connection.in_atomic_block:
        raise RuntimeError("a lock lasts as long as its transaction")
    try:
        order = Order.objects.select_for_update(of=("self",), no_key=True).filter(pk=order_id).first()
    except OperationalError as error:
        if isinstance(error.__cause__, LockNotAvailable):
            raise Busy from error
        raise
    if order is None or not queries.belongs(order, actor):
        raise NotFound("order")
    return order


def tell(order: Order, kind: str, data: dict[str, Any], *, now: datetime, actor: Actor,
         is_public: bool = False) -> None:
    """One more line in the order's story."""
    TimelineEntry.objects.create(order=order, at=now, kind=kind, data=data, actor=actor.label[:200],
                                 is_public=is_public)


def move(order: Order, trigger: Trigger, *, now: datetime, actor: Actor, situation: Situation | None = None) -> bool:
    """Follow the table of transitions; refuses what it does not hold. True when the state is another one now.

    Every move is a new version, also one that stays: something about the order has changed.
    """
    state = OrderState(order.state)
    target = next_state(state, trigger, situation or queries.situation(order.id))
    if target is None:
        raise TransitionRefused(number=order.number, state=order.state, trigger=trigger.value)
    order.state, order.version = target, order.version + 1
    order.closed_at = (order.closed_at or now) if target in _ENDS else None
    order.save(update_fields=["state", "version", "closed_at"])
    return target is not state


Wanted = dict[UUID, Decimal]  # order line -> pieces
Parts = dict[UUID, list[tuple[UUID, Decimal]]]  # order line -> stocked variants and how many of each per piece


def parts_of(order: Order) -> Parts:  # lint: allow action-actor
    """What each line takes from stock per piece, in one statement of the catalogue: bundles come apart, services need
    nothing."""
    raw = {line.id: [(UUID(str(c["variant_id"])), Decimal(str(c["quantity"]))) for c in line.components]
           or [(line.variant_id, Decimal(1))] for line in order.lines.all() if line.variant_id}
    facts = catalog.variant_facts({variant_id for parts in raw.values() for variant_id, _ in parts}) if raw else {}
    return {line_id: [(v, q) for v, q in parts if v in facts and facts[v].is_stocked] for line_id, parts in raw.items()}


def demands(order: Order, wanted: Wanted, parts: Parts | None = None) -> list[Demand]:  # lint: allow action-actor
    """What must be in stock for these pieces of these lines."""
    known = parts_of(order) if parts is None else parts
    return [Demand(line_id, variant_id, quantity * per_piece)
            for line_id, quantity in wanted.items() for variant_id, per_piece in known.get(line_id, ())]


def require_pieces(order: Order, wanted: Iterable[tuple[UUID, Decimal]]) -> None:  # lint: allow action-actor
    """Nobody sends, splits off or takes back half of what is sold by the piece. Asks the catalogue about fractions
    only."""
    broken = [(line_id, quantity) for line_id, quantity in wanted if quantity % 1]
    if not broken:
        return
    variants = {line.id: line.variant_id for line in order.lines.all() if line.variant_id}
    facts = catalog.variant_facts({variants[line_id] for line_id, _ in broken if line_id in variants})
    for line_id, quantity in broken:
        found = facts.get(variants[line_id]) if line_id in variants else None
        if found and quantity % found.qty_step:
            raise OperationRefused(N_("The quantity does not fit the item's steps."))


def destination(order: Order) -> Destination:  # lint: allow action-actor
    address = order.shipping_address or {}
    return Destination(country=address.get("country", ""), region=address.get("region", ""),
                       city=address.get("city", ""), pickup_warehouse_id=order.pickup_warehouse_id)


_ENTRIES = """
INSERT INTO orders_saleentry (order_id, line_id, invoice_id, change_id, kind, at, business_on, channel_id, customer_id,
    currency, tax_included, line_kind, variant_id, sku, name, quantity, goods_minor, discount_minor, tax_minor,
    unit_cost, facts)
SELECT %(order)s, e.line_id, NULL, %(change)s, e.kind, %(at)s, (%(at)s AT TIME ZONE %(zone)s)::date, %(channel)s,
    %(customer)s, %(currency)s, %(included)s, coalesce(l.kind, 'delivery'), l.variant_id, coalesce(l.sku, ''),
    coalesce(l.name, ''), e.quantity, e.goods, e.discount, e.tax, l.unit_cost, '{}'::jsonb
FROM jsonb_to_recordset(%(entries)s::jsonb) AS e(line_id uuid, kind text, quantity numeric, goods bigint,
    discount bigint, tax bigint) LEFT JOIN orders_orderline l ON l.id = e.line_id
"""


def book_entries(order: Order, entries: Iterable[Entry], *, change_id: UUID | None, now: datetime,
                 actor: Actor) -> None:
    """Write signed changes of the sale, dated by the shop's day. New lines must be written before."""
    records = [{"line_id": e.line_id, "kind": e.kind, "quantity": e.quantity, "goods": e.amounts.goods,
                "discount": e.amounts.discount, "tax": e.amounts.tax} for e in entries]
    if records:
        db.execute(_ENTRIES, {
            "order": order.id, "change": change_id, "at": now, "zone": catalog.channel(order.channel_id).time_zone,
            "channel": order.channel_id, "customer": order.customer_id, "currency": order.currency,
            "included": order.tax_included, "entries": dumps_text(records)})


def take_totals(order: Order, sale: Sale, *, actor: Actor) -> None:
    """The order's own amounts become the sum of its parts."""
    amounts = sale.amounts()
    order.goods_minor, order.discount_minor = amounts.goods - sale.delivery.goods, amounts.discount
    order.delivery_minor, order.tax_minor = sale.delivery.goods, amounts.tax
    order.total_minor, order.credited_minor = sale.total_minor, sale.credited_minor
    order.save(update_fields=["goods_minor", "discount_minor", "delivery_minor", "tax_minor", "total_minor",
                              "credited_minor"])
