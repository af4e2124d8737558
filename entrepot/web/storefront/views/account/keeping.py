"""What customers keep: wishes, coupons, points and store credit."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from entrepot.catalog import public as catalog
from entrepot.customers import public as customers
from entrepot.customers.contracts import EntryInfo
from entrepot.inventory import public as inventory
from entrepot.kit import clock
from entrepot.kit.actor import Actor
from entrepot.kit.errors import DomainError
from entrepot.kit.rest import actor_of, translated
from entrepot.pricing import public as pricing
from entrepot.web.storefront.shop import Paths, channel_of, typed, way_back
from entrepot.web.storefront.views.account.common import account_page, customer_of, member

_SHOWN = 100
REASONS = {"payment": _("Spent on an order"), "refund": _("Given back"), "adjustment": _("Booked by the shop"),
           "closed": _("Account closed")}


@member
@require_safe
def wishes(request: HttpRequest) -> HttpResponse:
    """The wish list with today's price, and whether there is any."""
    customer_id, _actor = customer_of(request)
    channel, language = channel_of(request), get_language() or "en"
    kept = [w.variant_id for w in customers.list_wishes(customer_id)]
    facts = catalog.variant_facts(kept)
    prices = pricing.listing_prices(channel.id, kept)
    free = inventory.available(channel.id, kept)
    shown = []
    for variant_id in kept:
        fact = facts.get(variant_id)
        if fact is None:
            continue
        sold = fact.is_sellable and channel.id in fact.published_in
        left = free.get(variant_id)
        shown.append({"id": variant_id, "slug": fact.slug, "name": catalog.in_language(fact.name, language),
                      "image": fact.image, "price": prices.get(variant_id) if sold else None, "sold": sold,
                      "in_stock": sold and bool(left and left.quantity > 0)})
    return account_page(request, "wishes", "wishes", {"wishes": shown})


@never_cache
@require_POST
def wish(request: HttpRequest) -> HttpResponse:
    """From a product, the cart or the list: add or remove one article, and back to where the visitor was."""
    back, actor = way_back(request, reverse("shop:wishes")), actor_of(request)
    if actor.customer_id is None:
        messages.info(request, gettext("Sign in to keep a wish list."))
        return redirect(f"{reverse('account_login')}?{urlencode({'next': back})}")
    try:
        _kept(request, actor.customer_id, UUID(request.POST.get("variant", "")), actor)
    except ValueError:
        messages.error(request, gettext("Please choose a variant."))
    except DomainError as error:
        messages.error(request, translated(error))
    return redirect(back)


def _kept(request: HttpRequest, customer_id: UUID, variant_id: UUID, actor: Actor) -> None:
    if request.POST.get("do") == "remove":
        if customers.remove_wish(customer_id, variant_id, actor=actor):
            messages.success(request, gettext("Taken off your wish list."))
    elif variant_id not in catalog.variant_facts([variant_id]):
        messages.error(request, gettext("Please choose a variant."))
    elif customers.add_wish(customer_id, variant_id, actor=actor):
        messages.success(request, gettext("On your wish list."))
    else:
        messages.info(request, gettext("It is on your wish list already."))


@member
@require_safe
def coupons(request: HttpRequest) -> HttpResponse:
    customer_id, _actor = customer_of(request)
    codes = customers.list_codes(customer_id)
    offers = pricing.coupon_offers(codes, channel_id=channel_of(request).id, customer_key=str(customer_id),
                                   now=clock.now())
    return account_page(request, "coupons", "coupons", {"coupons": [_offer(code, offers.get(code)) for code in codes]})


def _offer(code: str, offer: pricing.CouponOffer | None) -> dict[str, Any]:
    name = catalog.in_language(offer.name, get_language() or "en") if offer else ""
    return {"code": code, "name": name, "state": offer.state if offer else "unknown",
            "until": offer.until_at if offer else None, "from": offer.from_at if offer else None,
            "usable": offer is not None and offer.state == "usable"}


@member
@require_POST
def save_coupon(request: HttpRequest) -> HttpResponse:
    customer_id, actor = customer_of(request)
    code = typed(request, "code", 60)
    try:
        if request.POST.get("do") == "remove":
            customers.drop_code(customer_id, code, actor=actor)
            messages.success(request, gettext("The coupon is gone from your list."))
        elif not pricing.coupon_offers([code.upper()], channel_id=channel_of(request).id,
                                       customer_key=str(customer_id), now=clock.now()):
            messages.error(request, gettext("This coupon does not exist."))
        else:
            customers.save_code(customer_id, code, actor=actor)
            messages.success(request, gettext("The coupon is kept. Use it in the cart."))
    except DomainError as error:
        messages.error(request, translated(error))
    return redirect("shop:coupons")


@member
@require_safe
def points(request: HttpRequest) -> HttpResponse:
    """Balances and how they came about, newest first, with the balance after each entry."""
    customer_id, _actor = customer_of(request)
    balances, entries = customers.list_balances(customer_id), customers.list_entries(customer_id, _SHOWN)
    after = {(b.kind, b.currency): b.balance for b in balances}
    rows = []
    for entry in entries:
        key = (entry.kind, entry.currency)
        rows.append({"entry": entry, "why": _why(entry), "after": after.get(key, 0)})
        after[key] = after.get(key, 0) - entry.delta
    return account_page(request, "points", "points", {
        "points": [r for r in rows if r["entry"].kind == "points"],
        "credit": [r for r in rows if r["entry"].kind == "credit"],
        "balance": next((b.balance for b in balances if b.kind == "points"), 0),
        "credits": [b for b in balances if b.kind == "credit"], "most": _SHOWN})


def _why(entry: EntryInfo) -> Any:
    return REASONS.get(entry.reason, entry.reason.replace("_", " ").capitalize())


PATHS: Paths = (
    ("account/wishes/", wishes, "wishes"),
    ("wish/", wish, "wish"),
    ("account/coupons/", coupons, "coupons"),
    ("account/coupons/save/", save_coupon, "coupon-save"),
    ("account/points/", points, "points"),
)
