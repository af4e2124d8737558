"""The visitor's cart: a guest's is proven by a cookie that only we can read, a member's by who they are."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.conf import settings
from django.core import signing
from django.http import HttpRequest, HttpResponse

from entrepot.checkout import public as checkout
from entrepot.checkout.contracts import CheckoutView
from entrepot.kit.actor import Actor
from entrepot.kit.errors import DomainError, NotFound
from entrepot.kit.rest import actor_of
from entrepot.web.storefront.shop import channel_of, language_of

COOKIE, SALT, DAYS = "cart", "storefront.cart", 30


@dataclass(slots=True)
class VisitorCart:
    """The id and secret of the visitor's cart, whether or not it exists yet."""

    actor: Actor
    id: UUID | None = None
    secret: str = ""

    @property
    def proof(self) -> dict[str, Any]:
        return {"secret": self.secret, "actor": self.actor}

    def view(self) -> CheckoutView | None:
        """The priced cart, or None when there is none that can still be changed."""
        if self.id is None:
            return None
        try:
            found = checkout.view(self.id, **self.proof)
        except NotFound:
            return None
        return found if found.state == "open" else None


def cart_of(request: HttpRequest) -> VisitorCart:
    """A guest's cart from the cookie; a member's own, after taking over what they collected as a guest."""
    actor = actor_of(request)
    cart = VisitorCart(actor, *_from_cookie(request))
    if actor.customer_id is None:
        return cart
    if cart.id is not None and cart.secret:
        try:
            merged = checkout.merge(cart.id, secret=cart.secret, actor=actor)
            return VisitorCart(actor, merged.id)
        except DomainError:
            pass  # the guest's cart is placed, merged or gone: the member's own one counts
    own = checkout.own_cart(channel_of(request).code, actor=actor)
    return VisitorCart(actor, own.id if own else None)


def ensure_cart(request: HttpRequest) -> VisitorCart:
    """The visitor's open cart, made when there is none."""
    cart = cart_of(request)
    if cart.view() is not None:
        return cart
    channel = channel_of(request)
    made, secret = checkout.create_checkout(channel.code, language_of(channel), actor.customer_id
                                            if (actor := cart.actor).customer_id else None, actor=actor)
    return VisitorCart(actor, made.id, "" if actor.customer_id else secret)


def _from_cookie(request: HttpRequest) -> tuple[UUID | None, str]:
    try:
        id_, secret = signing.loads(request.COOKIES.get(COOKIE, ""), salt=SALT, max_age=DAYS * 86_400)
        return UUID(id_), str(secret)
    except (signing.BadSignature, ValueError, TypeError):
        return None, ""


def remember(response: HttpResponse, cart: VisitorCart) -> HttpResponse:
    """Keep a guest's proof in the browser; a member needs none."""
    if cart.id is None or not cart.secret:
        response.delete_cookie(COOKIE)
        return response
    response.set_cookie(COOKIE, signing.dumps([str(cart.id), cart.secret], salt=SALT), max_age=DAYS * 86_400,
                        httponly=True, samesite="Lax", secure=settings.SECURE)
    return response
