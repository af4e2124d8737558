"""The cart: each change is a form that works without script. With it (`X-Part`) only the part that changed comes back:
the cart's own page, or the drawer that opens beside whatever page the visitor is on."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal, InvalidOperation
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.core import signing
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from entrepot.checkout import public as checkout
from entrepot.checkout.contracts import CheckoutView, ViewLine
from entrepot.kit.errors import DomainError
from entrepot.kit.json import loads
from entrepot.kit.rest import translated
from entrepot.showcase import public as showcase
from entrepot.web.storefront.carts import PLACED, VisitorCart, cart_of, ensure_cart, is_left, remember
from entrepot.web.storefront.cartshow import problems_of, said, shown
from entrepot.web.storefront.shop import Paths, channel_of, language_of, page

_UNDO_SALT, _UNDO_S = "storefront.undo", 3_600
_PARTS = {"cart": "_cart", "drawer": "_drawer"}
_COUPON = "coupon"  # marks what is told of a code: it is said beside its field


def attempt(request: HttpRequest, work: Callable[[], object]) -> bool:
    """Run an action; a refusal becomes a message on the next page."""
    try:
        work()
    except DomainError as error:
        messages.error(request, translated(error))
        return False
    return True


def quantity_of(text: str) -> Decimal | None:
    try:
        value = Decimal(text.strip()[:30])
    except InvalidOperation:
        return None
    return value if value.is_finite() and 0 <= value < 10**9 and value == round(value, 3) else None


@never_cache
@require_safe
def cart(request: HttpRequest) -> HttpResponse:
    own = cart_of(request)
    return _show(request, own, own.view(), _undo(request.GET.get("undo", "")))


def _show(request: HttpRequest, own: VisitorCart, view: CheckoutView | None,
          undo: dict[str, Any] | None) -> HttpResponse:
    template = _PARTS.get(request.headers.get("X-Part", ""), "cart")
    response = page(request, template, {
        "cart": shown(view), "problems": problems_of(view, with_steps=False), "undo": undo,
        "has_ordered": not (view and view.lines) and PLACED in request.session, "is_left": is_left(request),
        "addons_of": next((line.slug for line in reversed(view.lines) if line.slug), "") if view else "",
        "pieces": int(sum(line.quantity for line in view.lines)) if view else 0, **_refused_coupon(request)})
    return remember(request, response, own, view)


def _refused_coupon(request: HttpRequest) -> dict[str, str]:
    """A code that was just refused stands in its field with the reason beside it, to be put right."""
    reason = next((str(m) for m in messages.get_messages(request) if m.extra_tags == _COUPON), "")
    typed = request.POST.get("code") or request.GET.get("code", "")
    return {"coupon_error": reason, "typed_code": typed[:64]} if reason else {}


def _undo(token: str) -> dict[str, Any] | None:
    """What was taken out last, to put it back with one press."""
    try:
        variant, quantity, name = signing.loads(token, salt=_UNDO_SALT, max_age=_UNDO_S)
    except (signing.BadSignature, ValueError, TypeError):
        return None
    return {"variant": variant, "quantity": quantity, "name": name}


def answered(request: HttpRequest, own: VisitorCart, to: str = "", *, removed: ViewLine | None = None) -> HttpResponse:
    """The changed part for a script, the next page for everybody else."""
    own.seen = None
    token = signing.dumps([str(removed.variant_id), str(removed.quantity), removed.name[:80]],
                          salt=_UNDO_SALT) if removed else ""
    if request.headers.get("X-Part") in _PARTS:
        return _show(request, own, own.view(), _undo(token))
    address = to or reverse("shop:cart")
    return remember(request, redirect(f"{address}?undo={token}" if token else address), own, own.view())


@require_POST
def add(request: HttpRequest) -> HttpResponse:
    try:
        variant = UUID(request.POST.get("variant", ""))
    except ValueError:
        return _refused(request, gettext("Please choose a variant."))
    quantity = quantity_of(request.POST.get("quantity", "1"))
    if not quantity:
        return _refused(request, gettext("Please give a quantity."))
    own = ensure_cart(request)
    assert own.id is not None
    cart_id = own.id
    if not attempt(request, lambda: own.saw(checkout.add_line(cart_id, variant, quantity, **own.proof))):
        return answered(request, own, _back(request))
    messages.success(request, gettext("Added to your cart."))
    return answered(request, own)


def _refused(request: HttpRequest, reason: str) -> HttpResponse:
    messages.error(request, reason)
    if request.headers.get("X-Part") in _PARTS:
        return answered(request, cart_of(request))
    return redirect(_back(request))


def _back(request: HttpRequest) -> str:
    """The page the visitor came from, if it is one of ours."""
    came_from = request.headers.get("Referer", "")
    safe = url_has_allowed_host_and_scheme(came_from, {request.get_host()}, require_https=request.is_secure())
    return came_from if safe else reverse("shop:cart")


@require_POST
def change_line(request: HttpRequest, line_id: UUID) -> HttpResponse:
    own = cart_of(request)
    before = own.view()
    line = next((x for x in before.lines if x.id == line_id), None) if before else None
    quantity = Decimal(0) if "remove" in request.POST else quantity_of(request.POST.get("quantity", ""))
    if quantity is None:
        messages.error(request, gettext("Please give a quantity."))
    elif own.id is None or line is None:
        messages.info(request, gettext("This was no longer in your cart."))
    else:
        cart_id = own.id
        done = attempt(request, lambda: own.saw(checkout.update_line(cart_id, line_id, quantity, **own.proof)))
        if done and not quantity:
            return answered(request, own, removed=line)
    return answered(request, own)


@require_safe
def addons(request: HttpRequest) -> HttpResponse:
    """What others bought with an article of the cart, fetched beside the cart so that nobody waits for it."""
    channel = channel_of(request)
    language, slug = language_of(channel), request.GET.get("of", "")[:200]
    found = showcase.document(channel.id, language, slug) if slug and "\x00" not in slug else None
    if found is None:
        raise Http404
    beside = showcase.neighbours(channel.id, language, loads(found[0]))
    cards = [card for c in beside.together or beside.similar if (card := loads(c))["in_stock"]][:4]
    template = "_addons" if request.headers.get("X-Part") else "addons"
    return page(request, template, {"cards": cards})


def try_coupon(request: HttpRequest, own: VisitorCart, cart_id: UUID, code: str) -> str:
    """Keep a coupon only if it counts; the reason why not is returned."""
    try:
        view = checkout.add_coupon(cart_id, code, **own.proof)
        refusal = next((p for p in view.problems if str(p.params.get("coupon", "")).upper() == code.upper()), None)
        if refusal is None:
            messages.success(request, gettext("The coupon counts."))
            return ""
        checkout.remove_coupon(cart_id, code, **own.proof)
        return said(refusal)
    except DomainError as error:
        return translated(error)


@require_POST
def coupon(request: HttpRequest) -> HttpResponse:
    own = cart_of(request)
    if own.id is None:
        return answered(request, own)
    cart_id = own.id
    if unwanted := request.POST.get("remove"):
        attempt(request, lambda: own.saw(checkout.remove_coupon(cart_id, unwanted[:64], **own.proof)))
    elif code := request.POST.get("code", "").strip()[:64]:
        if reason := try_coupon(request, own, cart_id, code):
            messages.error(request, reason, extra_tags=_COUPON)
            return answered(request, own, f"{reverse('shop:cart')}?{urlencode({'code': code})}#coupon")
    else:
        messages.error(request, gettext("Please enter a coupon."), extra_tags=_COUPON)
        return answered(request, own, f"{reverse('shop:cart')}#coupon")
    return answered(request, own)


@require_POST
def extras(request: HttpRequest) -> HttpResponse:
    """A gift message and a note; the checkout shows them again."""
    own = cart_of(request)
    if own.id is not None:
        cart_id = own.id
        texts = {name: request.POST[name] for name in ("gift_message", "note") if name in request.POST}
        if attempt(request, lambda: checkout.update(cart_id, texts, **own.proof)):
            messages.success(request, gettext("Saved."))
    return answered(request, own)


PATHS: Paths = (
    ("cart/", cart, "cart"),
    ("cart/add/", add, "add"),
    ("cart/line/<uuid:line_id>/", change_line, "cart-line"),
    ("cart/coupon/", coupon, "coupon"),
    ("cart/extras/", extras, "cart-extras"),
    ("cart/addons/", addons, "addons"),
)
