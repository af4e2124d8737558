"""A guest's order. The secret of the link is taken out of the address at once: it goes into a cookie that scripts
cannot read, for an hour, and the page itself has an address without it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.core import signing
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import get_language, gettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from entrepot.kit.actor import Actor
from entrepot.kit.errors import DomainError, NotFound, TooManyRequests
from entrepot.kit.rest import actor_of, translated
from entrepot.orders import public as orders
from entrepot.web import reasons
from entrepot.web.storefront.shop import Paths, page, typed
from entrepot.web.storefront.views.account.order import as_pdf, order_context

COOKIE, _SALT, _AGE_S = "tracked", "storefront.track", 3600
_REFERRER = "no-referrer"


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def track(request: HttpRequest) -> HttpResponse:
    """Ask for the link by number and address, or paste it."""
    if request.method != "POST":
        return _private(page(request, "track", {"indexed": True}))
    if "secret" in request.POST:
        return enter(request, _pasted(typed(request, "secret", 1_000)))
    number, email = typed(request, "number", 40), typed(request, "email", 254)
    if not number or "@" not in email:
        return page(request, "track", {"number": number, "email": email, "incomplete": True}, status=422)
    try:
        orders.send_tracking_link(number, email, actor=actor_of(request))
    except TooManyRequests as error:
        return page(request, "track", {"number": number, "email": email, "refused": translated(error)}, status=429)
    return _private(page(request, "track", {"sent_to": email}))


def _pasted(text: str) -> str:
    """People paste the whole link."""
    return text.strip().rstrip("/").rpartition("/")[2][:200]


@never_cache
@require_safe
def arrive(request: HttpRequest, secret: str) -> HttpResponse:
    """By the link of a mail."""
    return enter(request, secret)


def enter(request: HttpRequest, secret: str) -> HttpResponse:
    """Exchange the secret for the cookie, and go on to an address that anyone may read over a shoulder."""
    try:
        orders.guest_of(secret, actor=actor_of(request))
    except TooManyRequests as error:
        return _private(page(request, "track", {"refused": translated(error)}, status=429))
    except DomainError:
        return _private(page(request, "track", {"failed": True}, status=404))
    response = redirect("shop:tracked")
    response.set_cookie(COOKIE, signing.dumps(secret, salt=_SALT), max_age=_AGE_S, httponly=True, samesite="Lax",
                        secure=settings.SECURE)
    return _private(response)


def _private(response: HttpResponse) -> HttpResponse:
    response["Referrer-Policy"] = _REFERRER
    return response


def guest_of(request: HttpRequest) -> tuple[UUID, Actor]:
    """The order that this browser follows, and who may see it; NotFound without a living cookie."""
    try:
        secret = str(signing.loads(request.COOKIES.get(COOKIE, ""), salt=_SALT, max_age=_AGE_S))
    except signing.BadSignature as error:
        raise NotFound("order") from error
    return orders.guest_of(secret, actor=actor_of(request))


def tracked_actor(request: HttpRequest, order_id: UUID) -> Actor:
    """The guest of this order where the browser follows it, else whoever is signed in."""
    try:
        followed, guest = guest_of(request)
    except DomainError:
        return actor_of(request)
    return replace(guest, ip=actor_of(request).ip) if followed == order_id else actor_of(request)


@never_cache
@require_safe
def tracked(request: HttpRequest) -> HttpResponse:
    try:
        order_id, guest = guest_of(request)
        order = orders.get_order(order_id, actor=guest)
    except DomainError:
        return redirect("shop:track")
    context: dict[str, Any] = {**order_context(order), "can_cancel": "cancel" in order.can,
                               "invoices": order.invoices, "tracked": True}
    return _private(page(request, "account/order", context))


@never_cache
@require_POST
def cancel_tracked(request: HttpRequest) -> HttpResponse:
    try:
        order_id, guest = guest_of(request)
        orders.cancel_order(order_id, reason=gettext(reasons.OWN_CANCEL), actor=guest)
        messages.success(request, gettext("Your order was cancelled."))
    except NotFound:
        return redirect("shop:track")
    except DomainError as error:
        messages.error(request, translated(error))
    return redirect("shop:tracked")


@never_cache
@require_safe
def tracked_invoice(request: HttpRequest, invoice_id: UUID) -> HttpResponse:
    try:
        return as_pdf(orders.invoice_pdf(invoice_id, get_language() or "en", actor=guest_of(request)[1]))
    except DomainError as error:
        raise Http404 from error


PATHS: Paths = (
    ("track/", track, "track"),
    ("track/order/", tracked, "tracked"),
    ("track/order/cancel/", cancel_tracked, "tracked-cancel"),
    ("track/order/invoices/<uuid:invoice_id>/", tracked_invoice, "tracked-invoice"),
    ("track/<str:secret>/", arrive, "track-secret"),
)
