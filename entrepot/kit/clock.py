"""The one clock. An action calls `now()` once and passes the value down; a simulation or a test drives it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime

_FIRST_YEAR, _LAST_YEAR = 1900, 9000  # far enough from where Python's years end, whatever the time zone

_frozen: ContextVar[datetime | None] = ContextVar("frozen_now", default=None)


def now() -> datetime:
    """The current moment, aware, in UTC."""
    return _frozen.get() or datetime.now(UTC)


def is_in_reach(moment: datetime) -> bool:
    """Whether the moment comes back from the database: at the edges of the calendar PostgreSQL goes on, Python not."""
    return _FIRST_YEAR <= moment.year <= _LAST_YEAR


@contextmanager
def at(moment: datetime) -> Iterator[None]:
    """Hold the clock at `moment` inside the block (tests, demo generator, simulation)."""
    if moment.tzinfo is None:
        raise ValueError("the clock takes aware datetimes only")
    token = _frozen.set(moment.astimezone(UTC))
    try:
        yield
    finally:
        _frozen.reset(token)
