"""What makes a staff session count: a second factor in this session, not idle too long, not too old."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.http import HttpRequest

from entrepot.kit import clock

IDLE = timedelta(minutes=15)
ABSOLUTE = timedelta(hours=12)
RECENT = timedelta(minutes=5)

_METHODS = "account_authentication_methods"  # allauth's record of how this session was authenticated
_SEEN = "entrepot.seen_at"


def is_verified(request: HttpRequest) -> bool:
    """True when a second factor was given in this session."""
    return any(r.get("method") == "mfa" for r in _records(request))


def is_expired(request: HttpRequest) -> bool:
    """True when a staff session was idle or open for longer than allowed."""
    now = clock.now().timestamp()
    started = min((float(r["at"]) for r in _records(request)), default=now)
    seen = float(request.session.get(_SEEN, now))
    return now - seen > IDLE.total_seconds() or now - started > ABSOLUTE.total_seconds()


def touch(request: HttpRequest) -> None:
    """Note activity, at most once a minute so that reading pages does not write each time."""
    now = clock.now().timestamp()
    if now - float(request.session.get(_SEEN, 0)) > 60:
        request.session[_SEEN] = now


def is_recent(request: HttpRequest) -> bool:
    """True when the person proved who they are within the last minutes (needed for sensitive changes)."""
    latest = max((float(r["at"]) for r in _records(request)), default=0.0)
    return clock.now().timestamp() - latest <= RECENT.total_seconds()


def _records(request: HttpRequest) -> list[dict[str, Any]]:
    if not hasattr(request, "session"):
        return []
    records = request.session.get(_METHODS)
    return records if isinstance(records, list) else []
