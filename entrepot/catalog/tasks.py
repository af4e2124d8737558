"""Scheduled work of the catalogue."""

from procrastinate.contrib.django import app

from entrepot.catalog.actions import publications
from entrepot.kit.actor import system


@app.periodic(cron="* * * * *")
@app.task(name="catalog.notice_dates", queue="default", pass_context=False)
def notice_dates(timestamp: int) -> None:
    while publications.notice_dates(actor=system("publisher")) >= 5_000:
        pass
