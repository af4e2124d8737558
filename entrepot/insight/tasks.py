"""Scheduled counting."""

from __future__ import annotations

from procrastinate.contrib.django import app

from entrepot.insight import affinity
from entrepot.kit.actor import system


@app.periodic(cron="17 * * * *")
@app.task(name="insight.refresh_affinity", queue="default", pass_context=False)
def refresh_affinity(timestamp: int) -> None:
    affinity.refresh_affinity(actor=system("insight"))
