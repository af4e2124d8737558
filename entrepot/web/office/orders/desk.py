"""One order with everything beside it: who bought, what lies where, money, parcels, changes, mails, story."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import get_language

from entrepot.catalog import public as catalog
from entrepot.customers import public as customers
from entrepot.customers.permissions import READ as SEE_CUSTOMERS
from entrepot.fraud import public as fraud
from entrepot.inventory import public as inventory
from entrepot.inventory.permissions import READ as SEE_STOCK
from entrepot.kit.actor import Actor
from entrepot.kit.errors import NotFound
from entrepot.kit.rest import actor_of
from entrepot.orders import public as orders
from entrepot.orders.contracts import ChangeView, OrderFilter, OrderView
from entrepot.orders.permissions import CHANGE, READ, RETURN
from entrepot.orders.public import Paper
from entrepot.payments import public as payments
from entrepot.payments.permissions import READ as SEE_PAYMENTS
from entrepot.web import reasons
from entrepot.web.office import mail_server
from entrepot.web.office.orders import reading
from entrepot.web.office.orders.forms import Refused, pressed
from entrepot.web.office.orders.rights import asked_for, limit_told, money_elsewhere, offered
from entrepot.web.office.orders.verbs import VERBS
from entrepot.web.office.pages import office_page, work_page

BY_HAND = ("bank_transfer", "cash_on_delivery")  # money of these is recorded by people


def show(request: HttpRequest, order_id: UUID, refused: Refused | None = None) -> HttpResponse:
    actor = actor_of(request)
    order = reading.read(orders.get_order(order_id, actor=actor))
    places = {p.id: catalog.in_language(p.name, get_language() or "en") for p in inventory.warehouses()}
    may, sees_money = offered(order, actor), actor.can(SEE_PAYMENTS)
    relatives = orders.relatives_of(order.id, actor=actor)
    context = {
        "order": order, "may": may, "places": places, "refused": refused,
        "place_choices": list(places.items()), "open_holds": [h for h in order.holds if h.released_at is None],
        "lines": _lines(order, places, actor), "payments": _payments(order, actor),
        "parcels": [_parcel(order, f, places) for f in order.fulfilments], "is_unplanned": _is_unplanned(order),
        "changes": [change_context(order, c, actor) for c in reversed(order.changes)],
        "relatives": relatives, "elsewhere": money_elsewhere(relatives, order.currency) if sees_money else [],
        "asks": asked_for(order, actor), "limit": limit_told(order, actor) if "refund" in may else "",
        "story": list(reversed(order.timeline)), "by_hand": BY_HAND,
        "mails": orders.list_notifications(order_id=order.id, limit=20, actor=actor)["items"],
        "server_named": mail_server.is_named(),
        "channel": next((c for c in catalog.channels() if c.id == order.channel_id), None),
        "refunds": orders.list_refunds(order_id=order.id, limit=20, actor=actor)["items"],
        "cancel_reasons": reasons.choices(reasons.CANCEL, order.language),
        "return_reasons": reasons.choices(reasons.RETURN, order.language),
        "hold_reasons": reasons.choices(reasons.HOLD, get_language() or "en"),
        "is_mine": order.assignee_id is not None and order.assignee_id == actor.user_id,
        "returnable": orders.returnable(order), **_customer(order, actor)}
    return office_page(request, "orders/order", order.number, context, status=422 if refused else 200)


def _is_unplanned(order: OrderView) -> bool:
    """Whether something is in no parcel yet."""
    planned: dict[UUID, Decimal] = {}
    for parcel in order.fulfilments:
        if parcel.state != "cancelled":
            for line_id, quantity in parcel.lines:
                planned[line_id] = planned.get(line_id, Decimal(0)) + quantity
    return any(planned.get(line.id, Decimal(0)) < line.quantity - line.cancelled_qty for line in order.lines)


def _lines(order: OrderView, places: dict[int, str], actor: Actor) -> list[dict[str, Any]]:
    """Every line with where its goods are reserved, and what else lies there."""
    if not actor.can(SEE_STOCK):
        return [{"it": line, "reserved": [], "free": None} for line in order.lines]
    reserved: dict[UUID, list[tuple[str, Decimal]]] = {}
    for part in inventory.reservations_of(order.id):
        reserved.setdefault(part.line_id, []).append((places.get(part.warehouse_id, ""), part.quantity))
    ids = {line.variant_id for line in order.lines if line.variant_id}
    free = inventory.available(order.channel_id, ids) if ids else {}
    return [{"it": line, "reserved": reserved.get(line.id, []),
             "free": free[line.variant_id].in_stock_qty if line.variant_id in free else None} for line in order.lines]


def _payments(order: OrderView, actor: Actor) -> list[dict[str, Any]]:
    if not actor.can(SEE_PAYMENTS):
        return []
    return [{"it": p, "open_minor": p.held_minor, "moves": payments.transactions_of(p.id)}
            for p in payments.payments_of(order.id)]


def _customer(order: OrderView, actor: Actor) -> dict[str, Any]:
    """Who bought: value, last orders, balances, consents, addresses, and what the fraud rules said."""
    told: dict[str, Any] = {"assessment": fraud.assessment_of(order.id), "customer": None}
    if order.customer_id is None or not actor.can(SEE_CUSTOMERS):
        return told
    recent, _more = orders.find_orders(OrderFilter(customer_id=order.customer_id), None, 6, actor=actor)
    return {**told, "customer": customers.get_customer(order.customer_id),
            "value": orders.customer_value(order.customer_id, actor=actor),
            "recent": [o for o in recent if o.id != order.id][:5],
            "balances": customers.list_balances(order.customer_id),
            "consents": customers.list_consents(order.customer_id),
            "addresses": customers.list_addresses(order.customer_id)}


def _parcel(order: OrderView, fulfilment: Any, places: dict[int, str]) -> dict[str, Any]:
    names = {line.id: line for line in order.lines}
    return {"it": fulfilment, "place": places.get(fulfilment.warehouse_id, ""),
            "lines": [(names[line_id], quantity) for line_id, quantity in fulfilment.lines if line_id in names]}


def change_context(order: OrderView, change: ChangeView, actor: Actor) -> dict[str, Any]:
    """A return or edit of an order as it is read, with what it asks for; approved, also what confirming would do."""
    names = {str(line.id): line for line in order.lines}
    wanted = [(names.get(str(op.get("line_id"))), op) for op in change.operations]
    ready = (change.state == "approved" and actor.can(RETURN)) or (change.kind == "edit" and change.state == "draft" \
        and actor.can(CHANGE))
    preview = orders.preview(change.id, actor=actor) if ready and change.operations else None
    if preview is not None:
        preview = replace(preview, lines=reading.read_rows(preview.lines, order))
    return {"it": change, "wanted": wanted, "preview": preview,
            "coming": [(line, op["quantity"]) for line, op in wanted if line and op["op"] == "return_line"],
            "home": orders.sent_from(order, [line.id for line, _op in wanted if line]),
            "arrived": [(names.get(str(r["line_id"])), r) for r in change.receipts]}


def do(request: HttpRequest, order_id: UUID, verb: str) -> HttpResponse:
    if verb not in VERBS:
        raise Http404
    if request.method != "POST":
        return HttpResponseRedirect(reverse("admin:desk_order", args=[order_id]))  # a tab that is loaded anew
    form = f"{verb}-{request.POST['id']}" if request.POST.get("id") else verb
    return pressed(request, form, lambda: VERBS[verb](request, order_id), lambda done: done.text,
                   lambda done: done.to or reverse("admin:desk_order", args=[order_id]),
                   lambda refused: show(request, order_id, refused))


def invoice(request: HttpRequest, invoice_id: UUID) -> HttpResponse:
    return paper(orders.invoice_pdf(invoice_id, get_language() or "en", actor=actor_of(request)))


def packing_slip(request: HttpRequest, fulfilment_id: UUID) -> HttpResponse:
    """In the buyer's language: it lies in the parcel."""
    return paper(orders.packing_slip_pdf(fulfilment_id, actor=actor_of(request)))


def packing_slips(request: HttpRequest) -> HttpResponse:
    """The slips of the parcels that were ticked."""
    try:
        ids = [UUID(given) for given in request.GET.getlist("id")[:200]]
    except ValueError as error:
        raise NotFound("fulfilment") from error
    return paper(orders.packing_slips_pdf(ids, actor=actor_of(request)))


def paper(content: Paper) -> HttpResponse:
    return HttpResponse(content, content_type="application/pdf",
                        headers={"Content-Disposition": f'inline; filename="{content.name}"'})


PAGES = (
    work_page("desk_order", "desk/orders/<uuid:order_id>/", show, READ),
    work_page("desk_order_do", "desk/orders/<uuid:order_id>/do/<slug:verb>/", do, READ),
    work_page("desk_invoice", "desk/invoices/<uuid:invoice_id>.pdf", invoice, READ),
    work_page("desk_slip", "desk/slips/<uuid:fulfilment_id>.pdf", packing_slip, READ),
    work_page("desk_slips", "desk/slips.pdf", packing_slips, READ),
)
