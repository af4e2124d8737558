"""Changing an order: an edit with the difference shown before it counts, a split, a merge."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from entrepot.catalog import public as catalog
from entrepot.catalog.public import ProductFilter
from entrepot.checkout import public as checkout
from entrepot.kit.actor import Actor
from entrepot.kit.errors import N_, DomainError, InvalidInput
from entrepot.kit.rest import actor_of
from entrepot.orders import public as orders
from entrepot.orders.contracts import (
    AddLine,
    ChangeKind,
    DiscountLine,
    Operation,
    OrderFilter,
    OrderState,
    OrderView,
    OverridePrice,
    SetAddress,
    SetDelivery,
    SetQuantity,
)
from entrepot.orders.permissions import CHANGE, READ
from entrepot.web.office.orders import reading
from entrepot.web.office.orders.desk import change_context
from entrepot.web.office.orders.forms import Refused, pressed, refused
from entrepot.web.office.orders.rights import limit_told, offered
from entrepot.web.office.orders.verbs import variant_of
from entrepot.web.office.pages import minor_of, office_page, quantity_of, text_of, work_page

NEW_ROWS = 3
ADDRESS = (("name", N_("Name")), ("company", N_("Company")), ("line1", N_("Street and number")),
           ("line2", N_("Addition")), ("district", N_("District")), ("city", N_("City")), ("region", N_("Region")),
           ("postcode", N_("Postcode")), ("country", N_("Country code")), ("phone", N_("Phone")))


def edit(request: HttpRequest, order_id: UUID) -> HttpResponse:
    """One form for everything that can be changed; what it comes to is shown on the next page."""
    actor = actor_of(request)
    actor.require(CHANGE)
    if request.method != "POST":
        return _edit_page(request, order_id, None)
    return pressed(request, "edit", lambda: _draft(request, order_id, actor), None,
                   lambda change: reverse("admin:desk_order_change", args=[order_id, change.id]),
                   lambda told: _edit_page(request, order_id, told))


def _edit_page(request: HttpRequest, order_id: UUID, told: Refused | None) -> HttpResponse:
    order = reading.read(orders.get_order(order_id, actor=actor_of(request)))
    language = get_language() or "en"
    address = order.shipping_address or {}
    methods = [(m.code, catalog.in_language(m.name, language)) for m in checkout.delivery_methods().values()
               if m.is_active and m.currency == order.currency]
    context = {"order": order, "refused": told, "rows": range(NEW_ROWS), "methods": [("", _("as it is")), *methods],
               "address": [(name, _(label), address.get(name, "")) for name, label in ADDRESS],
               "open_edit": next((c for c in order.changes if c.kind == "edit" and c.state == "draft"), None)}
    return office_page(request, "orders/edit", _("Edit {number}").format(number=order.number), context,
                       status=422 if told else 200)


def _draft(request: HttpRequest, order_id: UUID, actor: Actor) -> Any:
    """The edit as a draft, whole or not at all; an earlier draft gives way to it."""
    order = orders.get_order(order_id, actor=actor)
    with transaction.atomic():
        for change in order.changes:
            if change.kind == ChangeKind.EDIT and change.state == "draft":
                orders.cancel_change(change.id, actor=actor)
        draft = orders.open_change(order_id, ChangeKind.EDIT, reason=text_of(request, "reason"), actor=actor)
        asked = list(_operations(request, order))
        if not asked:
            raise InvalidInput("reason", N_("Nothing has been changed yet."))
        for field, operation in asked:
            try:
                orders.add_operation(draft.id, operation, actor=actor)
            except DomainError as error:
                told = refused(request, "edit", error)
                raise InvalidInput(field, told.text) from error
        return draft


def _operations(request: HttpRequest, order: OrderView) -> Iterator[tuple[str, Operation]]:
    """What was changed, each with the field that is to blame if it cannot be."""
    reason = text_of(request, "reason")
    for line in order.lines:
        yield from _of_line(request, order, line, reason)
    for n in range(NEW_ROWS):
        if sku := text_of(request, f"new-sku-{n}"):
            quantity = quantity_of(request, f"new-qty-{n}") or Decimal(1)
            yield f"new-sku-{n}", AddLine(variant_of(sku, f"new-sku-{n}"), quantity)
    if address := _address(request, order):
        yield "line1", SetAddress("shipping", address)
    code, charge = text_of(request, "method"), minor_of(request, "charge", order.currency)
    if code or charge is not None:
        chosen = next((m for m in checkout.delivery_methods().values() if m.code == code), None)
        name = catalog.in_language(chosen.name, order.language) if chosen else order.delivery.get("name", "")
        delivery = {**order.delivery, "method": code or order.delivery.get("method", ""), "name": name}
        yield "charge", SetDelivery(delivery, order.delivery_minor if charge is None else charge)


def _of_line(request: HttpRequest, order: OrderView, line: Any, reason: str) -> Iterator[tuple[str, Operation]]:
    quantity = quantity_of(request, f"quantity-{line.id}")
    instead = text_of(request, f"replace-{line.id}")
    if instead:
        open_qty = line.quantity - line.fulfilled_qty - line.cancelled_qty
        yield f"replace-{line.id}", SetQuantity(line.id, line.quantity - open_qty)
        yield f"replace-{line.id}", AddLine(variant_of(instead, f"replace-{line.id}"), open_qty)
        return
    if quantity is not None and quantity != line.quantity:
        yield f"quantity-{line.id}", SetQuantity(line.id, quantity)
    price = minor_of(request, f"price-{line.id}", order.currency)
    if price is not None and price != line.unit_minor:
        yield f"price-{line.id}", OverridePrice(line.id, price, reason)
    if off := minor_of(request, f"off-{line.id}", order.currency):
        yield f"off-{line.id}", DiscountLine(line.id, off, reason)


def _address(request: HttpRequest, order: OrderView) -> dict[str, str] | None:
    """The address if any part of it was changed."""
    typed = {name: text_of(request, name) for name, _label in ADDRESS}
    known = {name: str((order.shipping_address or {}).get(name, "") or "") for name, _label in ADDRESS}
    return typed if typed != known and any(typed.values()) else None


def change(request: HttpRequest, order_id: UUID, change_id: UUID) -> HttpResponse:
    """What a change would do, line by line and to the cent, before anybody agrees to it."""
    if request.method != "POST":
        return _change_page(request, order_id, change_id, None)
    return pressed(request, "confirm", lambda: _confirmed(request, change_id, actor_of(request)), None,
                   lambda _done: reverse("admin:desk_order", args=[order_id]),
                   lambda told: _change_page(request, order_id, change_id, told))


def _change_page(request: HttpRequest, order_id: UUID, change_id: UUID, told: Refused | None) -> HttpResponse:
    actor = actor_of(request)
    order = reading.read(orders.get_order(order_id, actor=actor))
    found = orders.get_change(change_id, actor=actor)
    context = {"order": order, "change": change_context(order, found, actor), "refused": told,
               "may": offered(order, actor), "limit": limit_told(order, actor)}
    return office_page(request, "orders/change", found.number, context, status=422 if told else 200)


def _confirmed(request: HttpRequest, change_id: UUID, actor: Actor) -> None:
    seen = quantity_of(request, "difference")
    done = orders.confirm_change(change_id, expected_difference=int(seen or 0), actor=actor)
    if done.approval_id:
        messages.warning(request, _("This is more than you may give back alone. A second person has to agree."))
    else:
        messages.success(request, _("{number} is in effect.").format(number=done.number))


def split(request: HttpRequest, order_id: UUID) -> HttpResponse:
    """Move pieces to a new order."""
    actor = actor_of(request)
    actor.require(CHANGE)
    if request.method == "POST":
        return pressed(request, "split", lambda: _split(request, order_id, actor),
                       lambda made: _("The pieces chosen are order {number} now.").format(number=made.number),
                       lambda made: reverse("admin:desk_order", args=[made.id]),
                       lambda told: _split_page(request, order_id, told))
    return _split_page(request, order_id, None)


def _split(request: HttpRequest, order_id: UUID, actor: Actor) -> OrderView:
    lines = [(line.id, q) for line in orders.get_order(order_id, actor=actor).lines
             if (q := quantity_of(request, f"quantity-{line.id}"))]
    if not lines:
        raise InvalidInput("quantity", N_("Say how many pieces of which line move."))
    return orders.split_order(order_id, lines, actor=actor)


def _split_page(request: HttpRequest, order_id: UUID, told: Refused | None) -> HttpResponse:
    order = reading.read(orders.get_order(order_id, actor=actor_of(request)))
    context = {"order": order, "refused": told}
    return office_page(request, "orders/split", _("Split {number}").format(number=order.number), context,
                       status=422 if told else 200)


def merge(request: HttpRequest, order_id: UUID) -> HttpResponse:
    """Take other open orders of the same customer in."""
    actor = actor_of(request)
    actor.require(CHANGE)
    if request.method == "POST":
        return pressed(request, "merge", lambda: _merge(request, order_id, actor),
                       lambda made: _("The orders are one now: {number}.").format(number=made.number),
                       lambda made: reverse("admin:desk_order", args=[made.id]),
                       lambda told: _merge_page(request, order_id, told))
    return _merge_page(request, order_id, None)


def _merge(request: HttpRequest, order_id: UUID, actor: Actor) -> OrderView:
    try:
        others = [UUID(given) for given in request.POST.getlist("other")]
    except ValueError as error:
        raise InvalidInput("other", N_("This is not an id.")) from error
    if not others:
        raise InvalidInput("other", N_("Choose at least one order."))
    return orders.merge_orders([order_id, *others], actor=actor)


def _merge_page(request: HttpRequest, order_id: UUID, told: Refused | None) -> HttpResponse:
    actor = actor_of(request)
    order = orders.get_order(order_id, actor=actor)
    wanted = OrderFilter(states=(OrderState.PROCESSING,), customer_id=order.customer_id, channel_id=order.channel_id,
                         email="" if order.customer_id else order.email)
    found = orders.find_orders(wanted, None, 20, actor=actor)[0] if order.customer_id or order.email else []
    context = {"order": order, "others": [o for o in found if o.id != order.id], "refused": told}
    return office_page(request, "orders/merge", _("Merge into {number}").format(number=order.number), context,
                       status=422 if told else 200)


def skus(request: HttpRequest) -> HttpResponse:
    """What to type into a SKU field: by the beginning of a SKU or a part of a name."""
    query, language = request.GET.get("q", "").strip()[:80], get_language() or "en"
    if len(query) < 2:
        return JsonResponse({"items": []})
    products = catalog.find_products(ProductFilter(query=query, status="active"), limit=8)
    ids = [v for group in catalog.variants_of([p["id"] for p in products]).values() for v in group][:40]
    facts = catalog.variant_facts(ids)
    return JsonResponse({"items": [{"sku": facts[i].sku, "name": catalog.in_language(facts[i].name, language)}
                                   for i in ids if i in facts]})


PAGES = (
    work_page("desk_order_edit", "desk/orders/<uuid:order_id>/edit/", edit, CHANGE),
    work_page("desk_order_split", "desk/orders/<uuid:order_id>/split/", split, CHANGE),
    work_page("desk_order_merge", "desk/orders/<uuid:order_id>/merge/", merge, CHANGE),
    work_page("desk_order_change", "desk/orders/<uuid:order_id>/changes/<uuid:change_id>/", change, READ),
    work_page("desk_skus", "desk/orders/skus/", skus, READ),
)
