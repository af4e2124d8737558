"""Payment parts of a cart: what its gift cards, store credit and points pay now."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from entrepot.checkout import offers
from entrepot.checkout.carts import Cart
from entrepot.checkout.contracts import PaymentPart, Problem
from entrepot.checkout.quoting import Priced
from entrepot.checkout.rules.parts import share
from entrepot.kit.actor import Actor
from entrepot.kit.errors import N_
from entrepot.payments import public as payments
from entrepot.payments.contracts import PaymentInfo


def parts_of(priced: Priced, now: datetime) -> list[PaymentPart]:
    """The parts as they would be taken now; what cannot be used becomes a problem of the cart."""
    cart, currency = priced.cart, priced.channel.currency
    if not (cart.gift_card_codes or cart.credit_minor or cart.points):
        return []
    rate = offers.points_rate(cart.channel_id) if cart.points else 0
    return share(priced.quote.total_minor, gift_cards=_gift_cards(priced, now),
                 credit=(str(cart.customer_id), _usable(priced, "credit", cart.credit_minor, currency)),
                 points=(str(cart.customer_id), _usable(priced, "points", cart.points if rate else 0, "")),
                 minor_per_100=rate)


def _gift_cards(priced: Priced, now: datetime) -> list[tuple[str, int]]:
    usable = []
    for code in priced.cart.gift_card_codes:
        found = payments.gift_card_balance(code, now=now)
        if found is None or found[1] != priced.channel.currency or found[0] <= 0:
            priced.problems.append(Problem("gift_card_unusable", N_("A gift card cannot be used."),
                                           params={"last4": code[-4:]}))
        else:
            usable.append((code, found[0]))
    return usable


def _usable(priced: Priced, kind: str, wanted: int, currency: str) -> int:
    cart: Cart = priced.cart
    if not wanted or cart.customer_id is None:
        return 0
    have = priced.balance(kind, currency)
    if have < wanted:
        text = N_("The balance is not sufficient: {available} available.")
        priced.problems.append(Problem("insufficient_balance", text, params={"kind": kind, "available": have}))
    return min(have, wanted)


def take(part: PaymentPart, order_id: UUID, currency: str, now: datetime, *, checkout_id: UUID,
         actor: Actor) -> PaymentInfo:
    """Take a part inside the transaction that places the order."""
    if part.kind == "gift_card":
        return payments.pay_with_gift_card(order_id, part.reference, part.amount_minor, currency, now,
                                           checkout_id=checkout_id, actor=actor)
    customer_id = UUID(part.reference)
    if part.kind == "store_credit":
        return payments.pay_with_credit(order_id, customer_id, part.amount_minor, currency, now,
                                        checkout_id=checkout_id, actor=actor)
    return payments.pay_with_points(order_id, customer_id, part.quantity, part.amount_minor, currency, now,
                                    checkout_id=checkout_id, actor=actor)
