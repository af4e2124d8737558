"""What was bought as a guest comes into the account that the buyer opened later."""

from __future__ import annotations

from uuid import UUID

from django.db import transaction

from entrepot.kit import audit, clock
from entrepot.kit.actor import Actor
from entrepot.kit.errors import NotFound, Unauthenticated
from entrepot.orders import queries
from entrepot.orders.actions.common import lock_order, tell
from entrepot.orders.permissions import OWN


def adopt_order(secret: str, *, actor: Actor) -> UUID:
    """The order of a tracking secret becomes the signed-in customer's; again changes nothing."""
    actor.require(OWN)
    if actor.customer_id is None:
        raise Unauthenticated
    order_id, guest = queries.guest_of(secret, actor=actor)
    with transaction.atomic():
        order = lock_order(order_id, actor=guest)
        if order.customer_id == actor.customer_id:
            return order.id
        if order.customer_id is not None:
            raise NotFound("order")
        order.customer_id = actor.customer_id
        order.save(update_fields=["customer_id"])
        tell(order, "adopted", {}, now=clock.now(), actor=actor)
        audit.record(actor, "orders.adopt_order", "order", order.id, new={"customer": str(actor.customer_id)})
    return order.id
