"""A customer's own orders. Another's order is answered like none at all."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from ninja import File
from ninja.files import UploadedFile

from entrepot.kit import paging
from entrepot.kit.rest import Routes, actor_of
from entrepot.orders import public
from entrepot.orders.actions.selfservice import request_return
from entrepot.orders.api.common import (
    Cursor,
    Limit,
    PageOut,
    PayIn,
    PhotoOut,
    ReasonIn,
    ReturnIn,
    answer,
    language_of,
    matching,
    page,
    pdf,
)
from entrepot.orders.contracts import ChangeKind, ChangeView, OrderFilter, OrderState, OrderView
from entrepot.orders.operations import load
from entrepot.orders.permissions import OWN
from entrepot.payments.contracts import PaymentInfo

routes = Routes()


@routes.get("/orders", permission=OWN, response=PageOut, summary="One's own orders, newest first")
def my_orders(request: HttpRequest, state: OrderState | None = None, fields: str = "", cursor: Cursor = "",
              limit: Limit = paging.DEFAULT_LIMIT) -> Any:
    actor = actor_of(request)
    filters = OrderFilter(states=(state,) if state else (), customer_id=actor.customer_id)
    if actor.customer_id is None:
        return page([], None)
    return page(*public.find_orders(filters, cursor or None, limit, actor=actor), fields)


@routes.get("/orders/{uuid:order_id}", permission=OWN, response=OrderView, summary="One of one's own orders")
def my_order(request: HttpRequest, response: HttpResponse, order_id: UUID) -> Any:
    return answer(public.get_order(order_id, actor=actor_of(request)), response)


@routes.post("/orders/{uuid:order_id}/cancel", permission=OWN, response=OrderView,
             summary="Cancel an order, until packing begins")
def cancel_my_order(request: HttpRequest, response: HttpResponse, order_id: UUID, body: ReasonIn) -> Any:
    actor = actor_of(request)
    with matching(request, order_id, actor):
        return answer(public.cancel_order(order_id, reason=body.reason, actor=actor), response)


@routes.post("/orders/{uuid:order_id}/pay", permission=OWN, response=PaymentInfo,
             summary="Pay what is open: again after a failure, or the rest after a change")
def pay_my_order(request: HttpRequest, order_id: UUID, body: PayIn) -> Any:
    return public.pay_order(order_id, provider=body.provider, method=body.method, return_url=body.return_url,
                            actor=actor_of(request))


@routes.post("/orders/{uuid:order_id}/returns", permission=OWN, response={201: ChangeView},
             summary="Ask for a return, exchange or claim")
def request_my_return(request: HttpRequest, order_id: UUID, body: ReturnIn) -> Any:
    operations = [load(o) for o in body.operations]
    asked = request_return(order_id, ChangeKind(body.kind), operations, reason=body.reason, photos=body.photos,
                           actor=actor_of(request))
    return asked


@routes.post("/orders/{uuid:order_id}/photos", permission=OWN, response={201: PhotoOut},
             summary="Send a picture for a return of this order")
def add_photo(request: HttpRequest, order_id: UUID, photo: File[UploadedFile]) -> Any:
    """The picture is made anew; the answered address is what a request for a return names in `photos`."""
    return {"address": public.add_photo(order_id, photo.read(), actor=actor_of(request))}


@routes.get("/orders/{uuid:order_id}/photos/{uuid:photo_id}", permission=OWN, summary="A picture for a return, as WebP")
def photo(request: HttpRequest, order_id: UUID, photo_id: UUID) -> HttpResponse:
    return HttpResponse(public.photo(order_id, photo_id, actor=actor_of(request)), content_type="image/webp")


@routes.get("/returns", permission=OWN, response=PageOut, summary="One's returns, exchanges and claims, newest first")
def my_returns(request: HttpRequest, fields: str = "", cursor: Cursor = "", limit: Limit = paging.DEFAULT_LIMIT) -> Any:
    actor = actor_of(request)
    if actor.customer_id is None:
        return page([], None)
    return page(*public.find_changes(customer_id=actor.customer_id, kinds=("return", "exchange", "claim"),
                                     cursor=cursor or None, limit=limit, actor=actor), fields)


@routes.get("/returns/{uuid:change_id}", permission=OWN, response=ChangeView, summary="One of one's returns")
def my_return(request: HttpRequest, change_id: UUID) -> Any:
    return public.get_change(change_id, actor=actor_of(request))


@routes.post("/returns/{uuid:change_id}/cancel", permission=OWN, response=ChangeView, summary="Withdraw a request")
def cancel_my_return(request: HttpRequest, change_id: UUID) -> Any:
    return public.cancel_change(change_id, actor=actor_of(request))


@routes.get("/invoices/{uuid:invoice_id}/pdf", permission=OWN, summary="An invoice or credit note of one's own, as PDF")
def my_invoice(request: HttpRequest, invoice_id: UUID, language: str = "en") -> HttpResponse:
    return pdf(public.invoice_pdf(invoice_id, language_of(language), actor=actor_of(request)))
