"""Facts the catalogue publishes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar
from uuid import UUID

from entrepot.kit.event import Event


@dataclass(frozen=True, slots=True)
class ProductsChanged(Event):
    """What a visitor sees of these products may differ now: texts, variants, media, publication, membership."""

    name: ClassVar[str] = "catalog.products_changed"
    product_ids: list[UUID]


@dataclass(frozen=True, slots=True)
class ChannelChanged(Event):
    """A channel was made or changed: what processes remember of it is old."""

    name: ClassVar[str] = "catalog.channel_changed"
    channel_id: int


@dataclass(frozen=True, slots=True)
class CategoryChanged(Event):
    """A category was renamed or moved; documents below it name it."""

    name: ClassVar[str] = "catalog.category_changed"
    category_id: int
