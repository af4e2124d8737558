"""What a product's page says of its reviews: the same for everyone, so read once in a few seconds."""

from __future__ import annotations

import time
from typing import Any
from uuid import UUID

from entrepot.service import public as service

_FRESH_S, _MOST_KEPT = 10.0, 2000
_SHOWN = 6
_kept: dict[tuple[UUID, str], tuple[float, dict[str, Any]]] = {}


def forget() -> None:
    _kept.clear()


def reviews_of(product_id: UUID, language: str) -> dict[str, Any]:
    """The summary, how many whole stars it comes to, and the reviews that helped most (one statement)."""
    key = (product_id, language)
    until, found = _kept.get(key, (0.0, {}))
    if time.monotonic() > until:
        summary, items = service.product_reviews(product_id, language, limit=_SHOWN)
        found = {"summary": summary, "items": items, "stars": round(summary.average)}
        if len(_kept) >= _MOST_KEPT:
            _kept.clear()
        _kept[key] = (time.monotonic() + _FRESH_S, found)
    return found
