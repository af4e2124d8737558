"""Where a way of delivery goes, what it costs and when goods arrive."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta
from typing import Any

from entrepot.checkout.contracts import DeliveryMethodInfo
from entrepot.kit.errors import N_, InvalidInput

_ZONE_KEYS = frozenset({"country", "region", "postcode_prefix", "excluded"})
_RATE_KEYS = frozenset({"up_to_g", "from_minor", "amount_minor"})
_HORIZON_DAYS = 366


def serves(method: DeliveryMethodInfo, address: Mapping[str, Any]) -> bool:
    """Whether the address lies in one of the method's zones and in none that it excludes."""
    if any(_in_zone(z, address) for z in method.zones if z.get("excluded")):
        return False
    zones = [z for z in method.zones if not z.get("excluded")]
    return not zones or any(_in_zone(z, address) for z in zones)


def _in_zone(zone: Mapping[str, Any], address: Mapping[str, Any]) -> bool:
    """Every condition that the zone names holds; postcodes compare without spaces and case."""
    if zone.get("country") and zone["country"] != address.get("country"):
        return False
    if zone.get("region") and zone["region"].casefold() != str(address.get("region", "")).casefold():
        return False
    prefix = _tight(zone.get("postcode_prefix", ""))
    return not prefix or _tight(address.get("postcode", "")).startswith(prefix)


def _tight(postcode: str) -> str:
    return postcode.replace(" ", "").upper()


def rate_minor(method: DeliveryMethodInfo, weight_g: int, goods_minor: int) -> int | None:
    """The price of the first rate that fits the weight and the value of the goods; None when none does."""
    for rate in method.rates:
        up_to, least = rate.get("up_to_g"), rate.get("from_minor") or 0
        if (up_to is None or weight_g <= up_to) and goods_minor >= least:
            return int(rate["amount_minor"])
    return None


def estimate(method: DeliveryMethodInfo, now: datetime) -> tuple[date, date]:
    """First and last day of arrival for an order placed `now` (in the shop's time zone).

    An order after the cut-off, or on a day off, is handled on the next working day; transit counts working days.
    """
    day = now.date()
    if not is_working(method, day) or (method.cut_off is not None and now.time() > method.cut_off):
        day = _next_working(method, day)
    earliest = _after(method, day, method.days_min)
    return earliest, _after(method, earliest, max(method.days_max - method.days_min, 0))


def is_working(method: DeliveryMethodInfo, day: date) -> bool:
    return day.isoweekday() in method.working_days and day not in method.closed_on


def _next_working(method: DeliveryMethodInfo, day: date) -> date:
    for n in range(1, _HORIZON_DAYS):
        if is_working(method, after := day + timedelta(days=n)):
            return after
    return day + timedelta(days=1)


def _after(method: DeliveryMethodInfo, day: date, working_days: int) -> date:
    for _ in range(working_days):
        day = _next_working(method, day)
    return day


def checked_zones(zones: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Zones as they are stored; unknown keys and wrong shapes are refused."""
    checked = []
    for zone in zones:
        _refuse_unknown("zones", zone, _ZONE_KEYS)
        if not all(isinstance(zone.get(k, ""), str) for k in ("country", "region", "postcode_prefix")):
            raise InvalidInput("zones", N_("This must be text."))
        country = str(zone.get("country", "")).upper()
        if country and len(country) != 2:
            raise InvalidInput("zones", N_("This is not a country code."))
        if not country and (zone.get("region") or zone.get("postcode_prefix")):
            raise InvalidInput("zones", N_("A region or postcode needs its country."))
        checked.append({**zone, **({"country": country} if country else {})})
    return checked


def checked_rates(rates: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Rates as they are stored; a method without any would never be offered."""
    checked = []
    for rate in rates:
        _refuse_unknown("rates", rate, _RATE_KEYS)
        for key, least in (("up_to_g", 1), ("from_minor", 0), ("amount_minor", 0)):
            value = rate.get(key)
            if value is None and key != "amount_minor":
                continue
            if not isinstance(value, int) or isinstance(value, bool) or value < least:
                raise InvalidInput("rates", N_("This must be a whole number, and not negative."))
        checked.append(dict(rate))
    if not checked:
        raise InvalidInput("rates", N_("At least one rate is needed."))
    return checked


def _refuse_unknown(field: str, given: Mapping[str, Any], known: frozenset[str]) -> None:
    if set(given) - known:
        raise InvalidInput(field, N_("This field is not known."))
