"""What the shop promises of delivery before there is a cart: when goods would arrive at the visitor's place, and for
how much; where they can be collected.
"""

from __future__ import annotations

from entrepot.catalog.contracts import ChannelInfo
from entrepot.checkout import public as checkout
from entrepot.checkout.contracts import DeliveryMethodInfo


def offered(channel: ChannelInfo) -> list[DeliveryMethodInfo]:
    """Active ways of delivery in a channel (read every few seconds)."""
    return [m for m in checkout.delivery_methods().values()
            if m.is_active and m.currency == channel.currency and (not m.channels or channel.id in m.channels)]


def free_from(channel: ChannelInfo) -> int | None:
    """From which value of goods some way of delivery costs nothing; None when none ever does."""
    thresholds = [int(rate["from_minor"]) for m in offered(channel) if m.kind == "shipping" for rate in m.rates
                  if rate.get("from_minor") and rate["amount_minor"] == 0 and rate.get("up_to_g") is None]
    return min(thresholds, default=None)
