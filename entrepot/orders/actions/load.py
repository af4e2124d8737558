"""Bulk import of what was sold elsewhere: COPY into a staging table, then one set-based statement per table.

Idempotent: an order or credit note whose external id is known is left as it is, with its lines.

Orders, one tuple each (`ORDER_COLUMNS`): external_id, placed_at, business_on, channel_id, customer_id | None, email,
language, currency, goods_minor, discount_minor, delivery_minor, tax_minor, tax_included, total_minor,
shipping_address as JSON text | None.
Lines (`LINE_COLUMNS`): order_external_id, position, kind, variant_id | None, sku, name, quantity, unit_minor,
goods_minor, discount_minor, tax_rate, tax_minor, unit_cost | None, facts as JSON text. Position is unique in its order.
Credit notes (`NOTE_COLUMNS`): external_id, order_external_id | None, channel_id, customer_id | None, issued_at,
business_on, currency, tax_included, total_minor (positive), tax_minor, data as JSON text.
Their lines (`CREDIT_COLUMNS`): note_external_id, order_position | None (of the order's line that is taken back), kind,
variant_id | None, sku, name, quantity, goods_minor, discount_minor, tax_minor, facts as JSON text; quantity and amounts
positive for what goes back to the customer, negative where a note adds.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db import transaction

from entrepot.kit import audit, clock, db
from entrepot.kit.actor import Actor
from entrepot.orders.contracts import ImportCount
from entrepot.orders.permissions import IMPORT

ORDER_COLUMNS = ("external_id", "placed_at", "business_on", "channel_id", "customer_id", "email", "language",
                 "currency", "goods_minor", "discount_minor", "delivery_minor", "tax_minor", "tax_included",
                 "total_minor",
                 "shipping_address")
LINE_COLUMNS = ("order_external_id", "position", "kind", "variant_id", "sku", "name", "quantity", "unit_minor",
                "goods_minor", "discount_minor", "tax_rate", "tax_minor", "unit_cost", "facts")
NOTE_COLUMNS = ("external_id", "order_external_id", "channel_id", "customer_id", "issued_at", "business_on", "currency",
                "tax_included", "total_minor", "tax_minor", "data")
CREDIT_COLUMNS = ("note_external_id", "order_position", "kind", "variant_id", "sku", "name", "quantity", "goods_minor",
                  "discount_minor", "tax_minor", "facts")

_STAGE_ORDERS = """
CREATE TEMP TABLE stage_order (external_id text PRIMARY KEY, placed_at timestamptz, business_on date,
    channel_id smallint, customer_id uuid, email text, language text, currency text, goods_minor bigint,
    discount_minor bigint,
    delivery_minor bigint, tax_minor bigint, tax_included boolean, total_minor bigint, shipping_address jsonb)
    ON COMMIT DROP
"""
_STAGE_LINES = """
CREATE TEMP TABLE stage_line (order_external_id text, position integer, kind text, variant_id uuid, sku text, name text,
    quantity numeric, unit_minor bigint, goods_minor bigint, discount_minor bigint, tax_rate numeric, tax_minor bigint,
    unit_cost numeric, facts jsonb) ON COMMIT DROP
"""

# Sold, handed over and paid elsewhere: completed, everything fulfilled, nothing in our payments.
_ORDERS = """
CREATE TEMP TABLE fresh_order ON COMMIT DROP AS
WITH written AS (
    INSERT INTO orders_order (id, number, channel_id, state, origin, customer_id, email, phone, language, currency,
        goods_minor, discount_minor, delivery_minor, tax_minor, tax_included, total_minor, paid_minor, refunded_minor,
        credited_minor, is_promised, shipping_address, delivery, gift_message, customer_note, external_id, placed_at,
        business_on, paid_at, closed_at, version)
    SELECT uuidv7(), 'E' || nextval('orders_number'), s.channel_id, 'completed', 'import', s.customer_id, s.email, '',
        s.language, s.currency, s.goods_minor, s.discount_minor, s.delivery_minor, s.tax_minor, s.tax_included,
        s.total_minor, 0, 0, 0, false, s.shipping_address, '{}', '', '', s.external_id, s.placed_at, s.business_on,
        s.placed_at, s.placed_at, 1
    FROM stage_order s ORDER BY s.placed_at
    ON CONFLICT (origin, external_id) DO NOTHING RETURNING id, external_id
)
SELECT id, external_id FROM written
"""
_LINES = """
INSERT INTO orders_orderline (id, order_id, position, kind, variant_id, sku, name, quantity, unit_minor, goods_minor,
    discount_minor, tax_rate, tax_minor, unit_cost, discounts, components, fulfilled_qty, cancelled_qty, returned_qty,
    facts)
SELECT uuidv7(), f.id, s.position, s.kind, s.variant_id, s.sku, s.name, s.quantity, s.unit_minor, s.goods_minor,
    s.discount_minor, s.tax_rate, s.tax_minor, s.unit_cost, '[]', '[]', s.quantity, 0, 0, coalesce(s.facts, '{}')
