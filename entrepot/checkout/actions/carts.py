"""Filling a cart and telling it what it needs to know. Each verb answers the cart as it is then, priced.

Carts are drafts of their buyers: they are not in the audit trail until they are placed.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db import transaction

from entrepot.catalog import public as catalog
from entrepot.catalog.contracts import ChannelInfo
from entrepot.checkout import carts, owned, together
from entrepot.checkout.carts import Cart
from entrepot.checkout.contracts import CartLine, CheckoutView, LineInput
from entrepot.checkout.given import MAX_COUPONS, checked, customer_of, language_of, refuse_unsellable
from entrepot.checkout.holds import drop_hold
from entrepot.checkout.permissions import BUY
from entrepot.checkout.rules import lines as line_rules
from entrepot.checkout.rules.contact import checked_text
from entrepot.checkout.together import goods_of
from entrepot.checkout.views import view_of
from entrepot.kit import clock, limits
from entrepot.kit.actor import Actor
from entrepot.kit.errors import N_, InvalidInput, NotFound
from entrepot.kit.ids import secret_token, uuid7

COUPON_TRIES, COUPON_WAIT = 20, timedelta(minutes=15)

def create_checkout(channel: str | int | None = None, language: str = "", customer_id: UUID | None = None,
                    lines: Sequence[LineInput] = (), *, actor: Actor) -> tuple[CheckoutView, str]:
    """A new cart and its secret, which is told this once. A member's cart needs no secret to be used."""
    actor.require(BUY)
    now = clock.now()
    where = _where(channel)
    owner = customer_of(customer_id, actor=actor)
    secret = secret_token()
    cart = carts.fresh(uuid7(), where.id, now, language=language_of(language, where.languages), customer_id=owner,
                       secret_hash=carts.hash_secret(secret), lines=line_rules.added((), lines))
    goods = goods_of(cart, now)
    refuse_unsellable(cart.lines, goods.facts, where.id)
    carts.insert(cart)
    return view_of(cart, now, goods=goods), secret


def add_line(checkout_id: UUID, variant_id: UUID, quantity: Decimal, note: str = "", *, secret: str = "",
             actor: Actor) -> CheckoutView:
    """Put more into the cart; what is there already adds up."""
    return add_lines(checkout_id, [LineInput(variant_id, quantity, note)], secret=secret, actor=actor)


def add_lines(checkout_id: UUID, more: Sequence[LineInput], *, secret: str = "", actor: Actor) -> CheckoutView:
    """Put more into the cart: lines of the same goods grow. Raises NotFound, CartPlaced, CartFull, NotSoldHere,
    QuantityStep."""
    actor.require(BUY)
    return _with_lines(checkout_id, lambda cart: line_rules.added(cart.lines, more), secret, actor,
                       {m.variant_id for m in more})


def set_lines(checkout_id: UUID, lines: Sequence[LineInput], *, secret: str = "", actor: Actor) -> CheckoutView:
    """Replace everything in the cart."""
    actor.require(BUY)
    return _with_lines(checkout_id, lambda cart: line_rules.added((), lines), secret, actor,
                       {line.variant_id for line in lines})


def update_line(checkout_id: UUID, line_id: UUID, quantity: Decimal, note: str | None = None, *, secret: str = "",
                actor: Actor) -> CheckoutView:
    """Set the quantity of a line; zero takes it out."""
    actor.require(BUY)

    def changed(cart: Cart) -> list[CartLine]:
        line = _line(cart, line_id)
        if quantity == 0:
            return [other for other in cart.lines if other.id != line_id]
        line_rules.check_quantity(quantity)
        new = replace(line, quantity=quantity, note=line.note if note is None else checked_text("note", note, 200))
        return [new if other.id == line_id else other for other in cart.lines]

    return _with_lines(checkout_id, changed, secret, actor, None if quantity == 0 else {line_id})


def remove_line(checkout_id: UUID, line_id: UUID, *, secret: str = "", actor: Actor) -> CheckoutView:
    """Take a line out."""
    actor.require(BUY)
    return update_line(checkout_id, line_id, Decimal(0), secret=secret, actor=actor)


def _line(cart: Cart, line_id: UUID) -> CartLine:
    line = next((line for line in cart.lines if line.id == line_id), None)
    if line is None:
        raise NotFound("line")
    return line


def _with_lines(checkout_id: UUID, changed: Any, secret: str, actor: Actor, touched: set[UUID] | None) -> CheckoutView:
    """Lock, change the lines, check those that were touched, write. What the cart held is given back."""
    now = clock.now()
    with transaction.atomic():
        cart = carts.lock(checkout_id, actor=actor, secret=secret)
        cart.lines = changed(cart)
        goods = goods_of(cart, now)
        if touched:
            refuse_unsellable([line for line in cart.lines if {line.id, line.variant_id} & touched], goods.facts,
                              cart.channel_id)
        values: dict[str, Any] = {"lines": cart.lines}
        if cart.held_until is not None:
            drop_hold(cart, now, actor)
            values["held_until"] = None
        cart = carts.change(checkout_id, values, now=now, secret=secret, actor=actor)
    return view_of(cart, now, goods=goods)


