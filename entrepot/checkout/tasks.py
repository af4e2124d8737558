"""Scheduled work of the checkout."""

from procrastinate.contrib.django import app

from entrepot.checkout.actions import remove_abandoned
from entrepot.kit.actor import system


@app.periodic(cron="17 3 * * *")
@app.task(name="checkout.remove_abandoned", queue="default", pass_context=False)
def remove_abandoned_carts(timestamp: int) -> None:
    """Every night: carts that nobody touched for long."""
    remove_abandoned(actor=system("checkout.cleaner"))
