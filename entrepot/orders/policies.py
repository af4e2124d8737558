"""How long customers may ask for returns on their own, by channel; read by every order shown, so kept for seconds."""

from __future__ import annotations

import time
from collections.abc import Iterable
from datetime import datetime, timedelta

from entrepot.orders.models import Fulfilment, ReturnPolicy

_FRESH_SECONDS = 5.0
_known: tuple[float, dict[int, int]] = (float("-inf"), {})


def return_days(channel_id: int) -> int | None:
    """Days after the last parcel arrived, at most a few seconds old; None means any time."""
    global _known
    if time.monotonic() - _known[0] > _FRESH_SECONDS:
        _known = (time.monotonic(), dict(ReturnPolicy.objects.values_list("channel_id", "days")))
    return _known[1].get(channel_id)


def forget() -> None:
    """Drop this process's copy after a change."""
    global _known
    _known = (float("-inf"), {})


def return_until(channel_id: int, fulfilments: Iterable[Fulfilment]) -> datetime | None:
    """The end of the window; None while nothing has left, or where there is no window."""
    days = return_days(channel_id)
    last = max((at for f in fulfilments if (at := f.delivered_at or f.shipped_at)), default=None)
    return None if days is None or last is None else last + timedelta(days=days)
