"""What the forms of the order page do: read what was typed, call the action."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db import transaction
from django.http import HttpRequest
from django.urls import reverse

from entrepot.catalog import public as catalog
from entrepot.kit.errors import N_, InvalidInput
from entrepot.kit.rest import actor_of
from entrepot.orders import public as orders
from entrepot.orders.contracts import (
    AddLine,
    ChangeKind,
    Compensate,
    Condition,
    HoldKind,
    Operation,
    RefundDelivery,
    Resend,
    ReturnLine,
)
from entrepot.payments import public as payments
from entrepot.web.office.orders.forms import choice_of, id_of, reason_of
from entrepot.web.office.pages import minor_of, quantity_of, text_of


def _note(request: HttpRequest, order_id: UUID) -> None:
    orders.add_note(order_id, text_of(request, "text"), is_public="public" in request.POST, actor=actor_of(request))


def _hold(request: HttpRequest, order_id: UUID) -> None:
    orders.hold(order_id, reason=reason_of(request), actor=actor_of(request))


def _release(request: HttpRequest, order_id: UUID) -> None:
    kind = choice_of(HoldKind, text_of(request, "kind"), "kind")
    reason, actor = text_of(request, "reason"), actor_of(request)
    if kind is HoldKind.APPROVAL:
        orders.approve(order_id, reason=reason, actor=actor)
    else:
        orders.release_hold(order_id, kind, reason=reason, actor=actor)


def _cancel(request: HttpRequest, order_id: UUID) -> None:
    orders.cancel_order(order_id, reason=reason_of(request), restock=text_of(request, "restock") != "aside",
                        actor=actor_of(request))


def _plan(request: HttpRequest, order_id: UUID) -> None:
    orders.plan_fulfilments(order_id, actor=actor_of(request))


def _ship(request: HttpRequest, order_id: UUID) -> None:
    orders.ship_fulfilment(id_of(request), text_of(request, "carrier"), text_of(request, "tracking"),
                           text_of(request, "tracking_url"), actor=actor_of(request))


def _tracking(request: HttpRequest, order_id: UUID) -> None:
    orders.change_tracking(id_of(request), carrier=text_of(request, "carrier"),
                           tracking_number=text_of(request, "tracking"),
                           tracking_url=text_of(request, "tracking_url"), actor=actor_of(request))


def _with_id(action: Callable[..., Any]) -> Callable[[HttpRequest, UUID], None]:
    def run(request: HttpRequest, order_id: UUID) -> None:
        action(id_of(request), actor=actor_of(request))

    return run


def _typed(request: HttpRequest, order_id: UUID, name: str) -> list[tuple[UUID, Decimal]]:
    """Quantities typed beside the lines of the order, by line."""
    lines = orders.get_order(order_id, actor=actor_of(request)).lines
    typed = [(line.id, quantity_of(request, f"{name}-{line.id}")) for line in lines]
    return [(line_id, quantity) for line_id, quantity in typed if quantity]


def _back(request: HttpRequest, order_id: UUID) -> None:
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
    _opened(request, order_id, ChangeKind.EXCHANGE if sku else ChangeKind.RETURN, asked, reason)


def variant_of(sku: str, field: str) -> UUID:
    found = catalog.find_variant(sku)
    if found is None:
        raise InvalidInput(field, N_("There is no such SKU."))
    return found.id


def _opened(request: HttpRequest, order_id: UUID, kind: ChangeKind, asked: list[Operation], reason: str) -> None:
    actor = actor_of(request)
    with transaction.atomic():  # what is refused leaves no withdrawn change in the order's story
        change = orders.open_change(order_id, kind, reason=reason, actor=actor)
        for operation in asked:
            orders.add_operation(change.id, operation, actor=actor)
        orders.approve_change(change.id, actor=actor)


def _currency(request: HttpRequest, order_id: UUID) -> str:
    return orders.get_order(order_id, actor=actor_of(request)).currency


def _refund(request: HttpRequest, order_id: UUID) -> str:
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
    return reverse("admin:desk_order_change", args=[order_id, change.id])


def _decline(request: HttpRequest, order_id: UUID) -> None:
    orders.decline_change(id_of(request), reason=reason_of(request), actor=actor_of(request))


def _receive(request: HttpRequest, order_id: UUID) -> None:
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
    orders.receive_return(change.id, arrived, actor=actor)


def _confirm(request: HttpRequest, order_id: UUID) -> None:
    """Put a change into effect at the difference that the page showed."""
    seen = quantity_of(request, "difference")
    orders.confirm_change(id_of(request), expected_difference=int(seen or 0), actor=actor_of(request))


def _payment(request: HttpRequest, order_id: UUID) -> Any:
    found = next((p for p in payments.payments_of(order_id) if p.id == id_of(request)), None)
    if found is None:
        raise InvalidInput("id", N_("This payment is not of this order."))
    return found


def _received(request: HttpRequest, order_id: UUID) -> None:
    """Money that came by bank or at the door."""
    payment = _payment(request, order_id)
    amount = minor_of(request, "amount", payment.currency)
    payments.mark_received(payment.id, amount or 0, reference=text_of(request, "reference"), actor=actor_of(request))
    orders.sync_payments(order_id, actor=actor_of(request))  # now, and not when the event comes round


def _capture(request: HttpRequest, order_id: UUID) -> None:
    """All that is set aside, or a part of it."""
    payment = _payment(request, order_id)
    payments.capture(payment.id, minor_of(request, "amount", payment.currency), actor=actor_of(request))
    orders.sync_payments(order_id, actor=actor_of(request))


def _void(request: HttpRequest, order_id: UUID) -> None:
    payments.void(_payment(request, order_id).id, actor=actor_of(request))
    orders.sync_payments(order_id, actor=actor_of(request))


def _number(request: HttpRequest) -> int:
    given = text_of(request, "id")
    if not given.isdigit() or len(given) > 18:
        raise InvalidInput("id", N_("This is not an id."))
    return int(given)


def _resend(request: HttpRequest, order_id: UUID) -> None:
    orders.resend_notification(_number(request), actor=actor_of(request))


def _retry_refund(request: HttpRequest, order_id: UUID) -> None:
    orders.retry_refund(_number(request), actor=actor_of(request))


def _take(request: HttpRequest, order_id: UUID) -> None:
    orders.take_order(order_id, actor=actor_of(request))


def _leave(request: HttpRequest, order_id: UUID) -> None:
    orders.leave_order(order_id, actor=actor_of(request))


VERBS: dict[str, Callable[[HttpRequest, UUID], Any]] = {
    "note": _note, "hold": _hold, "release": _release, "cancel": _cancel, "plan": _plan, "ship": _ship,
    "tracking": _tracking, "ready": _with_id(orders.mark_ready), "deliver": _with_id(orders.record_delivery),
    "unplan": _with_id(orders.cancel_fulfilment), "return": _back, "refund": _refund,
    "approve-change": _with_id(orders.approve_change), "decline-change": _decline,
    "withdraw-change": _with_id(orders.cancel_change), "receive": _receive, "confirm-change": _confirm,
    "received": _received, "capture": _capture, "void": _void, "resend": _resend, "retry-refund": _retry_refund,
    "take": _take, "leave": _leave,
}
