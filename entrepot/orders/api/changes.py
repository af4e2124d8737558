"""Administration of edits, returns, exchanges and claims.

Reading is the permission of the routes; on top of it, edits need `orders.change` and the others `orders.return`.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal
from uuid import UUID

from django.http import HttpRequest
from ninja import Field, Query

from entrepot.kit import paging
from entrepot.kit.errors import N_, InvalidInput
from entrepot.kit.rest import Routes, Strict, actor_of
from entrepot.orders import public
from entrepot.orders.api.common import Cursor, Limit, LineIn, PageOut, ReasonIn, Text, page
from entrepot.orders.contracts import ApprovalView, ChangeKind, ChangePreview, ChangeState, ChangeView, Condition
from entrepot.orders.operations import load
from entrepot.orders.permissions import READ, RECEIVE, RETURN
from entrepot.payments.permissions import APPROVE_REFUND

routes = Routes()


class ChangeIn(Strict):
    kind: ChangeKind
    reason: Text = ""
    photos: Annotated[list[Annotated[str, Field(max_length=500)]], Field(max_length=10)] = []


class OperationIn(Strict):
    """One operation: {"op": "add_line" | "set_quantity" | "override_price" | "discount_line" | "set_address" |
    "set_delivery" | "return_line" | "compensate" | "refund_delivery" | "resend", ...its fields}."""

    operation: dict[str, Any]


class ReceivedIn(LineIn):
    condition: Condition = Condition.GOOD
    warehouse_id: Annotated[int, Field(ge=1, le=32767)]


class ReceiveIn(Strict):
    lines: Annotated[list[ReceivedIn], Field(min_length=1, max_length=500)]


class GiveBackIn(Strict):
    """An amount for no line in particular, or operations: compensate, refund_delivery, resend."""

    reason: Annotated[str, Field(min_length=1, max_length=1000)]
    amount_minor: Annotated[int, Field(gt=0, le=10**15)] | None = None
    operations: Annotated[list[dict[str, Any]], Field(max_length=200)] = []


class ConfirmIn(Strict):
    """`expected_difference_minor` is the preview's `difference_minor`. Where the refund is above what this person may
    give alone, the answer carries `approval_id`, and nothing has happened yet."""

    expected_difference_minor: Annotated[int, Field(ge=-(10**15), le=10**15)]


@routes.post("/{uuid:order_id}/changes", permission=READ, response={201: ChangeView},
             summary="Begin a change of an order")
def open_change(request: HttpRequest, order_id: UUID, body: ChangeIn) -> Any:
    change = public.open_change(order_id, body.kind, reason=body.reason, photos=body.photos, actor=actor_of(request))
    return change


@routes.get("/changes", permission=READ, response=PageOut, summary="Edits, returns, exchanges and claims, newest first")
def find(request: HttpRequest, kind: Annotated[list[ChangeKind], Query()] = [],  # noqa: B006  a query default
         state: Annotated[list[ChangeState], Query()] = [], order_id: UUID | None = None, fields: str = "",  # noqa: B006
         cursor: Cursor = "", limit: Limit = paging.DEFAULT_LIMIT) -> Any:
    return page(*public.find_changes(kinds=tuple(kind), states=tuple(state), order_id=order_id, cursor=cursor or None,
                                     limit=limit, actor=actor_of(request)), fields)


@routes.get("/changes/{uuid:change_id}", permission=READ, response=ChangeView, summary="A change of an order")
def get(request: HttpRequest, change_id: UUID) -> Any:
    return public.get_change(change_id, actor=actor_of(request))


@routes.post("/changes/{uuid:change_id}/operations", permission=READ, response=ChangeView,
             summary="Add an operation to a change")
def add_operation(request: HttpRequest, change_id: UUID, body: OperationIn) -> Any:
    return public.add_operation(change_id, load(body.operation), actor=actor_of(request))


@routes.delete("/changes/{uuid:change_id}/operations/{index}", permission=READ, response=ChangeView,
               summary="Take an operation out of a change")
def remove_operation(request: HttpRequest, change_id: UUID, index: int) -> Any:
    return public.remove_operation(change_id, index, actor=actor_of(request))


@routes.get("/changes/{uuid:change_id}/preview", permission=READ, response=ChangePreview,
            summary="What confirming would do, to the cent")
def preview(request: HttpRequest, change_id: UUID) -> Any:
    return public.preview(change_id, actor=actor_of(request))


@routes.post("/changes/{uuid:change_id}/request", permission=READ, response=ChangeView, summary="Ask for a decision")
def request_change(request: HttpRequest, change_id: UUID) -> Any:
    return public.request_change(change_id, actor=actor_of(request))


@routes.post("/changes/{uuid:change_id}/approve", permission=RETURN, response=ChangeView, summary="Agree to a change")
def approve(request: HttpRequest, change_id: UUID) -> Any:
    return public.approve_change(change_id, actor=actor_of(request))


@routes.post("/changes/{uuid:change_id}/decline", permission=RETURN, response=ChangeView, summary="Refuse a change")
def decline(request: HttpRequest, change_id: UUID, body: ReasonIn) -> Any:
    return public.decline_change(change_id, reason=body.reason, actor=actor_of(request))


@routes.post("/changes/{uuid:change_id}/cancel", permission=READ, response=ChangeView, summary="Withdraw a change")
def cancel(request: HttpRequest, change_id: UUID) -> Any:
    return public.cancel_change(change_id, actor=actor_of(request))


@routes.post("/changes/{uuid:change_id}/receive", permission=RECEIVE, response=ChangeView,
             summary="Returned goods came in")
def receive(request: HttpRequest, change_id: UUID, body: ReceiveIn) -> Any:
    lines = [(line.line_id, line.quantity, line.condition, line.warehouse_id) for line in body.lines]
    return public.receive_return(change_id, lines, actor=actor_of(request))


@routes.post("/changes/{uuid:change_id}/confirm", permission=READ, response=ChangeView,
             summary="Put it into effect, once: stock, money, documents")
def confirm(request: HttpRequest, change_id: UUID, body: ConfirmIn) -> Any:
    return public.confirm_change(change_id, expected_difference=body.expected_difference_minor, actor=actor_of(request))


@routes.post("/{uuid:order_id}/refunds", permission=RETURN, response={201: ChangeView},
             summary="Money back for goods that stay: a claim, agreed to, to be confirmed with its difference")
def give_back(request: HttpRequest, order_id: UUID, body: GiveBackIn) -> Any:
    actor = actor_of(request)
    if body.amount_minor is not None:
        if body.operations:
            raise InvalidInput("amount_minor", N_("Give either an amount or what it is for."))
        return public.give_back_amount(order_id, body.amount_minor, reason=body.reason, actor=actor)
    operations = [load(o) for o in body.operations]
    return public.give_back(order_id, operations, reason=body.reason, actor=actor)


@routes.get("/refund-approvals", permission=READ, response=list[ApprovalView],
            summary="Refunds that wait for a second person, or were decided")
def approvals(request: HttpRequest, state: Literal["waiting", "approved", "declined", "withdrawn"] = "waiting",
              limit: Annotated[int, Query(ge=1, le=100)] = 50) -> Any:
    return public.find_approvals(state=state, limit=limit, actor=actor_of(request))


@routes.post("/refund-approvals/{uuid:approval_id}/approve", permission=APPROVE_REFUND, response=ChangeView,
             summary="Agree to a colleague's refund: it takes effect")
def approve_refund(request: HttpRequest, approval_id: UUID, body: ReasonIn) -> Any:
    return public.decide_refund(approval_id, approve=True, note=body.reason, actor=actor_of(request))


@routes.post("/refund-approvals/{uuid:approval_id}/decline", permission=APPROVE_REFUND, response=ChangeView,
             summary="Refuse a colleague's refund, with the reason")
def decline_refund(request: HttpRequest, approval_id: UUID, body: ReasonIn) -> Any:
    return public.decide_refund(approval_id, approve=False, note=body.reason, actor=actor_of(request))
