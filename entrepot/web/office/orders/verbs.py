"""What the forms of the order page do: read what was typed, call the action."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db import transaction
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from entrepot.catalog import public as catalog
from entrepot.kit.amounts import money
from entrepot.kit.errors import N_, InvalidInput
from entrepot.kit.rest import actor_of
from entrepot.orders import public as orders
from entrepot.orders.contracts import (
    AddLine,
    ChangeKind,
    ChangeView,
    Compensate,
    Condition,
    FulfilmentView,
    HoldKind,
    Operation,
    OrderView,
    RefundDelivery,
    Resend,
    ReturnLine,
)
from entrepot.payments import public as payments
from entrepot.web.office.orders.forms import Done, choice_of, id_of, reason_of
from entrepot.web.office.pages import minor_of, quantity_of, text_of, whole


def _of(order: OrderView, text: str) -> Done:
    return Done(text.format(order=order.number))


def _with(it: FulfilmentView | ChangeView, text: str, to: str = "") -> Done:
    return Done(text.format(number=it.number), to)


def _note(request: HttpRequest, order_id: UUID) -> Done:
    order = orders.add_note(order_id, text_of(request, "text"), is_public="public" in request.POST,
                            actor=actor_of(request))
    return _of(order, _("The note is with order {order}."))


def _hold(request: HttpRequest, order_id: UUID) -> Done:
    return _of(orders.hold(order_id, reason=reason_of(request), actor=actor_of(request)),
               _("Order {order} is on hold."))


def _release(request: HttpRequest, order_id: UUID) -> Done:
    kind = choice_of(HoldKind, text_of(request, "kind"), "kind")
    reason, actor = text_of(request, "reason"), actor_of(request)
    if kind is HoldKind.APPROVAL:
        return _of(orders.approve(order_id, reason=reason, actor=actor), _("Order {order} is approved."))
    order = orders.release_hold(order_id, kind, reason=reason, actor=actor)
    if any(hold.released_at is None for hold in order.holds):
        return _of(order, _("This hold of order {order} is released; another one stays."))
    return _of(order, _("Order {order} is no longer on hold."))


def _cancel(request: HttpRequest, order_id: UUID) -> Done:
    order = orders.cancel_order(order_id, reason=reason_of(request), restock=text_of(request, "restock") != "aside",
                                actor=actor_of(request))
    return _of(order, _("Order {order} is cancelled."))


def _plan(request: HttpRequest, order_id: UUID) -> Done:
    made = orders.plan_fulfilments(order_id, actor=actor_of(request))
    text = ngettext("Planned: parcel {numbers}.", "Planned: parcels {numbers}.", len(made))
    return Done(text.format(numbers=", ".join(parcel.number for parcel in made)))


def _ship(request: HttpRequest, order_id: UUID) -> Done:
    sent = orders.ship_fulfilment(id_of(request), text_of(request, "carrier"), text_of(request, "tracking"),
                                  text_of(request, "tracking_url"), actor=actor_of(request))
    return _with(sent, _("Parcel {number} is on its way."))


def _tracking(request: HttpRequest, order_id: UUID) -> Done:
    parcel = orders.change_tracking(id_of(request), carrier=text_of(request, "carrier"),
                                    tracking_number=text_of(request, "tracking"),
                                    tracking_url=text_of(request, "tracking_url"), actor=actor_of(request))
    return _with(parcel, _("The tracking of parcel {number} is corrected."))


def _with_id(action: Callable[..., Any], text: str) -> Callable[[HttpRequest, UUID], Done]:
    def run(request: HttpRequest, order_id: UUID) -> Done:
        return _with(action(id_of(request), actor=actor_of(request)), _(text))

    return run


def _typed(request: HttpRequest, order_id: UUID, name: str) -> list[tuple[UUID, Decimal]]:
    """Quantities typed beside the lines of the order, by line."""
    lines = orders.get_order(order_id, actor=actor_of(request)).lines
    typed = [(line.id, quantity_of(request, f"{name}-{line.id}")) for line in lines]
    return [(line_id, quantity) for line_id, quantity in typed if quantity]


def _back(request: HttpRequest, order_id: UUID) -> Done:
    """A return or exchange of what was typed beside the lines, agreed to: a colleague asks for the customer."""
    wanted = _typed(request, order_id, "quantity")
    if not wanted:
        raise InvalidInput("quantity", N_("Say how many pieces of which line come back."))
    reason = reason_of(request)
    asked: list[Operation] = [ReturnLine(line_id, quantity, reason) for line_id, quantity in wanted]
    sku = text_of(request, "sku")
    if sku:
        asked.append(AddLine(variant_of(sku, "sku"), quantity_of(request, "send") or Decimal(1)))
    elif delivery := minor_of(request, "delivery", _currency(request, order_id)):
        asked.append(RefundDelivery(delivery))
    opened = _opened(request, order_id, ChangeKind.EXCHANGE if sku else ChangeKind.RETURN, asked, reason)
    return _with(opened, _("Exchange {number} is open.") if sku else _("Return {number} is open."))


def variant_of(sku: str, field: str) -> UUID:
    found = catalog.find_variant(sku)
    if found is None:
        raise InvalidInput(field, N_("There is no such SKU."))
    return found.id


def _opened(request: HttpRequest, order_id: UUID, kind: ChangeKind, asked: list[Operation],
            reason: str) -> ChangeView:
    actor = actor_of(request)
    with transaction.atomic():  # what is refused leaves no withdrawn change in the order's story
        change = orders.open_change(order_id, kind, reason=reason, actor=actor)
        for operation in asked:
            orders.add_operation(change.id, operation, actor=actor)
        return orders.approve_change(change.id, actor=actor)


def _currency(request: HttpRequest, order_id: UUID) -> str:
    return orders.get_order(order_id, actor=actor_of(request)).currency


def _refund(request: HttpRequest, order_id: UUID) -> Done:
    """Money back, or goods again, for what stays with the customer; the next page shows what it comes to."""
    actor, currency = actor_of(request), _currency(request, order_id)
    reason = reason_of(request)
    whole = minor_of(request, "whole", currency)
    asked: list[Operation] = []
    for line in orders.get_order(order_id, actor=actor).lines:
        if amount := minor_of(request, f"amount-{line.id}", currency):
            asked.append(Compensate(line.id, amount, reason))
        if again := quantity_of(request, f"again-{line.id}"):
            asked.append(Resend(line.id, again))
    if delivery := minor_of(request, "delivery", currency):
        asked.append(RefundDelivery(delivery))
    if whole is not None and asked:
        raise InvalidInput("whole", N_("Give either an amount or what it is for."))
    if whole is not None:
        change = orders.give_back_amount(order_id, whole, reason=reason, actor=actor)
    elif not asked:
        raise InvalidInput("whole", N_("Say how much goes back, and for what."))
    else:
        change = orders.give_back(order_id, asked, reason=reason, actor=actor)
    return _with(change, _("Claim {number} is written down. Nothing goes back before it is confirmed."),
                 reverse("admin:desk_order_change", args=[order_id, change.id]))


def _decline(request: HttpRequest, order_id: UUID) -> Done:
    change = orders.decline_change(id_of(request), reason=reason_of(request), actor=actor_of(request))
    return _with(change, _("{number} is declined."))


def _receive(request: HttpRequest, order_id: UUID) -> Done:
    """What arrived of a return: quantity and condition per line, into one warehouse."""
    actor = actor_of(request)
    change = orders.get_change(id_of(request), actor=actor)
    place = quantity_of(request, "warehouse")
    if place is None:
        raise InvalidInput("warehouse", N_("Choose a warehouse."))
    arrived = []
    for operation in change.operations:
        line_id = str(operation.get("line_id", ""))
        quantity = quantity_of(request, f"quantity-{line_id}") if operation["op"] == "return_line" else None
        if quantity:
            condition = choice_of(Condition, text_of(request, f"condition-{line_id}") or "good", "condition")
            arrived.append((UUID(line_id), quantity, condition, int(place)))
    return _with(orders.receive_return(change.id, arrived, actor=actor), _("What arrived of {number} is recorded."))


def _confirm(request: HttpRequest, order_id: UUID) -> Done:
    """Put a change into effect at the difference that the page showed."""
    seen = quantity_of(request, "difference")
    change = orders.confirm_change(id_of(request), expected_difference=int(seen or 0), actor=actor_of(request))
    return _with(change, _("{number} waits: a second person has to agree.") if change.approval_id
                 else _("{number} is in effect."))


def _payment(request: HttpRequest, order_id: UUID) -> Any:
    found = next((p for p in payments.payments_of(order_id) if p.id == id_of(request)), None)
    if found is None:
        raise InvalidInput("id", N_("This payment is not of this order."))
    return found


def _paid(request: HttpRequest, order_id: UUID, text: str, **amount: int) -> Done:
    """What was done to a payment of the order, which knows of it now and not when the event comes round."""
    orders.sync_payments(order_id, actor=actor_of(request))
    order = orders.get_order(order_id, actor=actor_of(request))
    return Done(text.format(order=order.number, **{k: money(v, order.currency) for k, v in amount.items()}))


def _received(request: HttpRequest, order_id: UUID) -> Done:
    """Money that came by bank or at the door."""
    payment = _payment(request, order_id)
    amount = minor_of(request, "amount", payment.currency) or 0
    payments.mark_received(payment.id, amount, reference=text_of(request, "reference"), actor=actor_of(request))
    return _paid(request, order_id, _("{amount} for order {order} is recorded as received."), amount=amount)


def _capture(request: HttpRequest, order_id: UUID) -> Done:
    """All that is set aside, or a part of it."""
    payment = _payment(request, order_id)
    wanted = minor_of(request, "amount", payment.currency)
    taken = payments.capture(payment.id, wanted, actor=actor_of(request)).captured_minor - payment.captured_minor
    return _paid(request, order_id, _("{amount} was taken for order {order}."), amount=taken)


def _void(request: HttpRequest, order_id: UUID) -> Done:
    payments.void(_payment(request, order_id).id, actor=actor_of(request))
    return _paid(request, order_id, _("What was set aside for order {order} is let go."))


def _number(request: HttpRequest) -> int:
    number = whole(text_of(request, "id"))
    if number is None:
        raise InvalidInput("id", N_("This is not an id."))
    return number


def _resend(request: HttpRequest, order_id: UUID) -> Done:
    orders.resend_notification(_number(request), actor=actor_of(request))
    order = orders.get_order(order_id, actor=actor_of(request))
    return Done(_("The mail goes out again to {email}.").format(email=order.email))


def _retry_refund(request: HttpRequest, order_id: UUID) -> Done:
    orders.retry_refund(_number(request), actor=actor_of(request))
    order = orders.get_order(order_id, actor=actor_of(request))
    return _of(order, _("The refund of order {order} is asked for again."))


def _take(request: HttpRequest, order_id: UUID) -> Done:
    return _of(orders.take_order(order_id, actor=actor_of(request)), _("You look after order {order} now."))


def _leave(request: HttpRequest, order_id: UUID) -> Done:
    order = orders.leave_order(order_id, actor=actor_of(request))
    return _of(order, _("Nobody in particular looks after order {order} now."))


VERBS: dict[str, Callable[[HttpRequest, UUID], Done]] = {
    "note": _note, "hold": _hold, "release": _release, "cancel": _cancel, "plan": _plan, "ship": _ship,
    "tracking": _tracking, "ready": _with_id(orders.mark_ready, N_("Parcel {number} is ready to collect.")),
    "deliver": _with_id(orders.record_delivery, N_("Parcel {number} is with the customer.")),
    "unplan": _with_id(orders.cancel_fulfilment, N_("Parcel {number} is no longer planned.")),
    "return": _back, "refund": _refund, "approve-change": _with_id(orders.approve_change, N_("{number} is approved.")),
    "decline-change": _decline, "withdraw-change": _with_id(orders.cancel_change, N_("{number} is withdrawn.")),
    "receive": _receive, "confirm-change": _confirm, "received": _received, "capture": _capture, "void": _void,
    "resend": _resend, "retry-refund": _retry_refund, "take": _take, "leave": _leave,
}
