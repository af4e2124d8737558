"""The one clock. An action calls `now()` once and passes the value down; a simulation or a test drives it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime

_frozen: ContextVar[datetime | None] = ContextVar("frozen_now", default=None)


def now() -> datetime:
    """The current moment, aware, in UTC."""
    return _frozen.get() or datetime.now(UTC)


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
