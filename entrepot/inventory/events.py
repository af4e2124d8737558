"""Facts the stock publishes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar
from uuid import UUID

from entrepot.kit.event import Event


@dataclass(frozen=True, slots=True)
class AvailabilityChanged(Event):
    """These variants went out of stock or came back somewhere (not published for every piece sold)."""

    name: ClassVar[str] = "inventory.availability_changed"
    variant_ids: list[UUID]
