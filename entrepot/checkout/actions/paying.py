"""Gift cards, store credit and points as parts of the payment."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from django.db import transaction

from entrepot.checkout import carts
from entrepot.checkout.actions.holding import take_hold
from entrepot.checkout.contracts import CheckoutView
from entrepot.checkout.permissions import BUY
from entrepot.checkout.quoting import price
from entrepot.checkout.rules.contact import checked_text
from entrepot.checkout.views import show
from entrepot.kit import clock
from entrepot.kit.actor import Actor
from entrepot.kit.errors import N_, InvalidInput, Unauthenticated

MAX_GIFT_CARDS = 5
MOST = 10**12


def set_payment_parts(checkout_id: UUID, *, gift_card_codes: Sequence[str] = (), points: int = 0, credit_minor: int = 0,
                      secret: str = "", actor: Actor) -> CheckoutView:
    """What is to be paid by gift cards, points and store credit; the view tells what each will give.

    A cart that holds its goods holds them anew: its buyer is paying.
    """
    actor.require(BUY)
    values = checked_parts(gift_card_codes, points, credit_minor)
    now = clock.now()
    with transaction.atomic():
        cart = carts.lock(checkout_id, actor=actor, secret=secret)
        refuse_strangers_balance(cart.customer_id, points, credit_minor)
        priced = price(cart, now)
        if cart.held_until is not None:
            values["held_until"] = take_hold(priced, now, actor)
        priced.cart = carts.change(checkout_id, values, now=now, secret=secret, actor=actor)
    return show(priced, now)


def checked_parts(gift_card_codes: Sequence[str], points: int, credit_minor: int) -> dict[str, object]:
    codes = list(dict.fromkeys(checked_text("gift_card_codes", c, 40) for c in gift_card_codes if c.strip()))
    if len(codes) > MAX_GIFT_CARDS:
        raise InvalidInput("gift_card_codes", N_("No more gift cards can be used at once."))
    for field, value in (("points", points), ("credit_minor", credit_minor)):
        if not 0 <= value <= MOST:
            raise InvalidInput(field, N_("This must be a whole number, and not negative."))
    return {"gift_card_codes": codes, "points": points, "credit_minor": credit_minor}


def refuse_strangers_balance(customer_id: UUID | None, points: int, credit_minor: int) -> None:
    """Points and credit belong to a member."""
    if (points or credit_minor) and customer_id is None:
        raise Unauthenticated
