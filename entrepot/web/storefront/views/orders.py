"""After the purchase: confirmation, tracking, account, cancelling, returns, documents."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict
from decimal import Decimal
from functools import wraps
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import get_language, gettext, gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from entrepot.customers import public as customers
from entrepot.kit.actor import Actor
from entrepot.kit.errors import DomainError, InvalidInput
from entrepot.kit.rest import actor_of, translated
from entrepot.orders import public as orders
from entrepot.orders.contracts import ChangeKind, ChangeState, OrderFilter, OrderView, ReturnLine, TimelineView
from entrepot.web.storefront.shop import Paths, channel_of, page
from entrepot.web.storefront.views.placed import is_paid_by_page, paid_ways, store_of

STATES = {
    "pending": gettext_lazy("Waiting for payment"), "on_hold": gettext_lazy("Being checked"),
    "processing": gettext_lazy("In preparation"), "partly_shipped": gettext_lazy("Partly shipped"),
    "shipped": gettext_lazy("Shipped"), "completed": gettext_lazy("Completed"),
    "cancelled": gettext_lazy("Cancelled"), "expired": gettext_lazy("Expired"),
}
STORY = {
    "placed": gettext_lazy("Order placed"), "authorised": gettext_lazy("Payment authorised"),
    "paid": gettext_lazy("Payment received"), "payment_failed": gettext_lazy("The payment did not go through"),
    "fulfilment_planned": gettext_lazy("Being packed"), "shipped": gettext_lazy("Parcel shipped"),
    "tracking_changed": gettext_lazy("Parcel number updated"), "delivered": gettext_lazy("Delivered"),
    "ready": gettext_lazy("Ready for pick-up"), "collected": gettext_lazy("Picked up"),
    "cancelled": gettext_lazy("Order cancelled"), "expired": gettext_lazy("Order expired"),
    "changed": gettext_lazy("Order changed"), "refund_asked": gettext_lazy("Refund on its way"),
    "refunded": gettext_lazy("Refund paid"), "invoice": gettext_lazy("Invoice issued"),
    "credit_note": gettext_lazy("Credit note issued"), "change_requested": gettext_lazy("Return requested"),
    "return_approved": gettext_lazy("Return accepted"), "return_declined": gettext_lazy("Return declined"),
    "return_received": gettext_lazy("Return arrived"), "return_confirmed": gettext_lazy("Return settled"),
    "split": gettext_lazy("Order split"), "merged": gettext_lazy("Order joined with another"),
    "merged_into": gettext_lazy("Order joined with another"),
}
CHANGES = {
    "requested": gettext_lazy("Waiting for our answer"), "approved": gettext_lazy("Accepted, please send it back"),
    "confirmed": gettext_lazy("Settled"), "declined": gettext_lazy("Declined"),
    "cancelled": gettext_lazy("Cancelled"), "draft": gettext_lazy("Not sent yet"),
}
_GONE = ("cancelled", "expired")
_STEPS = (gettext_lazy("Placed"), gettext_lazy("In preparation"), gettext_lazy("On its way"), gettext_lazy("Delivered"))
_STEPS_IN_STORE = (_STEPS[0], _STEPS[1], gettext_lazy("Ready for pick-up"), gettext_lazy("Picked up"))
_REACHED = {"pending": 0, "on_hold": 0, "processing": 1, "partly_shipped": 2, "shipped": 2, "completed": 3}


def _steps(order: OrderView) -> list[dict[str, Any]]:
    """How far the order has come, for the bar above it; none once it is called off."""
    if order.state in _GONE:
        return []
    reached, steps = _REACHED.get(order.state, 0), _STEPS_IN_STORE if order.pickup_warehouse_id else _STEPS
    if reached == 1 and any(f.state == "ready" for f in order.fulfilments):
        reached = 2
    return [{"label": label, "done": at <= reached, "current": at == reached} for at, label in enumerate(steps)]


def _story(order: OrderView) -> list[dict[str, Any]]:
    """Newest first; what has no sentence for customers is left to the office."""
    told = []
    for entry in order.timeline:
        if entry.is_public and (label := _label(entry)):
            told.append({"at": entry.at, "label": label, "more": entry.data.get("tracking_number", "")})
    return told[::-1]


def _label(entry: TimelineView) -> Any:
    return entry.data.get("text", "") if entry.kind == "note" else STORY.get(entry.kind)


def _order_page(request: HttpRequest, order: OrderView, **more: Any) -> HttpResponse:
    actor = actor_of(request)
    own = actor.customer_id is not None and actor.customer_id == order.customer_id
    asked = {str(op.get("line_id")) for c in order.changes if c.state in ("requested", "approved")
             for op in c.operations}
    returnable = [{"id": line.id, "name": line.name, "open": line.fulfilled_qty - line.returned_qty}
                  for line in order.lines if line.fulfilled_qty > line.returned_qty and str(line.id) not in asked]
    changes = [{"number": c.number, "label": CHANGES.get(c.state, c.state), "reason": c.reason}
               for c in order.changes if c.kind != ChangeKind.EDIT and c.state != ChangeState.DRAFT]
    return page(request, "order", {
        "order": order, "state": STATES.get(order.state, order.state), "story": _story(order), "steps": _steps(order),
        "returnable": returnable, "can_cancel": own and "cancel" in order.can, "changes": changes,
        "can_return": own and "return" in order.can and returnable, "is_gone": order.state in _GONE,
        "payments": paid_ways(order), "store": store_of(order), "invoices": order.invoices if own else [], **more})


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def track(request: HttpRequest, secret: str = "") -> HttpResponse:
    secret = request.POST.get("secret", secret).strip()
    if not secret:
        return page(request, "track", {"indexed": True})
    if "/" in secret:  # people paste the whole link
        secret = secret.rstrip("/").rpartition("/")[2]
    try:
        return _order_page(request, orders.track(secret, actor=actor_of(request)), tracked=True)
    except DomainError:
        return page(request, "track", {"failed": True}, status=404)


def member(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Pages of a signed-in customer; others sign in first."""
    @never_cache
    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if actor_of(request).customer_id is None:
            return redirect(f"{reverse('account_login')}?{urlencode({'next': request.path})}")
        return view(request, *args, **kwargs)

    return guarded


