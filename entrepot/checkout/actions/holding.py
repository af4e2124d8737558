"""Stock held for a cart while its buyer pays."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction

from entrepot.catalog.contracts import ChannelInfo
from entrepot.checkout import carts
from entrepot.checkout.carts import Cart
from entrepot.checkout.contracts import CheckoutView
from entrepot.checkout.permissions import BUY
from entrepot.checkout.quoting import Priced, destination, price
from entrepot.checkout.views import show
from entrepot.inventory import public as inventory
from entrepot.kit import clock
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


def renew_hold(checkout_id: UUID, *, secret: str = "", actor: Actor) -> CheckoutView:
    """Give the buyer who is paying more time. Goods that are gone meanwhile are told as OutOfStock."""
    actor.require(BUY)
    now = clock.now()
    with transaction.atomic():
        cart = carts.lock(checkout_id, actor=actor, secret=secret)
        priced = price(cart, now)
        until = take_hold(priced, now, actor)
        priced.cart = carts.change(checkout_id, {"held_until": until}, now=now, secret=secret, actor=actor)
    return show(priced, now)
