"""Gift cards, store credit and points as parts of the payment."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID

from django.db import transaction

from entrepot.checkout import carts
from entrepot.checkout.contracts import CheckoutView
from entrepot.checkout.given import checked_parts, refuse_strangers_balance
from entrepot.checkout.holds import take_hold
from entrepot.checkout.permissions import BUY
from entrepot.checkout.quoting import price
from entrepot.checkout.views import show
from entrepot.kit import clock, limits
from entrepot.kit.actor import Actor

GIFT_CARD_TRIES, GIFT_CARD_WAIT = 10, timedelta(minutes=15)  # wrong numbers, for whoever guesses


def set_payment_parts(checkout_id: UUID, *, gift_card_codes: Sequence[str] = (), points: int = 0, credit_minor: int = 0,
                      secret: str = "", actor: Actor) -> CheckoutView:
    """What is to be paid by gift cards, points and store credit; the view tells what each will give.

    Guessing numbers of gift cards ends after some tries. A cart that holds goods holds them anew: its buyer is paying.
    """
    actor.require(BUY)
    values = checked_parts(gift_card_codes, points, credit_minor)
    guesser = f"gift-card:{actor.customer_id or actor.ip or checkout_id}"
    if gift_card_codes:
        limits.check(guesser, GIFT_CARD_TRIES)
    now = clock.now()
    with transaction.atomic():
        cart = carts.lock(checkout_id, actor=actor, secret=secret)
        refuse_strangers_balance(cart.customer_id, points, credit_minor)
        priced = price(cart, now)
        if cart.held_until is not None:
            priced, held = take_hold(priced, now, actor)
            values |= held
        priced.cart = carts.change(checkout_id, values, now=now, secret=secret, actor=actor)
    view = show(priced, now)
    if any(p.code == "gift_card_unusable" for p in view.problems):
        limits.count(guesser, GIFT_CARD_WAIT)
    return view


