"""Channels, kept in each process for a few seconds: every request asks for one and they hardly ever change."""

from __future__ import annotations

import time

from entrepot.catalog.contracts import ChannelInfo
from entrepot.kit import db
from entrepot.kit.errors import NotFound

_FRESH_S = 5.0

_ALL = """
SELECT id, code, name, currency, country, languages, time_zone, prices_include_tax, guest_hold_minutes,
       member_hold_minutes, unpaid_expiry_minutes, approve_above_minor, allocation, is_default, is_active
FROM catalog_channel ORDER BY is_default DESC, id
"""

_cache: tuple[float, tuple[ChannelInfo, ...]] = (0.0, ())


def forget() -> None:
    """Read again at the next call (after a change in this process, and between tests)."""
    global _cache
    _cache = (0.0, ())


def _all() -> tuple[ChannelInfo, ...]:
    global _cache
    until, known = _cache
    if time.monotonic() < until:
        return known
    known = tuple(ChannelInfo(*r._replace(languages=tuple(r.languages))) for r in db.rows(_ALL))
    if known:  # an empty shop is being set up: look again
        _cache = (time.monotonic() + _FRESH_S, known)
    return known


def channel(code_or_id: str | int) -> ChannelInfo:
    """The channel, at most five seconds old; one that is not known is looked for again at once."""
    for _ in range(2):
        for info in _all():
            if code_or_id in (info.code, info.id):
                return info
        forget()
    raise NotFound("channel")


def currency_statement(channel_id: str) -> str:
    """SQL for the currency of a channel, for those who read it within their own statement."""
    return f"(SELECT currency FROM catalog_channel WHERE id = {channel_id})"  # noqa: S608 SQL of our own


def default_channel() -> ChannelInfo:
    """The default channel, else the first active one."""
    found = next((c for c in _all() if c.is_active), None)
    if found is None:
        raise NotFound("channel")
    return found


def channels(*, active_only: bool = False) -> list[ChannelInfo]:
    """All channels, from this process's memory."""
    return [c for c in _all() if c.is_active or not active_only]
