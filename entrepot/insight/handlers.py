"""Sales and refunds become commerce events of the server, each once; of whom only with their word."""

from __future__ import annotations

from entrepot.customers import public as customers
from entrepot.customers.events import CustomerClosed
from entrepot.insight.actions import forget_customer, record_event
from entrepot.kit.actor import system
from entrepot.kit.outbox import on
from entrepot.orders.events import OrderPlaced, OrderRefunded

_SERVER = system("insight")


@on(OrderPlaced)
def on_order_placed(event: OrderPlaced) -> None:
    known = event.customer_id is not None and customers.has_consent(event.customer_id, "analytics")
    record_event("purchase", channel_id=event.channel_id, subject=str(event.customer_id) if known else "",
                 key=f"purchase:{event.order_id}", value_minor=event.total_minor, currency=event.currency,
                 params={"transaction_id": event.number}, actor=_SERVER)


@on(OrderRefunded)
def on_order_refunded(event: OrderRefunded) -> None:
    record_event("refund", key=f"refund:{event.order_id}:{event.reference}:{event.amount_minor}",
                 value_minor=event.amount_minor, currency=event.currency, params={"transaction_id": event.number},
                 actor=_SERVER)


@on(CustomerClosed)
def on_customer_closed(event: CustomerClosed) -> None:
    forget_customer(event.customer_id, actor=_SERVER)
