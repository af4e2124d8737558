"""Synonyms and pins as every process keeps them at hand: read again after a moment, so that a change shows quickly."""

from __future__ import annotations

import threading
import time
from collections import defaultdict
from dataclasses import dataclass
from uuid import UUID

from entrepot.showcase import queries
from entrepot.showcase.engine.search import Merchandising

_FRESH_S = 2.0
_CATEGORIES_FRESH_S = 30.0


@dataclass(frozen=True, slots=True)
class _Held:
    until: float
    by_language: dict[str, Merchandising]


_lock = threading.Lock()
_held = _Held(0.0, {})
_categories: dict[tuple[int, str], tuple[float, list[tuple[str, str]]]] = {}
_NONE = Merchandising()


def of_language(language: str) -> Merchandising:
    global _held
    held = _held
    if time.monotonic() > held.until:
        with _lock:
            if _held is held:
                _held = _Held(time.monotonic() + _FRESH_S, _read())
            held = _held
    return held.by_language.get(language, _NONE)


def forget() -> None:
    """Read again at the next search (this process has just changed something)."""
    global _held
    _held = _Held(0.0, {})
    _categories.clear()


def categories(channel_id: int, language: str) -> list[tuple[str, str]]:
    """Slug and name of every category with products (suggestions)."""
    until, found = _categories.get((channel_id, language), (0.0, []))
    if time.monotonic() > until:
        found = queries.list_categories(channel_id, language)
        _categories[channel_id, language] = (time.monotonic() + _CATEGORIES_FRESH_S, found)
    return found


def _read() -> dict[str, Merchandising]:
    synonyms: dict[str, dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
    for group in queries.list_synonyms():
        for word in group.words:
            synonyms[group.language][word] |= set(group.words) - {word}
    pins: dict[str, dict[str, list[tuple[UUID, int]]]] = defaultdict(lambda: defaultdict(list))
    for pin in queries.list_pins():
        pins[pin.language][pin.query].append((pin.product_id, pin.position))
    return {
        language: Merchandising({w: tuple(sorted(o)) for w, o in synonyms[language].items()},
                                {q: tuple(p) for q, p in pins[language].items()})
        for language in {*synonyms, *pins}}
