"""What carts do when a person leaves."""

from entrepot.checkout.actions.forgetting import forget_customer
from entrepot.customers.events import CustomerClosed
from entrepot.kit.actor import system
from entrepot.kit.outbox import on


@on(CustomerClosed)
def on_customer_closed(event: CustomerClosed) -> None:
    forget_customer(event.customer_id, actor=system("checkout"))
