"""The choices of a model field from a state of the contracts."""

from __future__ import annotations

from enum import StrEnum
from typing import Any

from django.utils.translation import gettext_lazy as _

from entrepot.orders.contracts import TEXT_OF


def choices(enum: type[StrEnum]) -> list[tuple[str, Any]]:
    return [(m.value, _(TEXT_OF[m.value])) for m in enum]
