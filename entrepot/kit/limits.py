"""How often and how much at once: token buckets in the process for reading, counters in the database for what matters.

Buckets are per process and forget on restart: they keep one caller from crowding out others. Counters (sign-in,
coupons, tracking secrets) survive restarts and are shared by all processes; they fail closed with the database.
"""

from __future__ import annotations

import math
import os
import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from entrepot.kit import clock, db
from entrepot.kit.errors import TooManyRequests


@dataclass(frozen=True, slots=True)
class Rate:
    """`amount` per `seconds`, all of which may come at once."""

    amount: int
    seconds: int


def _rate(name: str, default: str) -> Rate:
    amount, _, seconds = os.environ.get(name, default).partition("/")
    return Rate(int(amount), int(seconds or 60))


READS = _rate("ENTREPOT_RATE_READS", "600/60")
WRITES = _rate("ENTREPOT_RATE_WRITES", "120/60")
AT_ONCE = int(os.environ.get("ENTREPOT_CONCURRENCY", "16"))  # per principal and process


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether a request may pass, how many more may, and in how many seconds that begins anew."""

    allowed: bool
    remaining: int
    reset_seconds: int


class Buckets:
    """Token buckets by key; the ones not used longest are forgotten first."""

    def __init__(self, *, keep: int = 50_000, time_source: Callable[[], float] = time.monotonic) -> None:
        self._buckets: OrderedDict[str, tuple[float, float]] = OrderedDict()
        self._keep, self._now, self._lock = keep, time_source, threading.Lock()

    def take(self, key: str, rate: Rate) -> Verdict:
        """Take one token. A refused call takes none."""
        if rate.amount <= 0:
            return Verdict(True, 0, 0)
        now, speed = self._now(), rate.amount / rate.seconds
        with self._lock:
            tokens, at = self._buckets.pop(key, (1.0 * rate.amount, now))
            tokens = min(rate.amount, tokens + (now - at) * speed)
            allowed = tokens >= 1
            self._buckets[key] = (tokens - 1 if allowed else tokens, now)
            if len(self._buckets) > self._keep:
                self._buckets.popitem(last=False)
        left = tokens - 1 if allowed else tokens
        wait = 0.0 if left >= 1 else (1 - left) / speed
        return Verdict(allowed, int(left), math.ceil(wait))


class Slots:
    """How many requests of a key are being worked on in this process."""

    def __init__(self) -> None:
        self._busy: dict[str, int] = {}
        self._lock = threading.Lock()

    def enter(self, key: str, limit: int) -> bool:
        with self._lock:
            if self._busy.get(key, 0) >= limit:
                return False
            self._busy[key] = self._busy.get(key, 0) + 1
            return True

    def leave(self, key: str) -> None:
        with self._lock:
            left = self._busy.get(key, 1) - 1
            if left:
                self._busy[key] = left
            else:
                self._busy.pop(key, None)


buckets = Buckets()
slots = Slots()

_HIT = """
INSERT INTO kit_counter AS c (name, hits, ends_at) VALUES (%(name)s, 1, %(end)s)
ON CONFLICT (name) DO UPDATE SET
    hits = CASE WHEN c.ends_at <= %(now)s THEN 1 ELSE c.hits + 1 END,
    ends_at = CASE WHEN c.ends_at <= %(now)s THEN %(end)s ELSE c.ends_at END
RETURNING hits, ends_at
"""


def count(name: str, window: timedelta) -> tuple[int, datetime]:
    """Count one try; returns how many there were in the running window, and its end. One statement, outside of the
    transaction that it guards, or a rollback would forget the try."""
    now = clock.now()
    found = db.row(_HIT, {"name": name[:200], "now": now, "end": now + window})
    return found.hits, found.ends_at


def hit(name: str, limit: int, window: timedelta) -> None:
    """Count one try and raise TooManyRequests beyond `limit` in `window`."""
    hits, ends_at = count(name, window)
    if hits > limit:
        raise TooManyRequests(seconds=_seconds_until(ends_at))


def check(name: str, limit: int) -> None:
    """Raise TooManyRequests when `limit` tries were already counted, without counting one."""
    found = db.row("SELECT ends_at FROM kit_counter WHERE name = %s AND hits >= %s AND ends_at > %s",
                   [name[:200], limit, clock.now()])
    if found:
        raise TooManyRequests(seconds=_seconds_until(found.ends_at))


def forget(*names: str) -> None:
    """The reason to count is gone (the right password came)."""
    db.execute("DELETE FROM kit_counter WHERE name = ANY(%s)", [[n[:200] for n in names]])


def _seconds_until(moment: datetime) -> int:
    return max(1, math.ceil((moment - clock.now()).total_seconds()))
