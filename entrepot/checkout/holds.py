"""Stock held for a cart while its buyer pays: in-transaction helpers of the actions."""

from __future__ import annotations

from datetime import datetime, timedelta

from entrepot.catalog.contracts import ChannelInfo
from entrepot.checkout.carts import Cart
from entrepot.checkout.quoting import Priced, destination
from entrepot.inventory import public as inventory
from entrepot.kit.actor import Actor


def hold_minutes(cart: Cart, channel: ChannelInfo) -> int:
    """Members get more time than guests; both as the channel says."""
    return channel.member_hold_minutes if cart.customer_id else channel.guest_hold_minutes


def take_hold(priced: Priced, now: datetime, actor: Actor) -> datetime | None:
    """Hold the goods of the cart, instead of what it held before. Raises OutOfStock with the lines that fall short."""
    cart = priced.cart
    minutes = hold_minutes(cart, priced.channel)
    if not priced.demands or not minutes:
        return None
    inventory.hold(cart.id, priced.demands, channel_id=cart.channel_id, minutes=minutes, now=now,
                   destination=destination(cart), actor=actor)
    return now + timedelta(minutes=minutes)


def drop_hold(cart: Cart, now: datetime, actor: Actor) -> None:
    inventory.release(cart.id, now=now, actor=actor)
