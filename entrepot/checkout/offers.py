"""What every cart asks for and hardly ever changes, kept in each process for a few seconds: ways of delivery, ways to
pay, the value of points.

A price that changed within those seconds is caught by the total that the buyer expects.
"""

from __future__ import annotations

import time

from entrepot.catalog.contracts import ChannelInfo
from entrepot.checkout.contracts import DeliveryMethodInfo
from entrepot.kit import db
from entrepot.kit.errors import NotFound
from entrepot.payments import public as payments

_FRESH_S = 5.0

_ALL = """
SELECT id, code, name, kind, channels, zones, rates, currency, tax_class, cut_off, days_min, days_max, working_days,
       closed_on, position, is_active
FROM checkout_deliverymethod ORDER BY position, id
"""

_cache: tuple[float, dict[int, DeliveryMethodInfo]] = (0.0, {})
_rates: tuple[float, dict[int, int]] = (0.0, {})
_offered: dict[tuple[int, str], tuple[float, frozenset[str]]] = {}


def forget() -> None:
    """Read again at the next call (after a change in this process, and between tests)."""
    global _cache, _rates
    _cache, _rates = (0.0, {}), (0.0, {})
    _offered.clear()


def all_methods() -> dict[int, DeliveryMethodInfo]:
    """Every method by id, in order of position."""
    global _cache
    until, known = _cache
    if time.monotonic() >= until:
        known = {r.id: DeliveryMethodInfo(*r._replace(
            channels=tuple(r.channels), zones=tuple(r.zones), rates=tuple(r.rates),
            working_days=tuple(r.working_days), closed_on=tuple(r.closed_on))) for r in db.rows(_ALL)}
        if known:
            _cache = (time.monotonic() + _FRESH_S, known)
    return known


def offered_in(channel_id: int, currency: str) -> list[DeliveryMethodInfo]:
    """Active methods of a channel."""
    return [m for m in all_methods().values()
            if m.is_active and m.currency == currency and (not m.channels or channel_id in m.channels)]


def method_by_code(code: str) -> DeliveryMethodInfo:
    for _ in range(2):
        for method in all_methods().values():
            if method.code == code:
                return method
        forget()
    raise NotFound("delivery method")


def is_payment_offered(method: str, channel: ChannelInfo) -> bool:
    """Whether a way to pay is offered in the channel."""
    key = (channel.id, channel.currency)
    until, codes = _offered.get(key, (0.0, frozenset()))
    if time.monotonic() >= until:
        codes = frozenset(m.code for m in payments.methods(channel.id, channel.currency, channel.country))
        _offered[key] = (time.monotonic() + _FRESH_S, codes)
    return method in codes


def points_rate(channel_id: int) -> int:
    """What 100 points are worth in minor units of the channel's currency; 0: not taken here."""
    global _rates
    if time.monotonic() >= _rates[0]:
        found = db.rows("SELECT channel_id, minor_per_100 FROM checkout_pointsrate")
        _rates = (time.monotonic() + _FRESH_S, {r.channel_id: r.minor_per_100 for r in found})
    return _rates[1].get(channel_id, 0)
