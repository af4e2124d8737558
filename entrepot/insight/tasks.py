"""Scheduled counting."""

from __future__ import annotations

from procrastinate.contrib.django import app

from entrepot.insight import actions, affinity
from entrepot.kit import retention
from entrepot.kit.actor import system
from entrepot.kit.errors import N_

retention.declare("insight.events", N_("What visitors and customers did in the shop, event by event"), 400,
                  lambda before, limit: actions.forget_events(before, limit, actor=system("insight")))


@app.periodic(cron="17 * * * *")
@app.task(name="insight.refresh_affinity", queue="default", pass_context=False)
def refresh_affinity(timestamp: int) -> None:
    affinity.refresh_affinity(actor=system("insight"))
