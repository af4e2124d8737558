"""Reads: one order whole, lists by keyset, what the rules need to know."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from typing import Any, TypeVar
from uuid import UUID

from django.db.models import Q, QuerySet
from django.db.models.functions import Lower

from entrepot.kit import clock, db, limits, paging
from entrepot.kit.actor import Actor, ActorKind
from entrepot.kit.errors import NotFound
from entrepot.orders import views, whole
from entrepot.orders.contracts import (
    ChangeView,
    FulfilmentView,
    InvoiceView,
    OrderFilter,
    OrderSummary,
    OrderView,
)
from entrepot.orders.draft import SENT, Amounts, Line, Sale
from entrepot.orders.models import Earmark, Fulfilment, Invoice, Order, OrderChange
from entrepot.orders.permissions import OWN, READ, TRACK
from entrepot.orders.rules import Situation

V = TypeVar("V")

# Wrong tracking secrets of one address, and of all together, before they must wait
GUESSES, GUESSES_OF_ALL, GUESS_WAIT = 20, 1000, timedelta(minutes=15)


def belongs(order: Order, actor: Actor) -> bool:
    """May this actor know of this order? The company side knows all, customers their own, a guest the tracked one."""
    if actor.is_staff_side:
        return True
    own = actor.customer_id is not None and actor.customer_id == order.customer_id
    return own or actor.id == _guest_id(order.id)


def _guest_id(order_id: UUID) -> str:
    return f"guest:{order_id}"


def guest_of(secret: str, *, actor: Actor) -> tuple[UUID, Actor]:
    """The order of a tracking secret, and an actor who may do to it, and it alone, what a customer may.

    Unknown, expired or another's: the same answer. Who guesses must wait after some tries, and so must all who guess
    when they are many. A right secret always opens: its 192 random bits are not found by guessing, and others behind
    the same address may have guessed.
    """
    actor.require(TRACK)
    order_id = db.value("SELECT order_id FROM orders_trackingsecret WHERE hash = %s AND expires_at > %s",
                        [hash_secret(secret), clock.now()])
    if order_id is None:
        limits.hit(f"tracking-secret:{actor.ip}", GUESSES, GUESS_WAIT)
        limits.hit("tracking-secret", GUESSES_OF_ALL, GUESS_WAIT)
        raise NotFound("order")
    return order_id, Actor(ActorKind.CUSTOMER, id=_guest_id(order_id), label="guest", ip=actor.ip)


def is_company(actor: Actor) -> bool:
    """Staff and keys need a permission for what customers may do to their own orders only."""
    return actor.kind in (ActorKind.STAFF, ActorKind.KEY)


def hash_secret(secret: str) -> str:
    """What is kept of a tracking secret. The secret has 192 random bits, so a plain hash cannot be searched."""
    return hashlib.sha256(secret.encode()).hexdigest()


def require_reader(actor: Actor) -> None:
    """Company side: the permission to read. Others: their own orders only, which the query then looks at."""
    actor.require(READ if is_company(actor) else OWN)


_SITUATION = """
SELECT (o.total_minor - o.credited_minor - o.paid_minor - o.authorised_minor <= 0 OR o.is_promised) AS paid,
       EXISTS (SELECT 1 FROM orders_hold h WHERE h.order_id = o.id AND h.released_at IS NULL) AS held,
       EXISTS (SELECT 1 FROM orders_orderline l WHERE l.order_id = o.id AND l.fulfilled_qty > 0) AS shipped,
       EXISTS (SELECT 1 FROM orders_orderline l WHERE l.order_id = o.id AND l.kind IN ('product', 'gift')
               AND l.quantity > l.fulfilled_qty + l.cancelled_qty) AS left,
       NOT EXISTS (SELECT 1 FROM orders_fulfilment f WHERE f.order_id = o.id
                   AND f.state NOT IN ('delivered', 'cancelled')) AS delivered
FROM orders_order o WHERE o.id = %s
"""


def situation(order_id: UUID) -> Situation:
    """What the guards of the state machine look at, in one statement."""
    return Situation(**db.row(_SITUATION, [order_id])._asdict())


_EARMARKED = """
SELECT coalesce(sum(amount_minor) FILTER (WHERE target_id = %(order)s), 0)::bigint AS incoming,
       coalesce(sum(amount_minor) FILTER (WHERE source_id = %(order)s), 0)::bigint AS outgoing
FROM orders_earmark WHERE %(order)s IN (source_id, target_id)
"""


def earmarked(order_id: UUID) -> tuple[int, int]:
    """What other orders' payments hold for this one, and what its own hold for others."""
    row = db.row(_EARMARKED, {"order": order_id})
    return row.incoming, row.outgoing


def homes_of(order_id: UUID) -> list[tuple[UUID, int]]:
    """The orders at whose payments money is set aside for this one, and how much."""
    return list(Earmark.objects.filter(target=order_id).order_by("id").values_list("source_id", "amount_minor"))


