"""Counts what visitors search for without a write on the search's path: kept in memory, written in batches by a thread.

At most `FLUSH_S` seconds of counts are lost when a process is killed; they are statistics, not books.
"""

from __future__ import annotations

import atexit
import threading
import time

import structlog
from django.db import connection

from entrepot.kit import clock
from entrepot.kit.actor import system
from entrepot.kit.bylanguage import CONTROL
from entrepot.showcase import rules

log = structlog.get_logger(__name__)

FLUSH_S = 10.0
_FULL = 5_000
_ACTOR = system("search counts")

_lock = threading.Lock()
_counts: dict[tuple[str, str], tuple[int, int]] = {}
_flushed_at = time.monotonic()
_flushing: threading.Thread | None = None


def note(language: str, text: str, *, empty: bool) -> None:
    """Count a question. Very many different ones in one interval (a scraper) are not kept apart beyond a limit."""
    query = rules.normalised_query(CONTROL.sub("", text))[:120]  # a null would lose what all others asked
    if not query:
        return
    with _lock:
        asked, none = _counts.get((language, query), (0, 0))
        if asked or len(_counts) < _FULL:
            _counts[language, query] = (asked + 1, none + empty)
        due = time.monotonic() - _flushed_at > FLUSH_S
    if due:
        _flush_soon()


def _flush_soon() -> None:
    global _flushing, _flushed_at
    with _lock:
        if _flushing is not None and _flushing.is_alive():
            return
        _flushed_at = time.monotonic()
        _flushing = threading.Thread(target=_flush_and_close, name="search-counts", daemon=True)
    _flushing.start()


def _flush_and_close() -> None:
    try:
        flush()
    except Exception:
        log.exception("search counts were not written")
    finally:
        connection.close()  # this thread's own


def flush() -> int:
    """Write what was counted since the last time (one statement). Returns how many different questions."""
    from entrepot.showcase.actions.counts import add_counts

    with _lock:
        taken = dict(_counts)
        _counts.clear()
    if taken:
        rows = [(language, query, *numbers) for (language, query), numbers in sorted(taken.items())]
        add_counts(rows, day=clock.now().date(), actor=_ACTOR)
    return len(taken)


def _at_exit() -> None:
    try:
        flush()
    except Exception:
        log.warning("the last search counts were not written")


atexit.register(_at_exit)