FROM stage_line s JOIN fresh_order f ON f.external_id = s.order_external_id
"""


def import_orders(orders: Iterable[tuple[Any, ...]], lines: Iterable[tuple[Any, ...]], *, actor: Actor) -> ImportCount:
    """Write historical orders with their lines; columns as above. State completed, origin import."""
    actor.require(IMPORT)
    with transaction.atomic():
        db.execute(_STAGE_ORDERS)
        db.execute(_STAGE_LINES)
        staged = db.copy_rows(f"COPY stage_order ({', '.join(ORDER_COLUMNS)}) FROM STDIN", orders)
        db.copy_rows(f"COPY stage_line ({', '.join(LINE_COLUMNS)}) FROM STDIN", lines)
        written = db.execute(_ORDERS)
        db.execute("ANALYZE fresh_order")  # a temporary table has no statistics of its own
        line_count = db.execute(_LINES)
        audit.record(actor, "orders.import_orders", "import", clock.now().isoformat(),
                     new={"orders": written, "lines": line_count})
        _drop("stage_order", "stage_line", "fresh_order")
    return ImportCount(written, line_count, staged - written)


def _drop(*tables: str) -> None:
    for table in tables:
        db.execute(f"DROP TABLE {table}")


_STAGE_NOTES = """
CREATE TEMP TABLE stage_note (external_id text PRIMARY KEY, order_external_id text, channel_id smallint,
    customer_id uuid, issued_at timestamptz, business_on date, currency text, tax_included boolean,
    total_minor bigint, tax_minor bigint,
    data jsonb) ON COMMIT DROP
"""
_STAGE_CREDITS = """
CREATE TEMP TABLE stage_credit (note_external_id text, order_position integer, kind text, variant_id uuid, sku text,
    name text, quantity numeric, goods_minor bigint, discount_minor bigint, tax_minor bigint, facts jsonb)
    ON COMMIT DROP
"""
_NOTES = """
CREATE TEMP TABLE fresh_note ON COMMIT DROP AS
WITH written AS (
    INSERT INTO orders_invoice (id, order_id, kind, number, currency, total_minor, tax_minor, data, external_id,
        issued_at, business_on)
    SELECT uuidv7(), o.id, 'credit_note', 'CI' || nextval('orders_number'), s.currency, s.total_minor, s.tax_minor,
        coalesce(s.data, '{}'), s.external_id, s.issued_at, s.business_on
    FROM stage_note s LEFT JOIN orders_order o ON o.origin = 'import' AND o.external_id = s.order_external_id
    ORDER BY s.issued_at ON CONFLICT (external_id) DO NOTHING RETURNING id, order_id, external_id
)
SELECT id, order_id, external_id FROM written
"""
_CREDITS = """
INSERT INTO orders_saleentry (order_id, line_id, invoice_id, kind, at, business_on, channel_id, customer_id, currency,
    tax_included, line_kind, variant_id, sku, name, quantity, goods_minor, discount_minor, tax_minor, unit_cost, facts)
SELECT f.order_id, l.id, f.id, 'credit', n.issued_at, n.business_on, n.channel_id, n.customer_id, n.currency,
    n.tax_included, s.kind, s.variant_id, s.sku, s.name, -s.quantity, -s.goods_minor, -s.discount_minor, -s.tax_minor,
    l.unit_cost, coalesce(s.facts, '{}')
FROM stage_credit s JOIN fresh_note f ON f.external_id = s.note_external_id
JOIN stage_note n ON n.external_id = f.external_id
LEFT JOIN orders_orderline l ON l.order_id = f.order_id AND l.position = s.order_position
"""
_RETURNED = """
UPDATE orders_orderline l SET returned_qty = least(l.fulfilled_qty, l.returned_qty + e.quantity)
FROM (SELECT e.line_id, -sum(e.quantity) AS quantity FROM orders_saleentry e JOIN fresh_note f ON f.id = e.invoice_id
      WHERE e.line_id IS NOT NULL GROUP BY e.line_id) e
WHERE l.id = e.line_id AND e.quantity > 0
"""
_CREDITED = """
UPDATE orders_order o SET credited_minor = o.credited_minor + c.total, version = o.version + 1
FROM (SELECT f.order_id, sum(i.total_minor) AS total FROM fresh_note f JOIN orders_invoice i ON i.id = f.id
      WHERE f.order_id IS NOT NULL GROUP BY f.order_id) c
WHERE o.id = c.order_id
"""


def import_credit_notes(notes: Iterable[tuple[Any, ...]], lines: Iterable[tuple[Any, ...]], *,
                        actor: Actor) -> ImportCount:
    """Write historical credit notes, each with its order where known; columns as in this module's docstring."""
    actor.require(IMPORT)
    with transaction.atomic():
        db.execute(_STAGE_NOTES)
        db.execute(_STAGE_CREDITS)
        staged = db.copy_rows(f"COPY stage_note ({', '.join(NOTE_COLUMNS)}) FROM STDIN", notes)
        db.copy_rows(f"COPY stage_credit ({', '.join(CREDIT_COLUMNS)}) FROM STDIN", lines)
        written = db.execute(_NOTES)
        line_count = db.execute(_CREDITS)
        db.execute(_RETURNED)
        db.execute(_CREDITED)
        audit.record(actor, "orders.import_credit_notes", "import", clock.now().isoformat(),
                     new={"notes": written, "lines": line_count})
        _drop("stage_note", "stage_credit", "fresh_note")
    return ImportCount(written, line_count, staged - written)
