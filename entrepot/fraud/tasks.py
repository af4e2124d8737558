"""Scheduled work of fraud checks."""

from procrastinate.contrib.django import app

from entrepot.fraud import actions
from entrepot.kit import clock, retention
from entrepot.kit.actor import system
from entrepot.kit.errors import N_

retention.declare("fraud.network",
                  N_("From which network addresses orders came, and by what fraud checks knew the buyer"), 90,
                  lambda before, limit: actions.forget_network(before, limit, actor=system("fraud upkeep")))


@app.periodic(cron="40 3 * * *")
@app.task(name="fraud.forget_attempts", queue="default", pass_context=False)
def forget_attempts(timestamp: int) -> None:
    actions.forget_attempts(clock.now(), actor=system("fraud upkeep"))
