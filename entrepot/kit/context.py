"""Facts of the request or job at hand that logs, audit and events carry along: its id."""

from __future__ import annotations

from contextvars import ContextVar

request_id: ContextVar[str] = ContextVar("request_id", default="")