# What a change needs to know of every line. Given back: everything but edits; returned: what counts pieces.
_LINES = """
SELECT l.id, l.kind, l.variant_id, l.sku, l.name, l.quantity, l.unit_minor, l.goods_minor, l.discount_minor,
       l.tax_minor, l.tax_rate, l.fulfilled_qty, l.cancelled_qty, l.returned_qty, l.unit_cost, l.facts,
       coalesce((SELECT sum(fl.quantity) FROM orders_fulfilmentline fl
                 JOIN orders_fulfilment f ON f.id = fl.fulfilment_id
                 WHERE fl.line_id = l.id AND f.state IN ('pending', 'ready')), 0) AS packed_qty,
       coalesce((SELECT sum((op->>'quantity')::numeric)
                 FROM orders_orderchange c, jsonb_array_elements(c.operations) AS op
                 WHERE c.order_id = l.order_id AND c.state IN ('draft', 'requested', 'approved')
                   AND c.id IS DISTINCT FROM %(change)s AND op->>'op' = 'return_line'
                   AND op->>'line_id' = l.id::text), 0) AS asked_qty,
       g.goods, g.discount, g.tax, g.ret_goods, g.ret_discount, g.ret_tax
FROM orders_orderline l LEFT JOIN LATERAL (
    SELECT -sum(goods_minor)::bigint AS goods, -sum(discount_minor)::bigint AS discount, -sum(tax_minor)::bigint AS tax,
           -sum(goods_minor) FILTER (WHERE kind IN ('return', 'credit'))::bigint AS ret_goods,
           -sum(discount_minor) FILTER (WHERE kind IN ('return', 'credit'))::bigint AS ret_discount,
           -sum(tax_minor) FILTER (WHERE kind IN ('return', 'credit'))::bigint AS ret_tax
    FROM orders_saleentry e WHERE e.line_id = l.id AND e.kind <> 'edit') g ON true
WHERE l.order_id = %(order)s ORDER BY l.position
"""

_DELIVERY_GIVEN = """
SELECT -coalesce(sum(goods_minor), 0)::bigint AS goods, -coalesce(sum(discount_minor), 0)::bigint AS discount,
       -coalesce(sum(tax_minor), 0)::bigint AS tax
FROM orders_saleentry WHERE order_id = %s AND line_kind = 'delivery' AND kind <> 'edit'
"""


def sale_of(order: Order, *, change_id: UUID | None = None) -> Sale:
    """The order as drafts see it; pieces asked back by `change_id` itself do not count against it."""
    lines = {r.id: _line(r) for r in db.rows(_LINES, {"order": order.id, "change": change_id})}
    delivery = Amounts(order.delivery_minor,
                       order.discount_minor - sum(line.amounts.discount for line in lines.values()),
                       order.tax_minor - sum(line.amounts.tax for line in lines.values()))
    given = db.row(_DELIVERY_GIVEN, [order.id])
    return Sale(order.id, order.currency, order.tax_included, lines, delivery,
                Amounts(given.goods, given.discount, given.tax), order.credited_minor, order.paid_minor,
                (order.shipping_address or {}).get("country", ""))


def _line(r: Any) -> Line:
    return Line(r.id, r.kind, r.variant_id, r.sku, r.name, r.quantity, r.unit_minor,
                Amounts(r.goods_minor, r.discount_minor, r.tax_minor), r.tax_rate, r.fulfilled_qty, r.cancelled_qty,
                r.returned_qty, r.packed_qty, r.asked_qty, Amounts(r.goods or 0, r.discount or 0, r.tax or 0),
                Amounts(r.ret_goods or 0, r.ret_discount or 0, r.ret_tax or 0), r.unit_cost, r.facts)


def open_quantities(order_id: UUID) -> dict[UUID, Decimal]:
    """Pieces of each line that are still to ship and in no fulfilment."""
    found = db.rows(_LINES, {"order": order_id, "change": None})
    lines = [_line(r) for r in found if r.kind in SENT]
    return {line.id: line.open_qty for line in lines if line.open_qty > 0}


_WHOLE = ("lines", "holds", "fulfilments__lines", "changes__approvals", "invoices", "timeline")


def get_order(order_id: UUID, *, actor: Actor) -> OrderView:
    """One order, all of it, in one statement; for customers only what is theirs to know."""
    require_reader(actor)
    order = whole.load(order_id)
    if order is None or not belongs(order, actor):
        raise NotFound("order")
    return views.order_view(order, internal=actor.is_staff_side)


def view_of(order_id: UUID, actor: Actor) -> OrderView:
    """The order as it is after an action: whoever may change it may see it."""
    order = Order.objects.prefetch_related(*_WHOLE).get(pk=order_id)
    return views.order_view(order, internal=actor.is_staff_side)


def find_order_id(number: str, *, actor: Actor) -> UUID:
    """The id behind a human number."""
    require_reader(actor)
    found = Order.objects.filter(number=number.strip().upper()).only("id", "customer_id").first()
    if found is None or not belongs(found, actor):
        raise NotFound("order")
    return found.id


def track(secret: str, *, actor: Actor) -> OrderView:
    """The order of a guest's secret."""
    order_id, guest = guest_of(secret, actor=actor)
    return get_order(order_id, actor=guest)


