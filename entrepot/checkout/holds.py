"""Stock held for a cart while its buyer pays: in-transaction helpers of the actions."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from entrepot.catalog.contracts import ChannelInfo
from entrepot.checkout.carts import Cart
from entrepot.checkout.quoting import Priced, destination, price
from entrepot.inventory import public as inventory
from entrepot.inventory.errors import OutOfStock
from entrepot.kit.actor import Actor


def hold_minutes(cart: Cart, channel: ChannelInfo) -> int:
    """Members get more time than guests; both as the channel says."""
    return channel.member_hold_minutes if cart.customer_id else channel.guest_hold_minutes


def take_hold(priced: Priced, now: datetime, actor: Actor) -> tuple[Priced, dict[str, Any]]:
    """Hold the goods of the cart, instead of what it held before, where its order would take them from. Returns the
    cart as it is held and what it is to remember of it: a gift that is gone is left out, and not promised again while
    this delivery stands. Raises OutOfStock with the lines that fall short."""
    try:
        return priced, _hold(priced, now, actor)
    except OutOfStock as short:
        if not (gone := gifts_gone(priced, short)):
            raise
    cart = priced.cart
    if cart.delivery is not None:
        cart.delivery = {**cart.delivery, "gone": sorted({*cart.delivery.get("gone", ()), *map(str, gone)})}
    priced = price(cart, now, goods=priced.goods, buyer=priced.buyer, unavailable=gone)
    return priced, _hold(priced, now, actor)


def gifts_gone(priced: Priced, short: OutOfStock) -> frozenset[UUID]:
    """The gifts that fall short, when nothing else does: nobody is refused goods for want of a present."""
    gifts = {line.id: line.variant_id for line in priced.quote.lines if line.is_gift}
    gone = {UUID(str(line["line_id"])) for line in short.params["lines"]}
    return frozenset(gifts[line_id] for line_id in gone) if gone <= gifts.keys() else frozenset()


def _hold(priced: Priced, now: datetime, actor: Actor) -> dict[str, Any]:
    cart = priced.cart
    minutes = hold_minutes(cart, priced.channel)
    if not priced.demands or not minutes:
        return {"held_until": None}
    inventory.hold(cart.id, priced.demands, channel_id=cart.channel_id, minutes=minutes, now=now,
                   destination=destination(cart), strategy=priced.channel.allocation,
                   first=cart.held_until is None, actor=actor)
    remembered: dict[str, Any] = {"held_until": now + timedelta(minutes=minutes)}
    if cart.delivery is not None:
        remembered["delivery"] = {**cart.delivery, "held_for": _held_for(cart)}
    return remembered


def reserve(priced: Priced, order_id: UUID, now: datetime, actor: Actor) -> None:
    """Promise the goods to the order: what the cart holds, if that is still it, or whatever there is instead. Raises
    OutOfStock."""
    cart = priced.cart
    holds = cart.held_until is not None
    if holds and (cart.delivery or {}).get("held_for") == _held_for(cart) and inventory.confirm(
            priced.demands, owner_id=order_id, channel_id=cart.channel_id, held_by=cart.id, now=now, actor=actor):
        return
    inventory.reserve(priced.demands, owner_id=order_id, channel_id=cart.channel_id, destination=destination(cart),
                      strategy=priced.channel.allocation, now=now, replaces=cart.id if holds else None, actor=actor)


def _held_for(cart: Cart) -> str:
    """Where the goods are to go. A cart that goes elsewhere may be better served from another place."""
    where = destination(cart)
    return f"{where.country}/{where.region}/{where.city}/{where.pickup_warehouse_id or ''}"


def drop_hold(cart: Cart, now: datetime, actor: Actor) -> None:
    inventory.release(cart.id, now=now, actor=actor)
