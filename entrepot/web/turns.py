"""Threads of one web process take turns.

Python's lock goes to whoever asks at the right moment. A thread that handles one short request after another gives it
up for each statement and has it back before a waiting thread is awake, so that on a busy machine one request in some
thousands waits for half a second while its neighbour serves a thousand others (ADR 0013). A thread that has had no
idle moment for a while therefore sleeps for one: long enough for the other to wake.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterable
from typing import Any

AFTER_S = 0.010  # of work without an idle moment
PAUSE_S = 0.0005
IDLE_S = 0.001  # without a request: the lock was free

Application = Callable[[dict[str, Any], Any], Iterable[bytes]]


class _Stretch(threading.local):
    """When this thread began to work without an idle moment, and when its last request ended."""

    began = 0.0
    ended = 0.0


class Turns:
    """The WSGI application, with a pause for a thread that has worked for `AFTER_S` without one."""

    def __init__(self, application: Application, *, now: Callable[[], float] = time.monotonic,
                 sleep: Callable[[float], None] = time.sleep) -> None:
        self._application = application
        self._now = now
        self._sleep = sleep
        self._stretch = _Stretch()

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        stretch, now = self._stretch, self._now()
        if now - stretch.ended > IDLE_S:
            stretch.began = now
        elif now - stretch.began > AFTER_S:
            self._sleep(PAUSE_S)
            stretch.began = self._now()
        try:
            return self._application(environ, start_response)
        finally:
            stretch.ended = self._now()
