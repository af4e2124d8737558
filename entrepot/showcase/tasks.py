"""Jobs: rebuild what is marked and let this machine's index follow; once a day, forget old rows."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from procrastinate.contrib.django import app

from entrepot.kit.actor import system
from entrepot.kit.soon import now, soon
from entrepot.showcase.actions import counts, index, rebuild

_ACTOR = system("showcase")
_KEEP_FEED = timedelta(days=7)
_KEEP_COUNTS = timedelta(days=400)
_PRIORITY = 5  # visitors see it


def rebuild_soon() -> None:
    """Queue a rebuild once the marks are committed. Should the process die in between, the minute's job sees them."""
    soon("showcase.rebuild", priority=_PRIORITY)


def reindex_soon() -> None:
    now("showcase.reindex", priority=_PRIORITY)


@app.task(name="showcase.rebuild", queue="default")
def rebuild_marked() -> None:
    rebuild.rebuild_marked(actor=_ACTOR)
    index.follow_changes(actor=_ACTOR)


@app.task(name="showcase.reindex", queue="default")
def reindex() -> None:
    index.rebuild_index(actor=_ACTOR)


@app.periodic(cron="* * * * *")
@app.task(name="showcase.rebuild_left_over", queue="default", pass_context=False)
def rebuild_left_over(timestamp: int) -> None:
    rebuild.rebuild_marked(actor=_ACTOR)
    index.follow_changes(actor=_ACTOR)


@app.periodic(cron="23 3 * * *")
@app.task(name="showcase.forget_old", queue="default", pass_context=False)
def forget_old(timestamp: int) -> None:
    today = datetime.fromtimestamp(timestamp, UTC)
    rebuild.trim_feed(today - _KEEP_FEED, actor=_ACTOR)
    counts.forget_counts((today - _KEEP_COUNTS).date(), actor=_ACTOR)
