"""Paying a placed order whose payment did not begin, failed, or was given up."""

from __future__ import annotations

from uuid import UUID

from entrepot.catalog import public as catalog
from entrepot.checkout import offers
from entrepot.checkout.actions.placing import begin_payment
from entrepot.checkout.contracts import Placement
from entrepot.checkout.permissions import BUY
from entrepot.kit.actor import Actor, system
from entrepot.kit.errors import NotFound
from entrepot.orders import public as orders
from entrepot.orders.contracts import OrderView, PlacedOrder
from entrepot.payments import public as payments
from entrepot.payments.errors import MethodNotOffered


def pay_order(order_id: UUID, *, payment_method: str = "", return_url: str = "", tracking_secret: str = "",
              actor: Actor) -> Placement:
    """Give the buyer another way to pay what an order still owes: the open payment again, or one by another method.

    A guest proves the order by its tracking secret.
    """
    actor.require(BUY)
    payments.refuse_foreign_return(return_url or "/")
    order, payer = _proven(order_id, tracking_secret, actor)
    placed = PlacedOrder(order.id, order.number, order.state, order.total_minor, order.currency)
    known = payments.payments_of(order.id)
    waiting = next((p for p in known if p.state == "pending" and payment_method in ("", p.provider)
                    and p.amount_minor == order.due_minor), None)
    if waiting is not None:
        return Placement(placed, (begin_payment(waiting, placed, return_url, actor=payer),), None, is_replay=True)
    method = payment_method or next((p.provider for p in reversed(known)), "")
    channel = catalog.channel(order.channel_id)
    if not offers.is_payment_offered(method, channel):
        raise MethodNotOffered
    paid = orders.pay_order(order.id, provider=method, method=method, return_url=return_url or "/", actor=payer)
    return Placement(placed, (paid,), None, is_replay=True)


def _proven(order_id: UUID, tracking_secret: str, actor: Actor) -> tuple[OrderView, Actor]:
    """The order, and in whose name it is paid: whoever holds the secret link may pay without an account."""
    if not tracking_secret:
        return orders.get_order(order_id, actor=actor), actor
    order = orders.track(tracking_secret, actor=actor)
    if order.id != order_id:
        raise NotFound("order")
    return order, system("checkout.guest")