def set_contact(checkout_id: UUID, email: str, phone: str = "", *, secret: str = "", actor: Actor) -> CheckoutView:
    """Who buys. Raises InvalidInput for an address that no mail can be sent to."""
    return update(checkout_id, {"email": email, "phone": phone}, secret=secret, actor=actor)


def set_addresses(checkout_id: UUID, shipping: Mapping[str, Any] | None, billing: Mapping[str, Any] | None = None, *,
                  secret: str = "", actor: Actor) -> CheckoutView:
    """Where it goes, and where the invoice goes when elsewhere; None clears. Raises InvalidInput."""
    return update(checkout_id, {"shipping_address": shipping, "billing_address": billing}, secret=secret, actor=actor)


def set_invoice_data(checkout_id: UUID, data: Mapping[str, Any] | None, *, secret: str = "",
                     actor: Actor) -> CheckoutView:
    """What the invoice (fapiao) must show; None clears. Raises InvalidInput."""
    return update(checkout_id, {"invoice_data": data}, secret=secret, actor=actor)


def update(checkout_id: UUID, changes: Mapping[str, Any], *, expected_version: int | None = None, secret: str = "",
           actor: Actor) -> CheckoutView:
    """Contact, addresses, invoice data, gift message, note, language, gifts: any of them, in one statement."""
    actor.require(BUY)
    now = clock.now()
    cart, goods = together.change(checkout_id, checked(changes), now=now, expected_version=expected_version,
                                  secret=secret, actor=actor)
    return view_of(cart, now, goods=goods)


def keep(checkout_id: UUID, changes: Mapping[str, Any], *, expected_version: int | None = None, secret: str = "",
         actor: Actor) -> int:
    """The same for those who do not look at the cart then: nothing is priced. Returns the new version."""
    actor.require(BUY)
    return carts.change(checkout_id, checked(changes), now=clock.now(), expected_version=expected_version,
                        secret=secret, actor=actor).version


def add_coupon(checkout_id: UUID, code: str, *, secret: str = "", actor: Actor) -> CheckoutView:
    """Enter a coupon; whether it has an effect, the view's problems tell. Guessing ends after some tries."""
    actor.require(BUY)
    code = checked_text("code", code, 40)
    if not code:
        raise InvalidInput("code", N_("This field is required."))
    guesser = f"coupon:{actor.customer_id or actor.ip or checkout_id}"
    limits.check(guesser, COUPON_TRIES)
    view = _with_coupons(checkout_id, lambda known: [*(c for c in known if c.upper() != code.upper()), code], secret,
                         actor)
    if any(p.code == "coupon_unknown" and str(p.params.get("coupon", "")).upper() == code.upper()
           for p in view.problems):
        limits.count(guesser, COUPON_WAIT)
    return view


def remove_coupon(checkout_id: UUID, code: str, *, secret: str = "", actor: Actor) -> CheckoutView:
    """Take a coupon code off, whatever its case; one that is not there is no error."""
    actor.require(BUY)
    return _with_coupons(checkout_id, lambda known: [c for c in known if c.upper() != code.upper()], secret, actor)


def _with_coupons(checkout_id: UUID, changed: Any, secret: str, actor: Actor) -> CheckoutView:
    now: datetime = clock.now()
    with transaction.atomic():
        coupons = changed(carts.lock(checkout_id, actor=actor, secret=secret).coupons)
        if len(coupons) > MAX_COUPONS:
            raise InvalidInput("code", N_("No more coupons can be used at once."))
        cart, goods = together.change(checkout_id, {"coupons": coupons}, now=now, secret=secret, actor=actor)
    return view_of(cart, now, goods=goods)


def view(checkout_id: UUID, *, secret: str = "", actor: Actor) -> CheckoutView:
    """The cart, priced, with its problems."""
    actor.require(BUY)
    now = clock.now()
    cart, goods = together.find(checkout_id, now, actor=actor, secret=secret)
    return view_of(cart, now, goods=goods)


def own_cart(channel: str | int | None = None, *, actor: Actor) -> CheckoutView | None:
    """The cart that a member used last."""
    now: datetime = clock.now()
    found = own_of(channel, now, actor=actor)
    return view_of(found.cart, now, goods=found.goods, buyer=found.buyer) if found else None


def own_cart_id(channel: str | int | None = None, *, actor: Actor) -> UUID | None:
    """Which cart a member used last, for those who will not need its prices."""
    actor.require(BUY)
    found = carts.newest_open(actor.customer_id, _where(channel).id) if actor.customer_id else None
    return found.id if found else None


def own_of(channel: str | int | None, now: datetime, *, actor: Actor) -> owned.OwnCart | None:
    actor.require(BUY)
    return owned.newest(actor.customer_id, _where(channel).id, now) if actor.customer_id else None


def _where(channel: str | int | None) -> ChannelInfo:
    return catalog.channel(channel) if channel else catalog.default_channel()
