"""What the pages of the account share: who may open them, their frame, how states are called."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache

from entrepot.identity import public as identity
from entrepot.kit.actor import Actor
from entrepot.kit.rest import actor_of
from entrepot.orders.contracts import OrderView, TimelineView
from entrepot.web import reasons
from entrepot.web.storefront.shop import page

STATES = {
    "pending": _("Waiting for payment"), "on_hold": _("Being checked"), "processing": _("In preparation"),
    "partly_shipped": _("Partly shipped"), "shipped": _("Shipped"), "completed": _("Completed"),
    "cancelled": _("Cancelled"), "expired": _("Expired"),
}
# What happens next with an order that is not done, in one sentence.
NEXT = {
    "pending": _("It only needs to be paid."), "on_hold": _("We look at it and write to you."),
    "processing": _("We are packing it."), "partly_shipped": _("The first parcel is on its way to you."),
    "shipped": _("It is on its way to you."),
}
STORY = {
    "placed": _("Order placed"), "authorised": _("Payment authorised"), "paid": _("Payment received"),
    "payment_failed": _("The payment did not go through"), "fulfilment_planned": _("Being packed"),
    "shipped": _("Parcel shipped"), "tracking_changed": _("Parcel number updated"), "delivered": _("Delivered"),
    "ready": _("Ready for pick-up"), "collected": _("Picked up"), "cancelled": _("Order cancelled"),
    "expired": _("Order expired"), "changed": _("Order changed"), "refund_asked": _("Refund on its way"),
    "refunded": _("Refund paid"), "invoice": _("Invoice issued"), "credit_note": _("Credit note issued"),
    "change_requested": _("Return requested"), "return_approved": _("Return accepted"),
    "return_declined": _("Return declined"), "return_received": _("Return arrived"),
    "return_confirmed": _("Return settled"), "split": _("Order split"), "merged": _("Order joined with another"),
    "merged_into": _("Order joined with another"),
}
CHANGES = {
    "requested": _("Waiting for our answer"), "approved": _("Accepted, please send it back"),
    "confirmed": _("Settled"), "declined": _("Declined"), "cancelled": _("Withdrawn"), "draft": _("Not sent yet"),
}
CHANGES_NEXT = {
    "requested": _("We look at it, usually within two working days, and write to you."),
    "approved": _("Write the number on the parcel and hand it in. When it is here, we check it and pay you back."),
    "confirmed": _("It is done. A refund takes a few days to show in your account."),
}
GONE = ("cancelled", "expired")
_STEPS = (_("Placed"), _("In preparation"), _("On its way"), _("Delivered"))
_STEPS_IN_STORE = (_STEPS[0], _STEPS[1], _("Ready for pick-up"), _("Picked up"))
_REACHED = {"pending": 0, "on_hold": 0, "processing": 1, "partly_shipped": 2, "shipped": 2, "completed": 3}

# The account's own navigation: (address name, words, the section that lights it up)
SECTIONS = (
    ("shop:account", _("Overview"), "home"), ("shop:orders", _("Orders"), "orders"),
    ("shop:wishes", _("Wish list"), "wishes"), ("shop:coupons", _("Coupons"), "coupons"),
    ("shop:points", _("Points and credit"), "points"), ("shop:reviews", _("Reviews"), "reviews"),
    ("shop:addresses", _("Addresses"), "addresses"), ("shop:profile", _("About you"), "profile"),
    ("shop:security", _("Sign-in and security"), "security"), ("shop:privacy", _("Your data"), "privacy"),
)


def member(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Pages of a signed-in customer; others sign in first."""
    @never_cache
    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if actor_of(request).customer_id is None:
            return redirect(f"{reverse('account_login')}?{urlencode({'next': request.path})}")
        return view(request, *args, **kwargs)

    return guarded


def proven(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Pages that ask a member to prove anew who they are, unless they did so a moment ago."""
    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not identity.session.is_recent(request):
            return redirect(f"{reverse('account_reauthenticate')}?{urlencode({'next': request.path})}")
        return view(request, *args, **kwargs)

    return member(guarded)


def customer_of(request: HttpRequest) -> tuple[UUID, Actor]:
    actor = actor_of(request)
    assert actor.customer_id is not None  # by `member`
    return actor.customer_id, actor


def account_page(request: HttpRequest, template: str, section: str, context: dict[str, Any], *,
                 status: int = 200) -> HttpResponse:
    """A page in the account's frame."""
    nav = [{"address": reverse(name), "label": label, "here": code == section} for name, label, code in SECTIONS]
    return page(request, f"account/{template}", {"sections": nav, **context}, status=status)


def steps_of(order: OrderView) -> list[dict[str, Any]]:
    """How far the order has come, for the bar above it; none once it is called off."""
    if order.state in GONE:
        return []
    reached, steps = _REACHED.get(order.state, 0), _STEPS_IN_STORE if order.pickup_warehouse_id else _STEPS
    if reached == 1 and any(f.state == "ready" for f in order.fulfilments):
        reached = 2
    return [{"label": label, "done": at <= reached, "current": at == reached} for at, label in enumerate(steps)]


def story_of(order: OrderView) -> list[dict[str, Any]]:
    """Newest first; what has no sentence for customers is left to the office."""
    told = []
    for entry in order.timeline:
        if entry.is_public and (label := _label(entry)):
            told.append({"at": entry.at, "label": label,
                         "more": entry.data.get("tracking_number", "") or reasons.read(entry.data.get("reason", ""))})
    return told[::-1]


def _label(entry: TimelineView) -> Any:
    return entry.data.get("text", "") if entry.kind == "note" else STORY.get(entry.kind)
