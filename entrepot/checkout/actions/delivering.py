"""Choosing how goods reach the buyer. With the choice paying begins, so the goods are held from here on."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db import transaction

from entrepot.catalog import public as catalog
from entrepot.checkout import carts, offers, together
from entrepot.checkout.contracts import CheckoutView, DeliveryKind, DeliveryMethodInfo, DeliveryOption, Place
from entrepot.checkout.errors import DeliveryNotOffered
from entrepot.checkout.given import choice_of, method_of
from entrepot.checkout.holds import take_hold
from entrepot.checkout.permissions import BUY
from entrepot.checkout.quoting import Priced, destination, price, stock_of
from entrepot.checkout.rules.delivery import estimate, rate_minor, serves
from entrepot.checkout.views import show
from entrepot.inventory import public as inventory
from entrepot.inventory.contracts import Outlook, StockLevel
from entrepot.kit import clock
from entrepot.kit.actor import Actor


def delivery_options(checkout_id: UUID, *, secret: str = "", actor: Actor) -> list[DeliveryOption]:
    """The ways of delivery for the goods and the address of the cart, with price, dates and stores."""
    actor.require(BUY)
    now = clock.now()
    cart, goods = together.find(checkout_id, now, actor=actor, secret=secret)
    priced = price(cart, now, goods=goods)
    return options_of(priced, outlook_of(priced), now) if priced.needs_delivery else []


def outlook_of(priced: Priced) -> Outlook:  # lint: allow action-actor
    """What stock promises the cart, its own holds counted as free."""
    return inventory.outlook(priced.demands, stock_of(priced) if priced.demands else (), channel_id=priced.channel.id,
                             destination=destination(priced.cart), strategy=priced.channel.allocation)


def options_of(priced: Priced, stock: Outlook, now: datetime) -> list[DeliveryOption]:  # lint: allow action-actor
    local = now.astimezone(ZoneInfo(priced.channel.time_zone))
    options = [_option(m, priced, stock, local) for m in _offered(priced)]
    return [o for o in options if o.kind != DeliveryKind.PICKUP or o.places]


def _offered(priced: Priced) -> Iterable[DeliveryMethodInfo]:
    """Methods that serve the address (stores serve everyone) and have a rate for these goods."""
    address = priced.cart.shipping_address
    for method in offers.offered_in(priced.channel.id, priced.channel.currency):
        reaches = method.kind == DeliveryKind.PICKUP or (address is not None and serves(method, address))
        if reaches and rate_minor(method, priced.weight_g, priced.goods_minor) is not None:
            yield method


def _option(method: DeliveryMethodInfo, priced: Priced, stock: Outlook, local: datetime) -> DeliveryOption:
    amount = rate_minor(method, priced.weight_g, priced.goods_minor)
    assert amount is not None
    earliest, latest = estimate(method, local)
    return DeliveryOption(method.id, method.code, catalog.in_language(method.name, priced.cart.language), method.kind,
                          amount, method.currency, earliest, latest,
                          _places(priced, stock) if method.kind == DeliveryKind.PICKUP else ())


def _places(priced: Priced, stock: Outlook) -> tuple[Place, ...]:
    """The stores, and whether they have everything in the cart."""
    unknown = StockLevel.NONE if priced.demands else StockLevel.IN_STOCK
    return tuple(Place(w.id, w.name, w.address, stock.stores.get(w.id, unknown))
                 for w in offers.stores(priced.channel.id))


def choose_delivery(checkout_id: UUID, method: int | str, *, pickup_warehouse_id: int | None = None,
                    split: bool = False, collected_by: str = "", secret: str = "", actor: Actor) -> CheckoutView:
    """Choose a way of delivery (`split`: parts may come as they are ready) and hold the goods."""
    actor.require(BUY)
    now = clock.now()
    with transaction.atomic():
        cart, goods = together.lock(checkout_id, now, actor=actor, secret=secret)
        chosen = method_of(method)
        cart.delivery = choice_of(chosen, pickup_warehouse_id, split, cart.channel_id, collected_by)
        priced = price(cart, now, goods=goods)
        if any(p.code == "delivery_not_available" for p in priced.problems):
            raise DeliveryNotOffered
        cart.delivery["goods_minor"] = priced.goods_minor
        priced, held = take_hold(priced, now, actor)
        values = {"delivery": cart.delivery, **held}
        priced.cart = carts.change(checkout_id, values, now=now, secret=secret, actor=actor)
    return show(priced, now)


