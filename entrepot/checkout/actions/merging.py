"""A guest signs in: what they had in the cart as a guest comes along.

Policy: a member without an open cart in that channel takes the guest's cart over as it is. Otherwise the guest's lines
are added to the member's cart: quantities of the same item add up, capped; coupons join; the contact that the member's
cart lacks is taken from the guest's. The guest's cart is closed and the stock it held is free again.
"""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.db import transaction

from entrepot.checkout import carts
from entrepot.checkout.carts import Cart
from entrepot.checkout.contracts import CheckoutView
from entrepot.checkout.given import MAX_COUPONS
from entrepot.checkout.holds import drop_hold
from entrepot.checkout.permissions import BUY
from entrepot.checkout.rules import lines as line_rules
from entrepot.checkout.views import view_of
from entrepot.kit import clock
from entrepot.kit.actor import Actor
from entrepot.kit.errors import NotFound, Unauthenticated


def merge(checkout_id: UUID, *, secret: str, actor: Actor) -> CheckoutView:
    """Bring a guest's cart to the signed-in member; returns the member's cart. One's own cart stays as it is."""
    actor.require(BUY)
    if actor.customer_id is None:
        raise Unauthenticated
    now = clock.now()
    with transaction.atomic():
        guest = carts.lock(checkout_id, actor=actor, secret=secret)
        if guest.customer_id not in (None, actor.customer_id):
            raise NotFound("cart")
        newest = carts.newest_open(actor.customer_id, guest.channel_id)
        if guest.customer_id == actor.customer_id:
            merged = guest
        elif newest is None:
            merged = carts.change(guest.id, {"customer_id": actor.customer_id}, now=now, secret=secret, actor=actor)
        else:
            if guest.held_until is not None:
                drop_hold(guest, now, actor)
            own = carts.lock(newest.id, actor=actor)
            if own.held_until is not None:
                drop_hold(own, now, actor)
            merged = carts.change(own.id, _merged(own, guest), now=now, actor=actor)
            carts.change(guest.id, {"state": "merged", "held_until": None}, now=now, secret=secret, actor=actor)
    return view_of(merged, now)


def _merged(own: Cart, guest: Cart) -> dict[str, Any]:
    coupons = list(dict.fromkeys([*own.coupons, *guest.coupons]))[:MAX_COUPONS]
    return {
        "lines": line_rules.added(own.lines, guest.lines), "coupons": coupons, "held_until": None,
        "email": own.email or guest.email, "phone": own.phone or guest.phone,
        "shipping_address": own.shipping_address or guest.shipping_address,
        "billing_address": own.billing_address or guest.billing_address,
        "gift_message": own.gift_message or guest.gift_message, "note": own.note or guest.note,
    }
