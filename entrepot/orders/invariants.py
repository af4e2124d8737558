"""What must always hold of orders, as SQL that returns what breaks it."""

from __future__ import annotations

from entrepot.kit.errors import N_
from entrepot.kit.invariants import register

# News of a payment that has not been worked on yet explains a difference; it is not one.
_NEWS_WAITS = """
EXISTS (SELECT 1 FROM kit_delivery d JOIN kit_event e ON e.id = d.event_id AND e.at = d.event_at
        WHERE d.state <> 'done' AND d.handler LIKE 'orders.%' AND e.payload->>'order_id' = o.id::text)
"""

register("orders.total_is_sum_of_parts", N_("An order's amounts are the sums of its lines and its delivery."), """
SELECT o.number, o.goods_minor, l.goods FROM orders_order o
JOIN (SELECT order_id, sum(goods_minor) AS goods, sum(discount_minor) AS discount, sum(tax_minor) AS tax
      FROM orders_orderline GROUP BY order_id) l ON l.order_id = o.id
WHERE o.goods_minor <> l.goods
   OR (o.origin <> 'import' AND (o.discount_minor - l.discount NOT BETWEEN 0 AND o.delivery_minor
                                 OR o.tax_minor - l.tax < 0))
""")

register("orders.paid_is_ledger", N_("What an order says is paid and refunded is what the payments ledger says."), f"""
SELECT o.number, o.paid_minor, o.refunded_minor, p.net, p.refunded FROM orders_order o
LEFT JOIN LATERAL (
    SELECT coalesce(sum(captured_minor - refunded_minor), 0) AS net, coalesce(sum(refunded_minor), 0) AS refunded
    FROM payments_payment WHERE order_id = o.id) p ON true
LEFT JOIN LATERAL (
    SELECT coalesce(sum(CASE WHEN target_id = o.id THEN amount_minor ELSE -amount_minor END), 0) AS net,
           coalesce(sum(CASE WHEN source_id = o.id THEN amount_minor ELSE -amount_minor END)
                    FILTER (WHERE is_refund), 0) AS refunded
    FROM orders_transfer WHERE o.id IN (source_id, target_id)) t ON true
WHERE (o.paid_minor <> p.net + t.net OR o.refunded_minor <> p.refunded + t.refunded) AND NOT {_NEWS_WAITS}
""")  # noqa: S608  our own text

register("orders.set_aside_is_there", N_("What is set aside for orders is set aside in payments, and for one alone."),
         f"""
SELECT o.number, o.authorised_minor, p.held, e.incoming, e.outgoing
FROM (SELECT * FROM orders_order WHERE authorised_minor > 0 OR id IN (SELECT source_id FROM orders_earmark)) o
LEFT JOIN LATERAL (
    SELECT coalesce(sum(authorised_minor - captured_minor), 0) AS held FROM payments_payment p
    WHERE order_id = o.id AND state <> 'voided'
      AND NOT EXISTS (SELECT 1 FROM payments_transaction t WHERE t.payment_id = p.id AND t.kind = 'void')) p ON true
LEFT JOIN LATERAL (
    SELECT coalesce(sum(amount_minor) FILTER (WHERE target_id = o.id), 0) AS incoming,
           coalesce(sum(amount_minor) FILTER (WHERE source_id = o.id), 0) AS outgoing
    FROM orders_earmark WHERE o.id IN (source_id, target_id)) e ON true
WHERE (o.authorised_minor > p.held - e.outgoing + e.incoming OR e.outgoing > p.held) AND NOT {_NEWS_WAITS}
""")  # noqa: S608  our own text

register("orders.credited_is_entries", N_("What was given back of an order is the sum of its entries."), """
SELECT o.number, o.credited_minor, e.credited FROM orders_order o
LEFT JOIN LATERAL (
    SELECT -coalesce(sum(goods_minor - discount_minor + CASE WHEN tax_included THEN 0 ELSE tax_minor END), 0)
           AS credited
    FROM orders_saleentry WHERE order_id = o.id AND kind <> 'edit') e ON true
WHERE o.origin <> 'import' AND o.credited_minor <> e.credited
""")

register("orders.reported_is_worth", N_("The reporting lines of an order sum to what it is worth."), """
SELECT o.number, o.total_minor - o.credited_minor AS worth, v.gross FROM orders_order o
JOIN (SELECT order_id, sum(gross_minor) AS gross FROM reporting.order_lines_v1 WHERE order_id IS NOT NULL
      GROUP BY order_id) v ON v.order_id = o.id
WHERE o.origin <> 'import' AND v.gross <> o.total_minor - o.credited_minor
  AND NOT EXISTS (SELECT 1 FROM orders_timelineentry t WHERE t.order_id = o.id
                  AND t.kind IN ('split', 'merged', 'merged_into'))
""")

register("orders.returned_within_fulfilled", N_("No line is returned beyond what was handed over."), """
SELECT o.number, l.sku, l.returned_qty, l.fulfilled_qty FROM orders_orderline l JOIN orders_order o ON o.id = l.order_id
WHERE l.returned_qty > l.fulfilled_qty OR l.fulfilled_qty + l.cancelled_qty > l.quantity
""")

register("orders.fulfilled_is_parcels", N_("What a line says was handed over is what its parcels held."), """
SELECT o.number, l.sku, l.fulfilled_qty, f.quantity FROM orders_orderline l JOIN orders_order o ON o.id = l.order_id
LEFT JOIN LATERAL (
    SELECT coalesce(sum(fl.quantity), 0) AS quantity FROM orders_fulfilmentline fl
    JOIN orders_fulfilment f ON f.id = fl.fulfilment_id
    WHERE fl.line_id = l.id AND f.state IN ('shipped', 'delivered')) f ON true
WHERE o.origin <> 'import' AND l.fulfilled_qty <> f.quantity
""")

register("orders.refund_within_paid", N_("No more is given back than was paid."), """
SELECT o.number, o.paid_minor, o.refunded_minor FROM orders_order o WHERE o.refunded_minor < 0
   OR (o.paid_minor < 0 AND NOT EXISTS (SELECT 1 FROM orders_transfer t WHERE o.id IN (t.source_id, t.target_id)))
""")

register("orders.invoices_without_gaps", N_("Invoice and credit note numbers have no gaps."), """
SELECT s.code, s.last, count(i.id) AS issued FROM orders_numberseries s
LEFT JOIN orders_invoice i ON i.external_id IS NULL
     AND i.kind || '-' || split_part(i.number, '-', 2) = s.code
GROUP BY s.code, s.last HAVING count(i.id) <> s.last
""")

register("orders.ended_holds_nothing", N_("Cancelled and expired orders hold no stock and are worth nothing."), """
SELECT o.number, o.state FROM orders_order o WHERE o.state IN ('cancelled', 'expired')
  AND (o.total_minor <> o.credited_minor
       OR EXISTS (SELECT 1 FROM inventory_reservation r WHERE r.owner_id = o.id))
""")

register("orders.has_lines", N_("Every order has lines, unless it was merged into another."), """
SELECT o.number FROM orders_order o WHERE NOT EXISTS (SELECT 1 FROM orders_orderline l WHERE l.order_id = o.id)
  AND NOT EXISTS (SELECT 1 FROM orders_timelineentry t WHERE t.order_id = o.id AND t.kind = 'merged_into')
""")
