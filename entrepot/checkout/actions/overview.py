"""Everything that a checkout page shows, from one pricing of the cart."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any
from uuid import UUID

from entrepot.checkout import carts, offers, together
from entrepot.checkout.actions.carts import own_of
from entrepot.checkout.actions.delivering import options_of, outlook_of
from entrepot.checkout.contracts import DeliveryKind, Overview, Parcel, Wallet
from entrepot.checkout.given import checked
from entrepot.checkout.permissions import BUY
from entrepot.checkout.quoting import Priced, price, stock_problems
from entrepot.checkout.together import Goods
from entrepot.checkout.views import show, with_stock
from entrepot.customers import public as customers
from entrepot.customers.contracts import BuyerInfo
from entrepot.inventory.contracts import Allocation
from entrepot.kit import clock
from entrepot.kit.actor import Actor
from entrepot.payments import public as payments


def overview(checkout_id: UUID, *, secret: str = "", actor: Actor) -> Overview:
    """The cart with its delivery options, parcels, ways to pay and the member's own money. Writes nothing.

    One statement for a guest: the cart with its goods and their stock; what we know of a member is one more.
    """
    actor.require(BUY)
    return _of(*together.find(checkout_id, clock.now(), actor=actor, secret=secret))


def revise(checkout_id: UUID, changes: Mapping[str, Any], *, expected_version: int | None = None, secret: str = "",
           actor: Actor) -> Overview:
    """The same as `update`, answered with all that the next page shows: one call and one pricing for both."""
    actor.require(BUY)
    return _of(*together.change(checkout_id, checked(changes), now=clock.now(), expected_version=expected_version,
                                secret=secret, actor=actor))


def own_overview(channel: str | int | None = None, *, actor: Actor) -> Overview | None:
    """The same of the cart that a member used last."""
    found = own_of(channel, clock.now(), actor=actor)
    return _of(found.cart, found.goods, found.buyer) if found else None


def _of(cart: carts.Cart, goods: Goods, buyer: BuyerInfo | None = None) -> Overview:
    now = clock.now()
    priced = price(cart, now, goods=goods, buyer=buyer)
    stock = outlook_of(priced)
    priced = with_stock(priced, stock_problems(priced, now), now)
    channel, customer_id = priced.channel, cart.customer_id
    if buyer is None and customer_id:
        buyer = customers.get_buyer(customer_id)
    return Overview(
        show(priced, now), tuple(options_of(priced, stock, now)) if priced.needs_delivery else (),
        _parcels(priced, stock.parcels),
        tuple(payments.methods(channel.id, channel.currency, channel.country)),
        _wallet(priced, buyer) if buyer else None, buyer)


def _parcels(priced: Priced, allocations: Iterable[Allocation]) -> tuple[Parcel, ...]:
    """By place. Of a bundle the parcel tells the line, not the pieces inside."""
    found: dict[int, dict[UUID, Decimal]] = {}
    whole = {line.id: line.quantity for line in priced.quote.lines if priced.facts[line.variant_id].components}
    for part in allocations:
        items = found.setdefault(part.warehouse_id, {})
        items[part.line_id] = whole.get(part.line_id) or items.get(part.line_id, Decimal(0)) + part.quantity
    is_pickup = priced.method is not None and priced.method.kind == DeliveryKind.PICKUP
    return () if is_pickup or not priced.needs_delivery else tuple(
        Parcel(place, tuple(items.items())) for place, items in found.items())


def _wallet(priced: Priced, buyer: BuyerInfo) -> Wallet:
    """What the member has."""
    have = {(b.kind, b.currency): b.balance for b in buyer.balances}
    points, rate = have.get(("points", ""), 0), offers.points_rate(priced.channel.id)
    return Wallet(points, points * rate // 100, rate, have.get(("credit", priced.channel.currency), 0))
