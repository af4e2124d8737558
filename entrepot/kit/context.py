"""Facts of the request or job at hand that others carry along: its id, and what it owes its transactions."""

from __future__ import annotations

from collections.abc import Callable
from contextvars import ContextVar

request_id: ContextVar[str] = ContextVar("request_id", default="")

# Called in every transaction of this request, last before it commits. Raising rolls it back.
before_commit: ContextVar[Callable[[], None] | None] = ContextVar("before_commit", default=None)
