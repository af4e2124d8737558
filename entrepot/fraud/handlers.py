"""What fraud checks learn from payments."""

from entrepot.fraud import actions
from entrepot.kit import clock
from entrepot.kit.actor import system
from entrepot.kit.outbox import on
from entrepot.payments.events import PaymentFailed


@on(PaymentFailed)
def on_payment_failed(event: PaymentFailed) -> None:
    """Card testing shows as failures by the same person, IP or address."""
    actions.note_failed_payment(event.order_id, clock.now(), actor=system("fraud"))
