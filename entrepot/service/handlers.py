"""What follows here when something happens below."""

from entrepot.customers.events import CustomerClosed
from entrepot.kit.actor import system
from entrepot.kit.outbox import on
from entrepot.service.actions import writing


@on(CustomerClosed)
def on_customer_closed(event: CustomerClosed) -> None:
    writing.forget_customer(event.customer_id, actor=system("service"))
