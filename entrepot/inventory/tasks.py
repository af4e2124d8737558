"""Scheduled work on stock."""

from procrastinate.contrib.django import app

from entrepot.inventory.actions import reserving
from entrepot.kit import clock
from entrepot.kit.actor import system


@app.periodic(cron="* * * * * */5")
@app.task(name="inventory.expire_holds", queue="default", pass_context=False)
def expire_holds(timestamp: int) -> None:
    reserving.expire_holds(clock.now(), actor=system("stock holds"))
