"""Scheduled work of the checkout."""

from procrastinate.contrib.django import app

from entrepot.checkout.actions import remove_abandoned
from entrepot.checkout.actions.forgetting import forget_placed
from entrepot.kit import retention
from entrepot.kit.actor import system
from entrepot.kit.errors import N_

retention.declare("checkout.placed",
                  N_("Names and addresses in carts that have become orders; the order keeps its own"), 90,
                  lambda before, limit: forget_placed(before, limit, actor=system("checkout.cleaner")))


@app.periodic(cron="17 3 * * *")
@app.task(name="checkout.remove_abandoned", queue="default", pass_context=False)
def remove_abandoned_carts(timestamp: int) -> None:
    """Every night: carts that nobody touched for long."""
    remove_abandoned(actor=system("checkout.cleaner"))
