"""What customers see around their orders: what reached them, the pictures they sent with a return."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from entrepot.kit import db, private
from entrepot.kit.actor import Actor
from entrepot.kit.errors import NotFound
from entrepot.orders import queries
from entrepot.orders.models import Order


@dataclass(frozen=True, slots=True)
class Received:
    """A variant that reached a customer, with the delivery it last came by."""

    variant_id: UUID
    order_id: UUID
    name: str
    delivered_at: datetime


_RECEIVED = """
SELECT DISTINCT ON (l.variant_id) l.variant_id, o.id, l.name, f.delivered_at
FROM orders_order o JOIN orders_orderline l ON l.order_id = o.id
JOIN orders_fulfilmentline fl ON fl.line_id = l.id JOIN orders_fulfilment f ON f.id = fl.fulfilment_id
WHERE o.customer_id = %(customer)s AND f.state = 'delivered' AND l.kind = 'product' AND l.variant_id IS NOT NULL
  AND (%(variants)s::uuid[] IS NULL OR l.variant_id = ANY(%(variants)s))
ORDER BY l.variant_id, f.delivered_at DESC
"""


def received_by(customer_id: UUID, variant_ids: Sequence[UUID] | None = None) -> list[Received]:
    """What reached a customer, each variant once, the latest first (one statement)."""
    variants = list(variant_ids) if variant_ids is not None else None
    found = [Received(*r) for r in db.rows(_RECEIVED, {"customer": customer_id, "variants": variants})]
    return sorted(found, key=lambda r: r.delivered_at, reverse=True)


def names_in(order_ids: Sequence[UUID]) -> dict[UUID, list[str]]:
    """The names of what each order holds, in order (one statement)."""
    found: dict[UUID, list[str]] = {}
    for r in db.rows("SELECT order_id, name FROM orders_orderline WHERE order_id = ANY(%s) AND quantity > 0"
                     " ORDER BY order_id, position", [list(order_ids)]):
        found.setdefault(r.order_id, []).append(r.name)
    return found


def photo(order_id: UUID, photo_id: UUID, *, actor: Actor) -> bytes:
    """A picture as WebP, for whoever may see the order."""
    require_visible(order_id, actor)
    content = private.content_of(f"orders/{order_id}/{photo_id}.webp")
    if content is None:
        raise NotFound("photo")
    return content


def require_visible(order_id: UUID, actor: Actor) -> None:
    """The order exists for this actor; a stranger gets the same answer as for no order at all."""
    queries.require_reader(actor)
    order = Order.objects.only("id", "customer_id").filter(pk=order_id).first()
    if order is None or not queries.belongs(order, actor):
        raise NotFound("order")
