"""The base of published facts. A context's `events.py` holds frozen dataclasses in the past tense."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar


@dataclass(frozen=True, slots=True)
class Event:
    """A fact. Subclasses are frozen dataclasses of JSON-able fields (str, int, bool, UUID, datetime, Decimal, lists).

    `name` is `<context>.<fact>` and `version` rises when the shape changes. `subject` (the id the event is about)
    orders deliveries of one object.
    """

    name: ClassVar[str]
    version: ClassVar[int] = 1

    @property
    def subject(self) -> str:
        return ""
