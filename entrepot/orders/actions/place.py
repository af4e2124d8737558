"""Placing an order, the hot path: one statement writes it with its lines, holds, timeline and tracking secret."""

from __future__ import annotations

from typing import Any

from django.db import connection

from entrepot.catalog import public as catalog
from entrepot.kit import audit, db, outbox
from entrepot.kit.actor import Actor
from entrepot.kit.json import dumps_text
from entrepot.kit.money import Money
from entrepot.orders.contracts import HoldKind, NewOrder, OrderState, PlacedOrder
from entrepot.orders.events import OrderPaid, OrderPlaced
from entrepot.orders.permissions import PLACE
from entrepot.orders.rules import first_state, needs_approval

_CREATE = """
WITH placed AS (
    INSERT INTO orders_order (id, number, channel_id, checkout_id, state, origin, customer_id, email, phone, language,
        currency, goods_minor, discount_minor, delivery_minor, tax_minor, tax_included, total_minor, paid_minor,
        refunded_minor, credited_minor, is_promised, shipping_address, billing_address, delivery, pickup_warehouse_id,
        invoice_data, gift_message, customer_note, placed_at, business_on, expires_at, paid_at, version)
    VALUES (%(id)s, 'E' || nextval('orders_number'), %(channel_id)s, %(checkout_id)s, %(state)s, %(origin)s,
        %(customer_id)s, %(email)s, %(phone)s, %(language)s, %(currency)s, %(goods)s, %(discount)s, %(delivery_minor)s,
        %(tax)s, %(tax_included)s, %(total)s, %(paid)s, 0, 0, %(promised)s, %(shipping)s::jsonb, %(billing)s::jsonb,
        %(delivery)s::jsonb, %(pickup)s, %(invoice)s::jsonb, %(gift)s, %(note)s, %(at)s, %(business_on)s, %(expires)s,
        %(paid_at)s, 1)
    RETURNING number
), line AS (
    INSERT INTO orders_orderline (id, order_id, position, kind, variant_id, sku, name, quantity, unit_minor,
        goods_minor, discount_minor, tax_rate, tax_minor, unit_cost, discounts, components, fulfilled_qty,
        cancelled_qty,
        returned_qty, facts)
    SELECT l.id, %(id)s, l.n, l.kind, l.variant_id, l.sku, l.name, l.quantity, l.unit_minor, l.goods_minor,
        l.discount_minor, l.tax_rate, l.tax_minor, l.unit_cost, l.discounts, l.components, 0, 0, 0, l.facts
    FROM ROWS FROM (jsonb_to_recordset(%(lines)s::jsonb) AS (id uuid, kind text, variant_id uuid, sku text, name text,
        quantity numeric, unit_minor bigint, goods_minor bigint, discount_minor bigint, tax_rate numeric,
        tax_minor bigint, unit_cost numeric, discounts jsonb, components jsonb, facts jsonb))
        WITH ORDINALITY AS l(id, kind, variant_id, sku, name, quantity, unit_minor, goods_minor, discount_minor,
        tax_rate, tax_minor, unit_cost, discounts, components, facts, n)
), hold AS (
    INSERT INTO orders_hold (order_id, kind, reason, placed_at, released_by)
    SELECT %(id)s, h.kind, h.reason, %(at)s, '' FROM jsonb_to_recordset(%(holds)s::jsonb) AS h(kind text, reason text)
), secret AS (
    INSERT INTO orders_trackingsecret (hash, order_id, expires_at)
    SELECT %(secret)s::text, %(id)s, %(secret_until)s::timestamptz WHERE %(secret)s::text <> ''
), timeline AS (
    INSERT INTO orders_timelineentry (order_id, at, kind, data, actor, is_public)
    VALUES (%(id)s, %(at)s, 'placed', %(story)s::jsonb, %(actor)s, true)
)
SELECT number FROM placed
"""


def create_order(order: NewOrder, *, payment_state: str, paid_minor: int | None = None, actor: Actor) -> PlacedOrder:
    """Write the order inside the caller's transaction; publishes OrderPlaced, and OrderPaid when paid or promised.

    `payment_state` is "paid" (all of it captured in this transaction), "pending" or "on_delivery". `paid_minor` is what
    this transaction captured already where that is a part (gift card and the rest pending). An order above its
    channel's approval limit gets an approval hold.
    """
    actor.require(PLACE)
    if not connection.in_atomic_block:
        raise RuntimeError("an order belongs in the transaction that reserves its stock")
    if payment_state not in ("paid", "pending", "on_delivery"):
        raise ValueError(f"unknown payment state {payment_state!r}")
    holds = _holds(order)
    state = first_state(paid=payment_state != "pending", is_held=bool(holds))
    paid = (order.total_minor if payment_state == "paid" else 0) if paid_minor is None else paid_minor
    number = db.value(_CREATE, _parameters(order, holds, state, payment_state, paid, actor))
    audit.record(actor, "orders.create_order", "order", order.id,
                 new={"number": number, "state": state, "total_minor": order.total_minor, "currency": order.currency})
    placed = OrderPlaced(order.id, number, order.channel_id, order.customer_id, order.total_minor, order.currency)
    if payment_state == "pending":
        outbox.publish(placed)
    else:
        outbox.publish(placed, OrderPaid(order.id, number, order.total_minor, order.currency))
    return PlacedOrder(order.id, number, state, order.total_minor, order.currency)


def _holds(order: NewOrder) -> list[tuple[HoldKind, str]]:
    limit = catalog.channel(order.channel_id).approve_above_minor
    asked = any(kind is HoldKind.APPROVAL for kind, _ in order.holds)
    if asked or limit is None or not needs_approval(order.total_minor, limit):
        return order.holds
    return [*order.holds, (HoldKind.APPROVAL, f"> {Money(limit, order.currency)}")]


def _parameters(order: NewOrder, holds: list[tuple[HoldKind, str]], state: OrderState, payment_state: str, paid: int,
                actor: Actor) -> dict[str, Any]:
    story = {"total_minor": order.total_minor, "currency": order.currency, "payment": payment_state}
    return {
        "id": order.id, "channel_id": order.channel_id, "checkout_id": order.checkout_id, "state": state.value,
        "origin": order.origin, "customer_id": order.customer_id, "email": order.email, "phone": order.phone,
        "language": order.language, "currency": order.currency, "goods": order.goods_minor,
        "discount": order.discount_minor, "delivery_minor": order.delivery_minor, "tax": order.tax_minor,
        "tax_included": order.tax_included, "total": order.total_minor, "paid": paid,
        "promised": payment_state == "on_delivery",
        "shipping": None if order.shipping_address is None else dumps_text(order.shipping_address),
        "billing": None if order.billing_address is None else dumps_text(order.billing_address),
        "delivery": dumps_text(order.delivery), "pickup": order.pickup_warehouse_id,
        "invoice": None if order.invoice_data is None else dumps_text(order.invoice_data),
        "gift": order.gift_message, "note": order.customer_note, "at": order.placed_at,
        "business_on": order.business_on, "expires": order.expires_at if payment_state == "pending" else None,
        "paid_at": order.placed_at if payment_state == "paid" else None, "lines": dumps_text(order.lines),
        "holds": dumps_text([{"kind": kind, "reason": reason} for kind, reason in holds]),
        "secret": order.tracking_secret_hash, "secret_until": order.tracking_expires_at or order.placed_at,
        "story": dumps_text(story), "actor": actor.label[:200],
    }
