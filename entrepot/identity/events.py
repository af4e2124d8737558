"""Facts identity publishes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from entrepot.kit.event import Event


@dataclass(frozen=True, slots=True)
class ColleagueLeft(Event):
    """An account was closed for good order. What lay with them goes to the successor; without one, to nobody."""

    name: ClassVar[str] = "identity.colleague_left"
    user_id: int
    successor_id: int | None

    @property
    def subject(self) -> str:
        return str(self.user_id)
