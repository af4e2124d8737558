"""Administration of orders: find, read, hold, approve, cancel, split, merge."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from ninja import Field, Path, Query

from entrepot.kit import paging
from entrepot.kit.rest import Routes, Strict, actor_of
from entrepot.orders import lists, policies, public
from entrepot.orders.api.common import (
    Cursor,
    Limit,
    LineIn,
    PageOut,
    PayIn,
    ReasonIn,
    Text,
    answer,
    matching,
    page,
)
from entrepot.orders.contracts import HoldKind, OrderFilter, OrderState, OrderView, RelativeView
from entrepot.orders.permissions import APPROVE, CANCEL, CHANGE, HOLD, NOTE, POLICY, READ
from entrepot.payments.contracts import PaymentInfo

routes = Routes()
Word = Annotated[str, Query(max_length=254)]


class NoteIn(Strict):
    text: Annotated[str, Field(min_length=1, max_length=4000)]
    is_public: bool = False


class HoldIn(Strict):
    kind: HoldKind = HoldKind.MANUAL
    reason: Text


class CancelIn(ReasonIn):
    """`restock` off: the goods set aside count as damaged until somebody has looked at them."""

    restock: bool = True


class WindowIn(Strict):
    """Days after the last parcel arrived; none: any time."""

    days: Annotated[int, Field(ge=0, le=3650)] | None = None


class SplitIn(Strict):
    lines: Annotated[list[LineIn], Field(min_length=1, max_length=500)]


class MergeIn(Strict):
    """The first takes in the others."""

    order_ids: Annotated[list[UUID], Field(min_length=2, max_length=20)]


@routes.get("", permission=READ, response=PageOut, summary="Orders, newest first")
def find(request: HttpRequest, state: Annotated[list[OrderState], Query()] = [],  # noqa: B006  a query default
         placed_from: datetime | None = None, placed_until: datetime | None = None, customer_id: UUID | None = None,
         channel_id: Annotated[int | None, Query(ge=1, le=32767)] = None, number: Word = "", email: Word = "",
         origin: Word = "", fields: str = "", cursor: Cursor = "", limit: Limit = paging.DEFAULT_LIMIT) -> Any:
    filters = OrderFilter(tuple(state), placed_from, placed_until, customer_id, channel_id, number, email, origin)
    return page(*public.find_orders(filters, cursor or None, limit, actor=actor_of(request)), fields)


@routes.get("/{uuid:order_id}", permission=READ, response=OrderView, summary="One order, all of it")
def get(request: HttpRequest, response: HttpResponse, order_id: UUID) -> Any:
    return answer(public.get_order(order_id, actor=actor_of(request)), response)


@routes.get("/number/{number}", permission=READ, response=OrderView, summary="One order by its number")
def get_by_number(request: HttpRequest, response: HttpResponse, number: str) -> Any:
    actor = actor_of(request)
    return answer(public.get_order(public.find_order_id(number, actor=actor), actor=actor), response)


@routes.post("/{uuid:order_id}/notes", permission=NOTE, response=OrderView, summary="Write a note on an order")
def note(request: HttpRequest, response: HttpResponse, order_id: UUID, body: NoteIn) -> Any:
    return answer(public.add_note(order_id, body.text, is_public=body.is_public, actor=actor_of(request)), response)


@routes.post("/{uuid:order_id}/holds", permission=HOLD, response=OrderView, summary="Put an order on hold")
def hold(request: HttpRequest, response: HttpResponse, order_id: UUID, body: HoldIn) -> Any:
    actor = actor_of(request)
    with matching(request, order_id, actor):
        return answer(public.hold(order_id, body.kind, reason=body.reason, actor=actor), response)


@routes.post("/{uuid:order_id}/holds/{kind}/release", permission=HOLD, response=OrderView,
             summary="Release a hold of an order")
def release(request: HttpRequest, response: HttpResponse, order_id: UUID, kind: HoldKind, body: ReasonIn) -> Any:
    actor = actor_of(request)
    with matching(request, order_id, actor):
        return answer(public.release_hold(order_id, kind, reason=body.reason, actor=actor), response)


@routes.post("/{uuid:order_id}/approve", permission=APPROVE, response=OrderView,
             summary="Approve an order above the limit")
def approve(request: HttpRequest, response: HttpResponse, order_id: UUID, body: ReasonIn) -> Any:
    actor = actor_of(request)
    with matching(request, order_id, actor):
        return answer(public.approve(order_id, reason=body.reason, actor=actor), response)


@routes.post("/{uuid:order_id}/cancel", permission=CANCEL, response=OrderView,
             summary="Cancel: stock released, payments voided or refunded")
def cancel(request: HttpRequest, response: HttpResponse, order_id: UUID, body: CancelIn) -> Any:
    actor = actor_of(request)
    with matching(request, order_id, actor):
        done = public.cancel_order(order_id, reason=body.reason, restock=body.restock, actor=actor)
        return answer(done, response)


@routes.post("/{uuid:order_id}/pay", permission=CHANGE, response=PaymentInfo, summary="Open a payment of what is due")
def pay(request: HttpRequest, order_id: UUID, body: PayIn) -> Any:
    return public.pay_order(order_id, provider=body.provider, method=body.method, return_url=body.return_url,
                            actor=actor_of(request))


@routes.post("/{uuid:order_id}/split", permission=CHANGE, response={201: OrderView},
             summary="Move lines to a new order, which is the answer")
def split(request: HttpRequest, response: HttpResponse, order_id: UUID, body: SplitIn) -> Any:
    actor = actor_of(request)
    with matching(request, order_id, actor):
        lines = [(line.line_id, line.quantity) for line in body.lines]
        return answer(public.split_order(order_id, lines, actor=actor), response)


@routes.post("/merge", permission=CHANGE, response=OrderView, summary="Put several orders into the first")
def merge(request: HttpRequest, response: HttpResponse, body: MergeIn) -> Any:
    return answer(public.merge_orders(body.order_ids, actor=actor_of(request)), response)


@routes.get("/{uuid:order_id}/relatives", permission=READ, response=list[RelativeView],
            summary="Orders it was split from or merged with, and whose payments pay for whose goods")
def relatives(request: HttpRequest, order_id: UUID) -> Any:
    return public.relatives_of(order_id, actor=actor_of(request))


@routes.get("/{uuid:order_id}/timeline", permission=READ, response=list[dict[str, Any]],
            summary="What happened to an order")
def timeline(request: HttpRequest, order_id: UUID) -> Any:
    return lists.timeline_of(order_id, actor=actor_of(request))


@routes.get("/board", permission=READ, response=list[dict[str, Any]],
            summary="Columns of work with their first orders, and how many there are (counted to a thousand)")
def board(request: HttpRequest, channel_id: Annotated[int | None, Query(ge=1, le=32767)] = None,
          warehouse_id: Annotated[int | None, Query(ge=1, le=32767)] = None,
          assignee_id: Annotated[int | None, Query(ge=1, le=2**31 - 1)] = None, late: bool = False) -> Any:
    filters = public.BoardFilter(channel_id, warehouse_id, assignee_id, late)
    return [asdict(column) for column in public.board(filters, actor=actor_of(request))]


@routes.post("/{uuid:order_id}/take", permission=READ, response=OrderView, summary="Take an order into one's own care")
def take(request: HttpRequest, response: HttpResponse, order_id: UUID) -> Any:
    return answer(public.take_order(order_id, actor=actor_of(request)), response)


@routes.post("/{uuid:order_id}/leave", permission=READ, response=OrderView,
             summary="Leave an order to whoever has time")
def leave(request: HttpRequest, response: HttpResponse, order_id: UUID) -> Any:
    return answer(public.leave_order(order_id, actor=actor_of(request)), response)


@routes.get("/return-windows/{int:channel_id}", permission=READ, response=WindowIn,
            summary="How long customers of a channel may ask for returns")
def get_window(request: HttpRequest, channel_id: Annotated[int, Path(ge=1, le=32767)]) -> Any:
    return {"days": policies.return_days(channel_id)}


@routes.put("/return-windows/{int:channel_id}", permission=POLICY, response=WindowIn,
            summary="Set how long customers of a channel may ask for returns")
def put_window(request: HttpRequest, channel_id: Annotated[int, Path(ge=1, le=32767)], body: WindowIn) -> Any:
    public.set_return_window(channel_id, body.days, actor=actor_of(request))
    return {"days": body.days}
