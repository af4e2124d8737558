"""What a product's page says of its reviews: the same for everyone, so read once in a few seconds."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from entrepot.service import public as service
from entrepot.web.storefront.kept import Kept

_SHOWN = 6
_kept: Kept[dict[str, Any]] = Kept(10, most=2000)


def reviews_of(product_id: UUID, language: str) -> dict[str, Any]:
    """The summary, how many whole stars it comes to, and the reviews that helped most (one statement)."""
    def read() -> dict[str, Any]:
        summary, items = service.product_reviews(product_id, language, limit=_SHOWN)
        return {"summary": summary, "items": items, "stars": round(summary.average)}

    return _kept.get((product_id, language), read)
