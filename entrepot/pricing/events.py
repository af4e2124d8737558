"""Facts pricing publishes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar
from uuid import UUID

from entrepot.kit.event import Event


@dataclass(frozen=True, slots=True)
class ListingPricesChanged(Event):
    """What visitors pay for these products may differ now."""

    name: ClassVar[str] = "pricing.listing_prices_changed"
    product_ids: list[UUID]
