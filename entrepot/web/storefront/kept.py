"""What a process remembers for a few seconds: the same for every visitor, and asked by many pages."""

from __future__ import annotations

import time
from collections.abc import Callable, Hashable
from typing import Any, Generic, TypeVar

T = TypeVar("T")

_all: list[Kept[Any]] = []


class Kept(Generic[T]):
    """Answers by what they depend on, for `seconds`; about `most` of them."""

    def __init__(self, seconds: float, most: int = 500) -> None:
        self._seconds, self._most = seconds, most
        self._found: dict[Hashable, tuple[float, T]] = {}
        _all.append(self)

    def get(self, key: Hashable, read: Callable[[], T]) -> T:
        until, found = self._found.get(key, (0.0, None))
        if found is None or time.monotonic() > until:
            found = read()
            if len(self._found) >= self._most:
                self._found.clear()
            self._found[key] = (time.monotonic() + self._seconds, found)
        return found

    def clear(self) -> None:
        self._found.clear()


def forget() -> None:
    """Read everything again at the next call (between tests)."""
    for kept in _all:
        kept.clear()
