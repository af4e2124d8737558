"""Scheduled work of fraud checks."""

from procrastinate.contrib.django import app

from entrepot.fraud import actions
from entrepot.kit import clock
from entrepot.kit.actor import system


@app.periodic(cron="40 3 * * *")
@app.task(name="fraud.forget_attempts", queue="default", pass_context=False)
def forget_attempts(timestamp: int) -> None:
    actions.forget_attempts(clock.now(), actor=system("fraud upkeep"))
