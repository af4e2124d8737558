"""Argon2 behind a semaphore: a flood of sign-ins must not take the cores from people who browse."""

from __future__ import annotations

import threading

from django.contrib.auth.hashers import Argon2PasswordHasher

from entrepot.kit.errors import ServiceUnavailable

AT_ONCE = 1  # per process
PATIENCE_SECONDS = 1.0  # a waiting sign-in holds a thread of the web server

_slots = threading.BoundedSemaphore(AT_ONCE)


class _Slot:
    def __enter__(self) -> None:
        if not _slots.acquire(timeout=PATIENCE_SECONDS):
            raise ServiceUnavailable

    def __exit__(self, *_: object) -> None:
        _slots.release()


class GuardedArgon2(Argon2PasswordHasher):
    """OWASP's second recommended setting: 19 MiB, two passes, one lane; at most `AT_ONCE` at a time in a process."""

    time_cost = 2
    memory_cost = 19_456
    parallelism = 1

    def encode(self, password: str, salt: str) -> str:
        with _Slot():
            return str(super().encode(password, salt))

    def verify(self, password: str, encoded: str) -> bool:
        with _Slot():
            return bool(super().verify(password, encoded))

    def harden_runtime(self, password: str, encoded: str) -> None:
        """Nothing: a changed cost is repaired by the rehash at the next sign-in."""


