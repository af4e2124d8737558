"""Background work of payments."""

from __future__ import annotations

from uuid import UUID

from procrastinate.contrib.django import app

from entrepot.kit.actor import system
from entrepot.payments.actions.heal import heal as _heal
from entrepot.payments.actions.requests import run_request as _run_request


@app.task(name="payments.run_request", queue="default")
def run_request(request_id: str) -> None:
    _run_request(UUID(request_id), actor=system("payments"))


@app.periodic(cron="* * * * * */20")
@app.task(name="payments.heal", queue="default", queueing_lock="payments.heal")
def heal(timestamp: int) -> None:
    _heal(actor=system("payments"))
