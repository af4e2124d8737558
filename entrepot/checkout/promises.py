"""What is said of delivery before there is a cart: when one piece would arrive at a place, and for how much."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from entrepot.catalog.contracts import ChannelInfo
from entrepot.checkout import offers
from entrepot.checkout.contracts import DeliveryMethodInfo, DeliveryPromise
from entrepot.checkout.rules import delivery


def free_delivery_from(channel: ChannelInfo) -> int | None:
    """From which value of goods a way of delivery costs nothing whatever the weight; None when none does."""
    thresholds = [int(rate["from_minor"]) for m in offers.offered_in(channel.id, channel.currency)
                  if m.kind == "shipping" for rate in m.rates
                  if rate.get("from_minor") and rate["amount_minor"] == 0 and rate.get("up_to_g") is None]
    return min(thresholds, default=None)


def delivery_promises(channel: ChannelInfo, place: Mapping[str, Any], *, weight_g: int, goods_minor: int,
                      now: datetime) -> list[DeliveryPromise]:
    """Ways of delivery to `place` (country, region, postcode) for goods of this weight and value, the first to arrive
    first. No statement: methods are kept for a few seconds.
    """
    local = now.astimezone(ZoneInfo(channel.time_zone))
    found = []
    for method in offers.offered_in(channel.id, channel.currency):
        amount = delivery.rate_minor(method, weight_g, goods_minor)
        if method.kind != "shipping" or amount is None or not delivery.serves(method, place):
            continue
        earliest, latest = delivery.estimate(method, local)
        found.append(DeliveryPromise(method.id, method.name, amount, method.currency, earliest, latest,
                                     _closes_in(method, local)))
    return sorted(found, key=lambda p: (p.latest_on, p.amount_minor))


def _closes_in(method: DeliveryMethodInfo, local: datetime) -> timedelta | None:
    """How long an order still goes out today; None when it would not, or at any hour."""
    if method.cut_off is None or not delivery.is_working(method, local.date()) or local.time() >= method.cut_off:
        return None
    return datetime.combine(local.date(), method.cut_off, local.tzinfo) - local
