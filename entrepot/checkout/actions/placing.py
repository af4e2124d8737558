"""Placing an order: a cart, or a whole purchase in one request, becomes an order or nothing.

The steps of `_place` are in the order of their locks: gift cards and accounts, then promotions, then stock, so that the
busiest rows are held for the shortest time and two buyers never wait for each other in a circle.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime
from uuid import UUID, uuid5

import structlog
from django.db import OperationalError, transaction
from django.utils.translation import get_language, gettext
from psycopg import errors as pg

from entrepot.catalog import public as catalog
from entrepot.checkout import carts, offers, together
from entrepot.checkout.actions.carts import COUPON_TRIES, COUPON_WAIT
from entrepot.checkout.actions.paying import GIFT_CARD_TRIES, GIFT_CARD_WAIT
from entrepot.checkout.carts import Cart
from entrepot.checkout.contracts import BuyNow, PaymentPart, Placement, Problem
from entrepot.checkout.errors import CartPlaced, DueChanged, NotReady, TotalChanged
from entrepot.checkout.given import (
    MAX_COUPONS,
    checked,
    checked_parts,
    choice_of,
    customer_of,
    language_of,
    method_of,
    refuse_strangers_balance,
)
from entrepot.checkout.holds import gifts_gone, reserve
from entrepot.checkout.ordering import Terms, address_key, new_order
from entrepot.checkout.parts import parts_of, take
from entrepot.checkout.permissions import BUY
from entrepot.checkout.quoting import Priced, price
from entrepot.checkout.rules import lines as line_rules
from entrepot.checkout.rules.contact import checked_text
from entrepot.fraud import public as fraud
from entrepot.inventory.errors import OutOfStock
from entrepot.kit import clock, journal, limits
from entrepot.kit.actor import Actor, system
from entrepot.kit.errors import N_, Busy, DomainError, IdempotencyMismatch, InvalidInput
from entrepot.kit.ids import secret_token, uuid7
from entrepot.orders import public as orders
from entrepot.orders.contracts import HoldKind, PlacedOrder
from entrepot.payments import public as payments
from entrepot.payments.contracts import PaymentInfo
from entrepot.payments.errors import MethodNotOffered
from entrepot.pricing import public as pricing

log = structlog.get_logger(__name__)

# The cart of a one-request purchase is named by its idempotency key, so that it can be written only once.
_KEYED = UUID("6f1e8f0c-0c2b-5a52-9f0e-2c6f3f6f8a51")

# What a problem tells of a code that was guessed: as whose tries it counts, how many there are, for how long.
_GUESSED = {"coupon_unknown": ("coupon", COUPON_TRIES, COUPON_WAIT),
            "gift_card_unusable": ("gift-card", GIFT_CARD_TRIES, GIFT_CARD_WAIT)}
_IMMEDIATE = "test"
_ON_DELIVERY = "cash_on_delivery"

Unavailable = frozenset[UUID]


class _GiftsGone(Exception):
    """Gifts that a promotion adds are out of stock: try again without them."""

    def __init__(self, variants: Unavailable) -> None:
        self.variants = variants


def place_order(checkout_id: UUID, *, expected_total_minor: int | None = None, expected_due_minor: int | None = None,
                payment_method: str = "", idempotency_key: str = "", fingerprint: str = "", return_url: str = "",
                secret: str = "", actor: Actor) -> Placement:
    """Turn a cart into an order, at most once.

    Placing a placed cart returns its order; under the same key with another body it is refused. A total other than the
    expected one is refused with the new total, and so is another rest after gift cards, points and credit.
    """
    actor.require(BUY)
    now = clock.now()
    terms = _terms(payment_method, expected_total_minor, expected_due_minor, return_url)
    key, body = _digest(idempotency_key), _digest(fingerprint)
    claim = {"state": "placed", "order_id": uuid7(), "placed_key": key, "placed_fingerprint": body}

    def attempt(unavailable: Unavailable) -> Placement:
        try:
            cart, goods = together.change(checkout_id, claim, now=now, secret=secret, actor=actor, stock=False)
        except CartPlaced:
            placed = carts.find(checkout_id, secret=secret, actor=actor)
            return _placed_before(placed, key, body)
        return _place(cart, price(cart, now, goods=goods, unavailable=unavailable), terms, now, actor)

    return _settled(attempt, terms, actor)


def buy_now(request: BuyNow, *, idempotency_key: str = "", fingerprint: str = "", actor: Actor) -> Placement:
    """A whole purchase in one request and one transaction: the cart is written as placed, with its order."""
    actor.require(BUY)
    now = clock.now()
    terms = _terms(request.payment_method, request.expected_total_minor, request.expected_due_minor,
                   request.return_url)
    cart = _cart_of(request, now, actor)
    cart.placed_key, cart.placed_fingerprint = _digest(idempotency_key), _digest(fingerprint)
    if idempotency_key:
        # visitors have no name but the address they give: two of them may well use the same key
        cart.id = uuid5(_KEYED, f"{actor.kind}:{actor.id or cart.email.lower()}:{idempotency_key}")

    guessers = _guessers(request, actor)
    tried: list[Priced] = []

    def attempt(unavailable: Unavailable) -> Placement:
        if not carts.insert(cart):
            return _placed_before(carts.stored(cart.id), cart.placed_key, cart.placed_fingerprint)
        priced = price(cart, now, unavailable=unavailable)
        tried.append(priced)
        return _place(cart, priced, terms, now, actor)

    try:
        return _settled(attempt, terms, actor)
    finally:  # whatever it was refused for, and outside of what was undone
        for code in {p.code for priced in tried for p in priced.problems} & guessers.keys():
            limits.count(guessers[code], _GUESSED[code][2])


def _guessers(request: BuyNow, actor: Actor) -> dict[str, str]:
    """Who is counted for wrong codes of what the request names, by the problem; whoever tried too many is refused."""
    named = {"coupon_unknown": request.coupons, "gift_card_unusable": request.gift_card_codes}
    who = actor.customer_id or actor.ip or request.email
    found = {code: f"{_GUESSED[code][0]}:{who}" for code, given in named.items() if given}
    for code, name in found.items():
        limits.check(name, _GUESSED[code][1])
    return found


def _terms(payment_method: str, expected_total_minor: int | None, expected_due_minor: int | None,
           return_url: str) -> Terms:
    if return_url:
        payments.refuse_foreign_return(return_url)
    return Terms(payment_method, expected_total_minor, expected_due_minor, return_url)


def _settled(attempt: Callable[[Unavailable], Placement], terms: Terms, actor: Actor) -> Placement:
    """One transaction, a second one when only gifts were gone; then, with nothing locked, the way to the payer."""
    try:
        placement = _durably(attempt, frozenset())
    except _GiftsGone as gone:
        placement = _durably(attempt, gone.variants)
    log.info("order placed", order=placement.order.number, is_replay=placement.is_replay)
    return _begun(placement, terms, actor)


def _durably(attempt: Callable[[Unavailable], Placement], unavailable: Unavailable) -> Placement:
    with _busy_when_locked(), transaction.atomic(durable=True), journal.collected():
        return attempt(unavailable)


def _place(cart: Cart, priced: Priced, terms: Terms, now: datetime, actor: Actor) -> Placement:
    """The recipe. `cart` is claimed: whatever is refused from here on undoes the claim."""
    assert cart.order_id is not None
    order_id, quote = cart.order_id, priced.quote
    parts = parts_of(priced, now)
    due = quote.total_minor - sum(p.amount_minor for p in parts)
    _refuse_problems(priced)
    _refuse_other_amounts(quote.total_minor, due, terms, quote.currency)
    _refuse_unoffered_method(priced, due, terms)
    holds = _review(order_id, priced, now, actor)
    secret = secret_token()
    taken = [take(p, order_id, quote.currency, now, checkout_id=cart.id, actor=actor) for p in parts]
    state = _payment_state(due, terms.payment_method)
    order = orders.create_order(new_order(priced, order_id, terms, holds, carts.hash_secret(secret), now),
                                payment_state=state, paid_minor=_paid_already(state, parts), actor=actor)
    if due:
        taken.append(payments.open_payment(order_id, provider=terms.payment_method, method=terms.payment_method,
                                           amount_minor=due, currency=quote.currency, now=now, checkout_id=cart.id,
                                           actor=actor))
    pricing.redeem(order_id, cart.customer_key, quote.uses, quote.currency, now, actor=actor)
    _reserve(order_id, priced, now, actor)
    return Placement(order, tuple(taken), secret)


def _refuse_problems(priced: Priced) -> None:
    if blocking := priced.blocking:
        raise NotReady([_told(p) for p in blocking])


def _told(problem: Problem) -> dict[str, object]:
    return {"code": problem.code, "text": gettext(problem.text).format(**problem.params), "line_id": problem.line_id,
            "params": problem.params}


def _refuse_other_amounts(total_minor: int, due_minor: int, terms: Terms, currency: str) -> None:
    """Nobody is charged what they did not see: of the same total a gift card may pay less than it did."""
    total, due = terms.expected_total_minor, terms.expected_due_minor
    if total is not None and total != total_minor:
        raise TotalChanged(total_minor, total, currency)
    if due is not None and due != due_minor:
        raise DueChanged(due_minor, due, currency)


def _refuse_unoffered_method(priced: Priced, due: int, terms: Terms) -> None:
    if not due:
        return
    if not terms.payment_method:
        raise InvalidInput("payment_method", N_("This field is required."))
    if not offers.is_payment_offered(terms.payment_method, priced.channel):
        raise MethodNotOffered


def _review(order_id: UUID, priced: Priced, now: datetime, actor: Actor) -> list[tuple[HoldKind, str]]:
    """Ask the fraud rules; an order to be reviewed is placed, and held."""
    cart = priced.cart
    shipping, billing = cart.shipping_address or {}, cart.billing_address or cart.shipping_address or {}
    verdict = fraud.assess(
        order_id, email=cart.email, ip=actor.ip, customer_id=cart.customer_id, total_minor=priced.quote.total_minor,
        currency=priced.quote.currency, shipping_country=shipping.get("country", ""),
        billing_country=billing.get("country", ""), shipping_key=address_key(cart.shipping_address), now=now,
        actor=actor)
    return [(HoldKind.FRAUD, ", ".join(verdict.reasons))] if verdict.verdict == "review" else []


def _payment_state(due: int, method: str) -> str:
    if not due or method == _IMMEDIATE:
        return "paid"
    return "on_delivery" if method == _ON_DELIVERY else "pending"


def _paid_already(state: str, parts: Sequence[PaymentPart]) -> int | None:
    return None if state == "paid" else sum(p.amount_minor for p in parts)


def _reserve(order_id: UUID, priced: Priced, now: datetime, actor: Actor) -> None:
    """Promise the goods to the order, instead of what the cart held."""
    try:
        reserve(priced, order_id, now, actor)
    except OutOfStock as short:
        if gone := gifts_gone(priced, short):
            raise _GiftsGone(gone) from short
        raise


def _placed_before(cart: Cart, key: str, fingerprint: str) -> Placement:
    """The order of an earlier request. Its tracking secret was told then, and nobody can tell it again."""
    if key and cart.placed_key == key and cart.placed_fingerprint != fingerprint:
        raise IdempotencyMismatch
    assert cart.order_id is not None
    order = orders.get_order(cart.order_id, actor=system("checkout"))
    placed = PlacedOrder(order.id, order.number, order.state, order.total_minor, order.currency)
    return Placement(placed, tuple(payments.payments_of(cart.order_id)), None, is_replay=True)


def _begun(placement: Placement, terms: Terms, actor: Actor) -> Placement:
    """Ask the provider how the payer can pay. A provider that does not answer leaves the order to be paid later."""
    begun = tuple(begin_payment(p, placement.order, terms.return_url, actor=actor) for p in placement.payments)
    return placement if begun == placement.payments else replace(placement, payments=begun)


def begin_payment(payment: PaymentInfo, order: PlacedOrder, return_url: str, *, actor: Actor) -> PaymentInfo:
    if payment.state != "pending" or payment.provider == _ON_DELIVERY or payment.action is not None:
        return payment
    try:
        return payments.begin(payment.id, return_url=return_url or "/", description=order.number,
                              language=get_language() or "en", actor=actor)
    except DomainError as error:
        log.warning("payment could not begin", payment_id=str(payment.id), code=error.code)
        return payment


@contextmanager
def _busy_when_locked() -> Iterator[None]:
    """Waiting too long for a row is not an error of ours: the buyer may try again."""
    try:
        yield
    except OperationalError as error:
        if isinstance(error.__cause__, (pg.LockNotAvailable, pg.DeadlockDetected, pg.QueryCanceled)):
            raise Busy from error
        raise


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest() if text else ""


def _cart_of(request: BuyNow, now: datetime, actor: Actor) -> Cart:
    """The cart that a one-request purchase describes, validated as the steps would."""
    channel = catalog.channel(request.channel) if request.channel else catalog.default_channel()
    cart = carts.fresh(uuid7(), channel.id, now, language=language_of(request.language, channel.languages),
                       customer_id=customer_of(None, actor=actor), lines=line_rules.added((), request.lines))
    cart.state, cart.order_id = "placed", uuid7()
    given = checked({
        "email": request.email, "phone": request.phone, "shipping_address": request.shipping_address,
        "billing_address": request.billing_address, "invoice_data": request.invoice_data,
        "gift_message": request.gift_message, "note": request.note, "gifts": request.gifts})
    given |= checked_parts(request.gift_card_codes, request.points, request.credit_minor)
    for name, value in given.items():
        setattr(cart, name, value)
    refuse_strangers_balance(cart.customer_id, cart.points, cart.credit_minor)
    cart.coupons = list(dict.fromkeys(checked_text("coupons", c, 40) for c in request.coupons))[:MAX_COUPONS]
    if request.delivery_method:
        cart.delivery = choice_of(method_of(request.delivery_method), request.pickup_warehouse_id, request.split,
                                  channel.id, request.collected_by)
    return cart
