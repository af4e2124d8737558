"""What Django cannot say: number sequences, append-only ledgers, the reporting views."""

from django.db import migrations

SEQUENCES = """
CREATE SEQUENCE orders_number START 100001;
CREATE SEQUENCE orders_refund_number START 1;
"""

GUARDS = "".join(f"""
CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE ON {table}
    FOR EACH ROW EXECUTE FUNCTION kit_append_only();
CREATE TRIGGER {table}_no_truncate BEFORE TRUNCATE ON {table}
    FOR EACH STATEMENT EXECUTE FUNCTION kit_append_only();
""" for table in ("orders_saleentry", "orders_timelineentry", "orders_transfer"))

UNGUARD = "".join(f"""
DROP TRIGGER {table}_append_only ON {table};
DROP TRIGGER {table}_no_truncate ON {table};
""" for table in ("orders_saleentry", "orders_timelineentry", "orders_transfer"))

# Signed lines: every sale as it was placed, then everything that changed it, each with its own date. Net revenue of any
# slice is sum(net_minor), with tax sum(gross_minor); units sold are sum(quantity) where line_kind = 'product'.
# An edit is folded into the line as it stands, so the line as placed is the line less its edits.
# Orders that were never paid are in, with their reversal once they are cancelled or expired: filter by `state` for less.
ORDER_LINES = """
CREATE SCHEMA IF NOT EXISTS reporting;
CREATE VIEW reporting.order_lines_v1 AS
WITH line_edit AS (
    SELECT line_id, sum(quantity) AS quantity, sum(goods_minor)::bigint AS goods, sum(discount_minor)::bigint AS discount,
           sum(tax_minor)::bigint AS tax
    FROM orders_saleentry WHERE kind = 'edit' AND line_id IS NOT NULL GROUP BY line_id
), delivery_edit AS (
    SELECT order_id, sum(goods_minor)::bigint AS goods, sum(discount_minor)::bigint AS discount,
           sum(tax_minor)::bigint AS tax
    FROM orders_saleentry WHERE kind = 'edit' AND line_kind = 'delivery' GROUP BY order_id
), line_sum AS (
    SELECT order_id, sum(discount_minor)::bigint AS discount, sum(tax_minor)::bigint AS tax
    FROM orders_orderline GROUP BY order_id
), signed AS (
    SELECT 'sale' AS entry, o.placed_at AS at, o.business_on, o.id AS order_id, l.id AS line_id, NULL::uuid AS change_id,
           o.channel_id, o.customer_id, o.currency, o.tax_included, l.kind AS line_kind, l.variant_id, l.sku, l.name,
           l.quantity - coalesce(e.quantity, 0) AS quantity, l.goods_minor - coalesce(e.goods, 0) AS goods_minor,
           l.discount_minor - coalesce(e.discount, 0) AS discount_minor, l.tax_minor - coalesce(e.tax, 0) AS tax_minor,
           l.unit_cost, l.facts, NULL::uuid AS invoice_id
    FROM orders_orderline l JOIN orders_order o ON o.id = l.order_id LEFT JOIN line_edit e ON e.line_id = l.id
    UNION ALL
    SELECT 'sale', o.placed_at, o.business_on, o.id, NULL, NULL, o.channel_id, o.customer_id, o.currency, o.tax_included,
           'delivery', NULL, '', '', 0, o.delivery_minor - coalesce(e.goods, 0),
           o.discount_minor - coalesce(s.discount, 0) - coalesce(e.discount, 0),
           o.tax_minor - coalesce(s.tax, 0) - coalesce(e.tax, 0), NULL, '{}'::jsonb, NULL
    FROM orders_order o LEFT JOIN line_sum s ON s.order_id = o.id LEFT JOIN delivery_edit e ON e.order_id = o.id
    UNION ALL
    SELECT kind, at, business_on, order_id, line_id, change_id, channel_id, customer_id, currency, tax_included, line_kind,
           variant_id, sku, name, quantity, goods_minor, discount_minor, tax_minor, unit_cost, facts, invoice_id
    FROM orders_saleentry
)
SELECT s.entry, s.at, s.business_on, s.order_id, o.number, o.state, coalesce(o.origin, 'import') AS origin, s.line_id,
       s.change_id, s.channel_id, s.customer_id, s.currency, s.line_kind, s.variant_id, s.sku, s.name, s.quantity,
       s.goods_minor, s.discount_minor, s.tax_minor,
       s.goods_minor - s.discount_minor - CASE WHEN s.tax_included THEN s.tax_minor ELSE 0 END AS net_minor,
       s.goods_minor - s.discount_minor + CASE WHEN s.tax_included THEN 0 ELSE s.tax_minor END AS gross_minor,
       s.unit_cost, o.shipping_address->>'country' AS country, s.facts, s.invoice_id
FROM signed s LEFT JOIN orders_order o ON o.id = s.order_id
WHERE s.quantity <> 0 OR s.goods_minor <> 0 OR s.discount_minor <> 0 OR s.tax_minor <> 0;
"""

# `customer_key` tells people apart without telling who they are; guests by their address, in lower case.
ORDERS = """
CREATE VIEW reporting.orders_v1 AS
SELECT o.id AS order_id, o.number, o.channel_id, o.state, o.origin, o.customer_id,
       coalesce(o.customer_id::text, CASE WHEN o.email = '' THEN 'order:' || o.id
                ELSE 'guest:' || encode(sha256(lower(o.email)::bytea), 'hex') END) AS customer_key,
       o.language, o.currency, o.goods_minor, o.discount_minor, o.delivery_minor, o.tax_minor, o.total_minor,
       o.credited_minor, o.total_minor - o.credited_minor AS worth_minor, o.paid_minor, o.refunded_minor,
       o.shipping_address->>'country' AS country, o.shipping_address->>'country_name' AS country_name,
       coalesce(o.delivery->>'method', o.delivery->>'code') AS delivery_method, o.pickup_warehouse_id,
       o.placed_at, o.business_on, o.paid_at, f.shipped_at, f.delivered_at, o.closed_at
FROM orders_order o
LEFT JOIN (SELECT order_id, min(shipped_at) AS shipped_at, max(delivered_at) AS delivered_at
           FROM orders_fulfilment WHERE state <> 'cancelled' GROUP BY order_id) f ON f.order_id = o.id;
"""


class Migration(migrations.Migration):
    dependencies = [("orders", "0001_initial")]

    operations = [
        migrations.RunSQL(SEQUENCES, "DROP SEQUENCE orders_number; DROP SEQUENCE orders_refund_number"),
        migrations.RunSQL(GUARDS, UNGUARD),
        migrations.RunSQL(ORDER_LINES, "DROP VIEW reporting.order_lines_v1"),
        migrations.RunSQL(ORDERS, "DROP VIEW reporting.orders_v1"),
    ]