@member
@require_safe
def account(request: HttpRequest) -> HttpResponse:
    actor = actor_of(request)
    assert actor.customer_id is not None
    try:
        found, following = orders.find_orders(OrderFilter(), limit=20, cursor=request.GET.get("cursor", "") or None,
                                              actor=actor)
    except InvalidInput as error:
        raise Http404 from error
    channel = channel_of(request)
    return page(request, "account", {
        "customer": customers.get_customer(actor.customer_id), "next": following,
        "orders": [{"id": o.id, "number": o.number, "placed_at": o.placed_at, "label": STATES.get(o.state, o.state),
                    "is_open": o.state not in (*_GONE, "completed"), "total_minor": o.total_minor,
                    "currency": o.currency} for o in found],
        "addresses": [asdict(a.address) for a in customers.list_addresses(actor.customer_id)],
        "points": customers.balance(actor.customer_id, "points"),
        "credit": customers.balance(actor.customer_id, "credit", channel.currency)})


@member
@require_safe
def order(request: HttpRequest, order_id: UUID) -> HttpResponse:
    found = _mine(request, order_id)
    pay_link = reverse("shop:pay", args=[found.id]) if "pay" in found.can and is_paid_by_page(found) else ""
    return _order_page(request, found, pay_link=pay_link)


def _mine(request: HttpRequest, order_id: UUID) -> OrderView:
    """The order if it is the visitor's own; another's is as little there as one that never was."""
    try:
        return orders.get_order(order_id, actor=actor_of(request))
    except DomainError as error:
        raise Http404 from error


@member
@require_POST
def cancel(request: HttpRequest, order_id: UUID) -> HttpResponse:
    _mine(request, order_id)
    try:
        orders.cancel_order(order_id, reason=gettext("Cancelled by the customer"), actor=actor_of(request))
        messages.success(request, gettext("Your order was cancelled."))
    except DomainError as error:
        messages.error(request, translated(error))
    return redirect("shop:order", order_id)


@member
@require_POST
def ask_return(request: HttpRequest, order_id: UUID) -> HttpResponse:
    found, reason = _mine(request, order_id), request.POST.get("reason", "").strip()[:500]
    wanted = [(line.id, int(n)) for line in found.lines
              if (n := request.POST.get(f"line-{line.id}", "")).isascii() and n.isdigit() and len(n) < 9 and int(n)]
    if not wanted or not reason:
        messages.error(request, gettext("Please say what comes back, and why."))
        return redirect(reverse("shop:order", args=[order_id]) + "#return")
    try:
        _request_return(order_id, wanted, reason, actor_of(request))
        messages.success(request, gettext("We have your request and will answer soon."))
    except DomainError as error:
        messages.error(request, translated(error))
    return redirect("shop:order", order_id)


def _request_return(order_id: UUID, wanted: list[tuple[UUID, int]], reason: str, actor: Actor) -> None:
    """All of the request or nothing of it."""
    with transaction.atomic():
        change = orders.open_change(order_id, ChangeKind.RETURN, reason=reason, actor=actor)
        for line_id, pieces in wanted:
            orders.add_operation(change.id, ReturnLine(line_id, Decimal(pieces), reason), actor=actor)
        orders.request_change(change.id, actor=actor)


@member
@require_safe
def invoice(request: HttpRequest, order_id: UUID, invoice_id: UUID) -> HttpResponse:
    found = _mine(request, order_id)
    paper = next((i for i in found.invoices if i.id == invoice_id), None)
    if paper is None:
        raise Http404
    body = orders.invoice_pdf(invoice_id, get_language() or "en", actor=actor_of(request))
    response = HttpResponse(body, content_type="application/pdf")
    response["Content-Disposition"] = f'attachment; filename="{paper.number}.pdf"'
    return response


PATHS: Paths = (
    ("track/", track, "track"),
    ("track/<str:secret>/", track, "track-secret"),
    ("account/", account, "account"),
    ("account/orders/<uuid:order_id>/", order, "order"),
    ("account/orders/<uuid:order_id>/cancel/", cancel, "order-cancel"),
    ("account/orders/<uuid:order_id>/return/", ask_return, "order-return"),
    ("account/orders/<uuid:order_id>/invoices/<uuid:invoice_id>/", invoice, "invoice"),
)
