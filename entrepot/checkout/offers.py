"""What every cart asks for and hardly ever changes, kept in each process for a few seconds: ways of delivery, ways to
pay, the value of points.

A price that changed within those seconds is caught by the total that the buyer expects.
"""

from __future__ import annotations

import time

from entrepot.catalog.contracts import ChannelInfo
from entrepot.checkout.contracts import DeliveryKind, DeliveryMethodInfo
from entrepot.inventory import public as inventory
from entrepot.inventory.contracts import WarehouseInfo
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
_stores: dict[int, tuple[float, list[WarehouseInfo]]] = {}


def forget() -> None:
    """Read again at the next call (after a change in this process, and between tests)."""
    global _cache, _rates
    _cache, _rates = (0.0, {}), (0.0, {})
    _offered.clear()
    _stores.clear()


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


def stores(channel_id: int) -> list[WarehouseInfo]:
    """Where the channel's goods can be collected."""
    until, known = _stores.get(channel_id, (0.0, []))
    if time.monotonic() >= until:
        known = inventory.pickup_stores(channel_id)
        _stores[channel_id] = (time.monotonic() + _FRESH_S, known)
    return known


def free_from(channel: ChannelInfo, country: str = "") -> int | None:
    """The value of goods from which some delivery (to the country) costs nothing; None when there is no such value."""
    least = [rate.get("from_minor") or 0 for method in offered_in(channel.id, channel.currency)
             if method.kind == DeliveryKind.SHIPPING and _reaches(method, country)
             for rate in method.rates if rate["amount_minor"] == 0]
    return min(least, default=None)


def _reaches(method: DeliveryMethodInfo, country: str) -> bool:
    named = {zone.get("country") for zone in method.zones if not zone.get("excluded")}
    return not country or not named or bool(named & {country, "", None})


def countries(channel: ChannelInfo) -> frozenset[str] | None:
    """The countries that the channel's ways of delivery name; None: some way goes everywhere."""
    found: set[str] = set()
    for method in offered_in(channel.id, channel.currency):
        named = {str(zone.get("country") or "") for zone in method.zones if not zone.get("excluded")}
        if method.kind == DeliveryKind.SHIPPING and (not named or "" in named):
            return None
        found |= named
    return frozenset(found)
