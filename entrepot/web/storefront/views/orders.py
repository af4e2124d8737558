"""After the purchase: confirmation, tracking, account, cancelling, returns, documents."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import get_language, gettext, gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from entrepot.checkout import public as checkout
from entrepot.customers import public as customers
from entrepot.kit.actor import Actor
from entrepot.kit.errors import DomainError, NotFound
from entrepot.kit.rest import actor_of, translated
from entrepot.orders import public as orders
from entrepot.orders.contracts import ChangeKind, OrderFilter, OrderView, ReturnLine
from entrepot.web.storefront.shop import channel_of, page
from entrepot.web.storefront.views.cart import TRACKING

STATES = {
    "pending": gettext_lazy("Waiting for payment"), "on_hold": gettext_lazy("Being checked"),
    "processing": gettext_lazy("In preparation"), "partly_shipped": gettext_lazy("Partly shipped"),
    "shipped": gettext_lazy("Shipped"), "completed": gettext_lazy("Completed"),
    "cancelled": gettext_lazy("Cancelled"), "expired": gettext_lazy("Expired"),
}
STORY = {
    "placed": gettext_lazy("Order placed"), "paid": gettext_lazy("Payment received"),
    "shipped": gettext_lazy("Parcel shipped"), "delivered": gettext_lazy("Delivered"),
    "ready": gettext_lazy("Ready for pick-up"), "cancelled": gettext_lazy("Order cancelled"),
    "expired": gettext_lazy("Order expired"), "refunded": gettext_lazy("Refund paid"),
}


def _order_page(request: HttpRequest, order: OrderView, **more: Any) -> HttpResponse:
    returnable = [{"id": line.id, "name": line.name, "open": line.fulfilled_qty - line.returned_qty}
                  for line in order.lines if line.fulfilled_qty > line.returned_qty]
    own = actor_of(request).customer_id is not None and actor_of(request).customer_id == order.customer_id
    timeline = [{"at": t.at, "label": STORY.get(t.kind, t.kind.replace("_", " ").capitalize())}
                for t in order.timeline if t.is_public]
    return page(request, "order", {
        "order": order, "state": STATES.get(order.state, order.state), "timeline": timeline, "returnable": returnable,
        "can_cancel": own and "cancel" in order.can, "can_return": own and "return" in order.can and returnable,
        "invoices": order.invoices if own else [], **more})


@never_cache
@require_safe
def placed(request: HttpRequest) -> HttpResponse:
    """The order that this browser placed last."""
    secret, actor = request.session.get(TRACKING, ""), actor_of(request)
    try:
        order = orders.track(secret, actor=actor) if secret else _own(request.session.get("placed", ""), actor)
    except NotFound:
        return redirect("shop:home")
    link = request.build_absolute_uri(reverse("shop:track-secret", args=[secret])) if secret else ""
    pay = reverse("shop:pay", args=[order.id]) if "pay" in order.can else ""
    return _order_page(request, order, thanks=True, tracking_link=link, pay_link=pay)


def _own(order_id: str, actor: Actor) -> OrderView:
    try:
        return orders.get_order(UUID(order_id), actor=actor)
    except (ValueError, DomainError) as error:
        raise NotFound("order") from error


@never_cache
@require_safe
def pay(request: HttpRequest, order_id: UUID) -> HttpResponse:
    """On to the payer's page of an order that is still to be paid."""
    back = request.build_absolute_uri(reverse("shop:placed"))
    try:
        found = checkout.pay_order(order_id, return_url=back, tracking_secret=request.session.get(TRACKING, ""),
                                   actor=actor_of(request))
    except DomainError as error:
        messages.error(request, translated(error))
        return redirect("shop:placed")
    action = next((p.action for p in found.payments if p.action and p.action.get("url")), None)
    return redirect(action["url"]) if action else redirect("shop:placed")


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def track(request: HttpRequest, secret: str = "") -> HttpResponse:
    secret = request.POST.get("secret", secret).strip()
    if not secret:
        return page(request, "track", {})
    try:
        return _order_page(request, orders.track(secret, actor=actor_of(request)))
    except DomainError:
        return page(request, "track", {"failed": True}, status=404)


def member(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Pages of a signed-in customer; others sign in first."""
    @never_cache
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if actor_of(request).customer_id is None:
            return redirect(f"{reverse('account_login')}?next={request.path}")
        return view(request, *args, **kwargs)

    return guarded


@member
@require_safe
def account(request: HttpRequest) -> HttpResponse:
    actor = actor_of(request)
    assert actor.customer_id is not None
    found, _next = orders.find_orders(OrderFilter(), limit=20, actor=actor)
    channel = channel_of(request)
    return page(request, "account", {
        "customer": customers.get_customer(actor.customer_id),
        "orders": [{"id": o.id, "number": o.number, "placed_at": o.placed_at, "label": STATES.get(o.state, o.state),
                    "total_minor": o.total_minor, "currency": o.currency} for o in found],
        "addresses": customers.list_addresses(actor.customer_id, actor=actor),
        "points": customers.balance(actor.customer_id, "points"),
        "credit": customers.balance(actor.customer_id, "credit", channel.currency)})


@member
@require_safe
def order(request: HttpRequest, order_id: UUID) -> HttpResponse:
    try:
        found = orders.get_order(order_id, actor=actor_of(request))
    except NotFound as error:
        raise Http404 from error
    return _order_page(request, found, pay_link=reverse("shop:pay", args=[found.id]) if "pay" in found.can else "")


@member
@require_POST
def cancel(request: HttpRequest, order_id: UUID) -> HttpResponse:
    try:
        orders.cancel_order(order_id, reason=gettext("Cancelled by the customer"), actor=actor_of(request))
        messages.success(request, gettext("Your order was cancelled."))
    except DomainError as error:
        messages.error(request, translated(error))
    return redirect("shop:order", order_id)


@member
@require_POST
def ask_return(request: HttpRequest, order_id: UUID) -> HttpResponse:
    actor, reason = actor_of(request), request.POST.get("reason", "")[:500]
    try:
        found = orders.get_order(order_id, actor=actor)
        wanted = [(line.id, int(n)) for line in found.lines
                  if (n := request.POST.get(f"line-{line.id}", "")).isdigit() and int(n)]
        if wanted:
            change = orders.open_change(order_id, ChangeKind.RETURN, reason=reason, actor=actor)
            for line_id, pieces in wanted:
                orders.add_operation(change.id, ReturnLine(line_id, Decimal(pieces), reason), actor=actor)
            orders.request_change(change.id, actor=actor)
            messages.success(request, gettext("We have your request and will answer soon."))
    except DomainError as error:
        messages.error(request, translated(error))
    return redirect("shop:order", order_id)


@member
@require_safe
def invoice(request: HttpRequest, order_id: UUID, invoice_id: UUID) -> HttpResponse:
    try:
        found = orders.get_order(order_id, actor=actor_of(request))
        if invoice_id not in {i.id for i in found.invoices}:
            raise Http404
        body = orders.invoice_pdf(invoice_id, get_language() or "en", actor=actor_of(request))
    except NotFound as error:
        raise Http404 from error
    response = HttpResponse(body, content_type="application/pdf")
    response["Content-Disposition"] = f'attachment; filename="{found.number}.pdf"'
    return response