def _filtered(found: QuerySet[Order], f: OrderFilter) -> QuerySet[Order]:
    conditions = {"placed_at__gte": f.placed_from, "placed_at__lt": f.placed_until, "customer_id": f.customer_id,
                  "channel_id": f.channel_id, "origin": f.origin or None}
    found = found.filter(**{k: v for k, v in conditions.items() if v is not None})
    if f.states:
        found = found.filter(state__in=f.states)
    if f.number:
        found = found.filter(number__startswith=f.number.strip().upper())
    if f.email:
        found = found.alias(email_lower=Lower("email")).filter(email_lower=f.email.strip().lower())
    return found


def _page(found: QuerySet[Any], column: str, cursor: str | None, limit: int,
          view: Callable[[Any], V]) -> tuple[list[V], str | None]:
    """One page in (column, id) descending as the view shows its rows, and the cursor of the next."""
    if (after := paging.at_and_id(cursor)) is not None:
        at, last_id = after
        found = found.filter(Q(**{f"{column}__lte": at}) & (Q(**{f"{column}__lt": at}) | Q(id__lt=last_id)))
    rows = list(found.order_by(f"-{column}", "-id")[: limit + 1])
    shown = [view(row) for row in rows[:limit]]
    if len(rows) <= limit:
        return shown, None
    last = rows[limit - 1]
    return shown, paging.encode([getattr(last, column), last.id])


def find_orders(filters: OrderFilter, cursor: str | None = None, limit: int = paging.DEFAULT_LIMIT, *,
                actor: Actor) -> tuple[list[OrderSummary], str | None]:
    """One page of orders, newest first, and the cursor of the next. Customers find their own."""
    require_reader(actor)
    found = Order.objects.all()
    if not actor.is_staff_side:
        if actor.customer_id is None:
            return [], None
        found = found.filter(customer_id=actor.customer_id)
    return _page(_filtered(found, filters).values_list(*views.SUMMARY_COLUMNS, named=True), "placed_at", cursor, limit,
                 lambda row: OrderSummary(*row))


def get_change(change_id: UUID, *, actor: Actor) -> ChangeView:
    """Raises NotFound, also for a change of another customer's order."""
    require_reader(actor)
    change = OrderChange.objects.select_related("order").prefetch_related("approvals").filter(pk=change_id).first()
    if change is None or not belongs(change.order, actor):
        raise NotFound("change")
    return views.change_view(change, change.order.currency)


def find_changes(*, kinds: tuple[str, ...] = (), states: tuple[str, ...] = (), order_id: UUID | None = None,
                 customer_id: UUID | None = None, cursor: str | None = None, limit: int = paging.DEFAULT_LIMIT,
                 actor: Actor) -> tuple[list[ChangeView], str | None]:
    """Edits, returns, exchanges and claims, newest first. Customers find those of their own orders, edits left out."""
    require_reader(actor)
    found = OrderChange.objects.select_related("order").prefetch_related("approvals")
    if not actor.is_staff_side:
        if actor.customer_id is None:
            return [], None
        found = found.filter(order__customer_id=actor.customer_id).exclude(kind="edit")
    if kinds:
        found = found.filter(kind__in=kinds)
    if states:
        found = found.filter(state__in=states)
    if order_id:
        found = found.filter(order_id=order_id)
    if customer_id:
        found = found.filter(order__customer_id=customer_id)
    return _page(found, "created_at", cursor, limit, lambda change: views.change_view(change, change.order.currency))


def get_fulfilment(fulfilment_id: UUID, *, actor: Actor) -> FulfilmentView:
    """Raises NotFound, also for a parcel of another customer's order."""
    require_reader(actor)
    found = Fulfilment.objects.select_related("order").prefetch_related("lines").filter(pk=fulfilment_id).first()
    if found is None or not belongs(found.order, actor):
        raise NotFound("fulfilment")
    return views.fulfilment_view(found)


def find_fulfilments(*, warehouse_id: int | None = None, state: str = "", cursor: str | None = None,
                     limit: int = paging.DEFAULT_LIMIT, actor: Actor) -> tuple[list[FulfilmentView], str | None]:
    """The work list of a warehouse, newest first."""
    actor.require(READ)
    found = Fulfilment.objects.prefetch_related("lines")
    if warehouse_id is not None:
        found = found.filter(warehouse_id=warehouse_id)
    if state:
        found = found.filter(state=state)
    return _page(found, "created_at", cursor, limit, views.fulfilment_view)


def find_invoices(*, kind: str = "", order_id: UUID | None = None, cursor: str | None = None,
                  limit: int = paging.DEFAULT_LIMIT, actor: Actor) -> tuple[list[InvoiceView], str | None]:
    """A page of invoices and credit notes, newest first, and the cursor of the next."""
    actor.require(READ)
    found = Invoice.objects.all()
    if kind:
        found = found.filter(kind=kind)
    if order_id:
        found = found.filter(order_id=order_id)
    return _page(found, "issued_at", cursor, limit, views.invoice_view)
