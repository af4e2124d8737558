"""Stock held for a cart while its buyer pays."""

from __future__ import annotations

from uuid import UUID

from django.db import transaction

from entrepot.checkout import carts
from entrepot.checkout.contracts import CheckoutView
from entrepot.checkout.holds import take_hold
from entrepot.checkout.permissions import BUY
from entrepot.checkout.quoting import price
from entrepot.checkout.views import show
from entrepot.kit import clock
from entrepot.kit.actor import Actor


def renew_hold(checkout_id: UUID, *, secret: str = "", actor: Actor) -> CheckoutView:
    """Give the buyer who is paying more time. Goods that are gone meanwhile are told as OutOfStock."""
    actor.require(BUY)
    now = clock.now()
    with transaction.atomic():
        cart = carts.lock(checkout_id, actor=actor, secret=secret)
        priced = price(cart, now)
        priced, values = take_hold(priced, now, actor)
        priced.cart = carts.change(checkout_id, values, now=now, secret=secret, actor=actor)
    return show(priced, now)
