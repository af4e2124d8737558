"""What the buttons of the order page do: read the form, call the action."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.http import HttpRequest

from entrepot.kit.errors import N_, InvalidInput
from entrepot.kit.rest import actor_of
from entrepot.orders import public as orders
from entrepot.orders.contracts import ChangeKind, Condition, HoldKind, ReturnLine
from entrepot.payments import public as payments
from entrepot.web.office.pages import minor_of, quantity_of, text_of


def _id(request: HttpRequest, name: str = "id") -> UUID:
    try:
        return UUID(text_of(request, name))
    except ValueError as error:
        raise InvalidInput(name, N_("This is not an id.")) from error


def _choice(kind: type[Any], given: str, name: str) -> Any:
    try:
        return kind(given)
    except ValueError as error:
        raise InvalidInput(name, N_("Choose one of the list.")) from error


def _note(request: HttpRequest, order_id: UUID) -> None:
    orders.add_note(order_id, text_of(request, "reason"), is_public="public" in request.POST, actor=actor_of(request))


def _hold(request: HttpRequest, order_id: UUID) -> None:
    orders.hold(order_id, reason=text_of(request, "reason"), actor=actor_of(request))


def _release(request: HttpRequest, order_id: UUID) -> None:
    kind = _choice(HoldKind, text_of(request, "kind"), "kind")
    reason, actor = text_of(request, "reason"), actor_of(request)
    if kind is HoldKind.APPROVAL:
        orders.approve(order_id, reason=reason, actor=actor)
    else:
        orders.release_hold(order_id, kind, reason=reason, actor=actor)


def _cancel(request: HttpRequest, order_id: UUID) -> None:
    orders.cancel_order(order_id, reason=_reason(request), actor=actor_of(request))


def _reason(request: HttpRequest) -> str:
    if not (reason := text_of(request, "reason")):
        raise InvalidInput("reason", N_("Give a reason."))
    return reason


def _plan(request: HttpRequest, order_id: UUID) -> None:
    orders.plan_fulfilments(order_id, actor=actor_of(request))


def _ship(request: HttpRequest, order_id: UUID) -> None:
    orders.ship_fulfilment(_id(request), text_of(request, "carrier"), text_of(request, "tracking"),
                           text_of(request, "link"), actor=actor_of(request))


def _with_id(action: Callable[..., Any]) -> Callable[[HttpRequest, UUID], None]:
    def run(request: HttpRequest, order_id: UUID) -> None:
        action(_id(request), actor=actor_of(request))

    return run


def _return(request: HttpRequest, order_id: UUID) -> None:
    """Open a return for the quantities typed beside the lines, and agree to it: a colleague asks for the customer."""
    actor = actor_of(request)
    lines = orders.get_order(order_id, actor=actor).lines
    typed = [(line.id, quantity_of(request, f"quantity-{line.id}")) for line in lines]
    wanted = [(line_id, quantity) for line_id, quantity in typed if quantity]
    if not wanted:
        raise InvalidInput("quantity", N_("Say how many pieces of which line come back."))
    reason = _reason(request)
    change = orders.open_change(order_id, ChangeKind.RETURN, reason=reason, actor=actor)
    try:
        for line_id, quantity in wanted:
            orders.add_operation(change.id, ReturnLine(line_id, quantity, reason), actor=actor)
        orders.approve_change(change.id, actor=actor)
    except Exception:
        orders.cancel_change(change.id, actor=actor)
        raise


def _decline(request: HttpRequest, order_id: UUID) -> None:
    orders.decline_change(_id(request), reason=_reason(request), actor=actor_of(request))


def _receive(request: HttpRequest, order_id: UUID) -> None:
    """What arrived of a return: quantity and condition per line, into one warehouse."""
    actor = actor_of(request)
    change = orders.get_change(_id(request), actor=actor)
    place = quantity_of(request, "warehouse")
    if place is None:
        raise InvalidInput("warehouse", N_("Choose a warehouse."))
    arrived = []
    for operation in change.operations:
        line_id = str(operation.get("line_id", ""))
        quantity = quantity_of(request, f"quantity-{line_id}") if operation["op"] == "return_line" else None
        if quantity:
            condition = _choice(Condition, text_of(request, f"condition-{line_id}") or "good", "condition")
            arrived.append((UUID(line_id), quantity, condition, int(place)))
    orders.receive_return(change.id, arrived, actor=actor)


def _confirm(request: HttpRequest, order_id: UUID) -> None:
    """Put a change into effect at the difference that the page showed."""
    seen = quantity_of(request, "difference")
    orders.confirm_change(_id(request), expected_difference=int(seen or 0), actor=actor_of(request))


def _received(request: HttpRequest, order_id: UUID) -> None:
    """Money that came by bank or at the door."""
    payment = next((p for p in payments.payments_of(order_id) if p.id == _id(request)), None)
    if payment is None:
        raise InvalidInput("id", N_("This payment is not of this order."))
    amount = minor_of(request, "amount", payment.currency)
    payments.mark_received(payment.id, amount or 0, reference=text_of(request, "reference"), actor=actor_of(request))


def _capture(request: HttpRequest, order_id: UUID) -> None:
    if _id(request) not in {p.id for p in payments.payments_of(order_id)}:
        raise InvalidInput("id", N_("This payment is not of this order."))
    payments.capture(_id(request), actor=actor_of(request))


VERBS: dict[str, Callable[[HttpRequest, UUID], None]] = {
    "note": _note, "hold": _hold, "release": _release, "cancel": _cancel, "plan": _plan, "ship": _ship,
    "ready": _with_id(orders.mark_ready), "deliver": _with_id(orders.record_delivery),
    "unplan": _with_id(orders.cancel_fulfilment), "return": _return, "approve-change": _with_id(orders.approve_change),
    "decline-change": _decline, "withdraw-change": _with_id(orders.cancel_change), "receive": _receive,
    "confirm-change": _confirm, "received": _received, "capture": _capture,
}
