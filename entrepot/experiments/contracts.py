"""Shapes of flags."""

from dataclasses import dataclass
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class FlagInfo:
    """A switch that is on for a share of all subjects; `share_percent` from 0 to 100."""

    key: str
    description: str
    is_enabled: bool
    share_percent: Decimal
    version: int
