"""Which orders an order was split from or merged with, and whose payments pay for whose goods."""

from __future__ import annotations

from uuid import UUID

from entrepot.kit import db
from entrepot.kit.actor import Actor
from entrepot.kit.errors import NotFound
from entrepot.orders.contracts import OrderState, RelativeView
from entrepot.orders.models import Order
from entrepot.orders.permissions import READ

_KIN = """
WITH told AS (
    SELECT DISTINCT ON (1) data->>'order' AS number, kind FROM orders_timelineentry
    WHERE order_id = %(order)s AND kind IN ('split', 'merged', 'merged_into') ORDER BY 1, id DESC
), money AS (
    SELECT other, sum(paid)::bigint AS paid, sum(aside)::bigint AS aside FROM (
        SELECT source_id AS other, amount_minor AS paid, 0 AS aside FROM orders_transfer WHERE target_id = %(order)s
        UNION ALL SELECT target_id, -amount_minor, 0 FROM orders_transfer WHERE source_id = %(order)s
        UNION ALL SELECT source_id, 0, amount_minor FROM orders_earmark WHERE target_id = %(order)s
        UNION ALL SELECT target_id, 0, -amount_minor FROM orders_earmark WHERE source_id = %(order)s) AS m GROUP BY 1
), kin AS (
    SELECT o.id FROM orders_order o JOIN told ON told.number = o.number UNION SELECT other FROM money
)
SELECT o.id, o.number, o.state, coalesce(told.kind, '') AS kind, o.id < %(order)s AS is_older,
       coalesce(money.paid, 0) AS paid, coalesce(money.aside, 0) AS aside
FROM kin JOIN orders_order o ON o.id = kin.id LEFT JOIN told ON told.number = o.number
LEFT JOIN money ON money.other = o.id ORDER BY o.id
"""


def relatives_of(order_id: UUID, *, actor: Actor) -> list[RelativeView]:
    """The orders that an order shares its past or its money with, the oldest first, in one statement."""
    actor.require(READ)
    found = db.rows(_KIN, {"order": order_id})
    if not found and not Order.objects.filter(pk=order_id).exists():
        raise NotFound("order")
    how = {("split", True): "split_from", ("split", False): "split_into"}
    return [RelativeView(r.id, r.number, OrderState(r.state), how.get((r.kind, r.is_older), r.kind), r.paid, r.aside)
            for r in found]
