"""Scheduled work of the catalogue."""

from procrastinate.contrib.django import app

from entrepot.catalog.actions import drawings, publications
from entrepot.kit.actor import system
from entrepot.kit.soon import now

_DRAWINGS_AT_ONCE = 10  # two seconds or so, then whoever waits goes first
_LAST = -10


@app.periodic(cron="* * * * *")
@app.task(name="catalog.notice_dates", queue="default", pass_context=False)
def notice_dates(timestamp: int) -> None:
    while publications.notice_dates(actor=system("publisher")) >= 5_000:
        pass


@app.task(name=drawings.RENDER, queue="default")
def render_drawings() -> None:
    if drawings.render_drawings(_DRAWINGS_AT_ONCE, actor=system("catalogue")):
        now(drawings.RENDER, priority=_LAST)
