"""Shapes of flags."""

from dataclasses import dataclass
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class FlagInfo:
    key: str
    description: str
    is_enabled: bool
    share_percent: Decimal
    version: int
