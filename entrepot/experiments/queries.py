"""Reads of flags."""

from __future__ import annotations

import time

from entrepot.experiments import rules
from entrepot.experiments.contracts import FlagInfo
from entrepot.experiments.models import Flag
from entrepot.kit import db
from entrepot.kit.errors import N_, NotFound

CACHE_SECONDS = 5.0
_cached: tuple[float, dict[str, FlagInfo]] = (float("-inf"), {})


def _flags() -> dict[str, FlagInfo]:
    global _cached
    if time.monotonic() - _cached[0] > CACHE_SECONDS:
        found = db.rows(
            "SELECT key, description, is_enabled, share_percent, version FROM experiments_flag ORDER BY key"
        )
        _cached = (time.monotonic(), {r.key: FlagInfo(*r) for r in found})
    return _cached[1]


def forget_flags() -> None:
    """Drop this process's copy after a change."""
    global _cached
    _cached = (float("-inf"), {})


def is_on(key: str, subject: str) -> bool:
    """Whether the flag is on for this subject; one that nobody made is off. Flags are at most a few seconds old."""
    flag = _flags().get(key)
    return flag is not None and rules.is_on(flag, subject)


def list_flags() -> list[FlagInfo]:
    """All flags by key, from the database."""
    return [info(f) for f in Flag.objects.order_by("key")]


def get_flag(key: str) -> FlagInfo:
    found = Flag.objects.filter(key=key).first()
    if found is None:
        raise NotFound(N_("flag"))
    return info(found)


def info(flag: Flag) -> FlagInfo:
    return FlagInfo(flag.key, flag.description, flag.is_enabled, flag.share_percent, flag.version)
