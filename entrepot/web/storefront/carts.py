"""The visitor's cart: a guest's is proven by a cookie that only we can read, a member's by who they are."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.conf import settings
from django.core import signing
from django.http import HttpRequest, HttpResponse

from entrepot.checkout import public as checkout
from entrepot.checkout.contracts import CheckoutView, Overview
from entrepot.checkout.errors import CartPlaced
from entrepot.kit.actor import Actor
from entrepot.kit.errors import DomainError, NotFound
from entrepot.kit.rest import actor_of
from entrepot.web.storefront.shop import CART_DAYS, CART_SALT, cart_cookie, channel_of, from_cookie, language_of

# What the session keeps of the last purchase: the secret that a guest tracks it by, and the order.
TRACKING, PLACED = "order-secret", "placed"


@dataclass(slots=True)
class VisitorCart:
    """The visitor's cart, whether or not it exists yet."""

    actor: Actor
    known: UUID | None = None
    secret: str = ""
    channel: str = ""  # where a member's own cart is still to be looked for
    seen: CheckoutView | None = None  # when finding the cart has already shown it

    @property
    def id(self) -> UUID | None:
        if self.channel:
            self.known, self.channel = checkout.own_cart_id(self.channel, actor=self.actor), ""
        return self.known

    @property
    def proof(self) -> dict[str, Any]:
        return {"secret": self.secret, "actor": self.actor}

    def view(self) -> CheckoutView | None:
        """The priced cart, or None when there is none that can still be changed."""
        if self.channel:
            self.seen = checkout.own_cart(self.channel, actor=self.actor)
            self.known, self.channel = self.seen.id if self.seen else None, ""
        if self.known is None:
            return None
        try:
            found = self.seen or checkout.view(self.known, **self.proof)
        except NotFound:
            return None
        return found if found.state == "open" else None

    def saw(self, view: CheckoutView) -> None:
        """An action has shown the cart: nobody reads it a second time."""
        self.seen = view

    def overview(self) -> Overview | None:
        """The open cart with all that can be chosen. CartPlaced when it has become an order."""
        if self.channel:
            found = checkout.own_overview(self.channel, actor=self.actor)
            self.known, self.channel = found.cart.id if found else None, ""
            return found
        if self.known is None:
            return None
        try:
            found = checkout.overview(self.known, **self.proof)
        except NotFound:
            return None
        if found.cart.state == "placed":
            raise CartPlaced
        return found if found.cart.state == "open" else None


def cart_of(request: HttpRequest) -> VisitorCart:
    """A guest's cart from the cookie; a member's own, after taking over what they collected as a guest."""
    actor = actor_of(request)
    id_, secret, _pieces = from_cookie(request)
    if actor.customer_id is None:
        return VisitorCart(actor, UUID(id_), secret) if id_ and secret else VisitorCart(actor)
    if id_ and secret:
        try:
            merged = checkout.merge(UUID(id_), secret=secret, actor=actor)
            return VisitorCart(actor, merged.id, seen=merged)
        except DomainError:
            pass  # the guest's cart is placed, merged or gone: the member's own one counts
    return VisitorCart(actor, channel=channel_of(request).code)


def is_left(request: HttpRequest) -> bool:
    """Whether this browser was told of a member's cart, and the member is not signed in any more."""
    id_, secret, _pieces = from_cookie(request)
    return bool(id_ and not secret) and not request.user.is_authenticated


def ensure_cart(request: HttpRequest) -> VisitorCart:
    """The visitor's open cart, made when there is none."""
    cart = cart_of(request)
    if cart.view() is not None:
        return cart
    channel, actor = channel_of(request), cart.actor
    made, secret = checkout.create_checkout(channel.code, language_of(channel), actor.customer_id, actor=actor)
    return VisitorCart(actor, made.id, "" if actor.customer_id else secret)


def remember(request: HttpRequest, response: HttpResponse, cart: VisitorCart,
             view: CheckoutView | None) -> HttpResponse:
    """Keep in the browser a guest's proof and how much is in the cart; both are signed and unreadable to scripts."""
    name = cart_cookie(request)
    if view is None or cart.id is None:
        if name in request.COOKIES and not is_left(request):
            response.delete_cookie(name, samesite="Lax")
        return response
    pieces = int(sum(line.quantity for line in view.lines))
    response.set_cookie(name, signing.dumps([str(cart.id), cart.secret, pieces], salt=CART_SALT),
                        max_age=CART_DAYS * 86_400, httponly=True, samesite="Lax", secure=settings.SECURE)
    return response
