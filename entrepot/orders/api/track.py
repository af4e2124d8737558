"""A guest's order by its secret. The secret travels in the body: addresses end up in logs. Wrong, expired or another's
secret: the same 404."""

from __future__ import annotations

from typing import Annotated, Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from ninja import Field

from entrepot.kit.rest import Routes, Strict, actor_of
from entrepot.orders import public
from entrepot.orders.actions.selfservice import request_return
from entrepot.orders.api.common import PayIn, ReasonIn, ReturnIn, language_of, pdf
from entrepot.orders.contracts import ChangeKind, ChangeView, OrderView
from entrepot.orders.operations import load
from entrepot.orders.permissions import TRACK
from entrepot.payments.contracts import PaymentInfo

routes = Routes()
Secret = Annotated[str, Field(min_length=1, max_length=200)]


class TrackIn(Strict):
    secret: Secret


class LinkIn(Strict):
    number: str = Field(min_length=1, max_length=40)
    email: str = Field(min_length=3, max_length=254)


class TrackCancelIn(ReasonIn):
    secret: Secret


class TrackPayIn(PayIn):
    secret: Secret


class TrackReturnIn(ReturnIn):
    secret: Secret


@routes.post("/track", permission=TRACK, response=OrderView, summary="The order of a tracking secret")
def track(request: HttpRequest, response: HttpResponse, body: TrackIn) -> Any:
    response["Cache-Control"] = "private, no-store"
    return public.track(body.secret, actor=actor_of(request))


@routes.post("/track/link", permission=TRACK, response={202: None}, summary="Mail a fresh link to the buyer")
def send_link(request: HttpRequest, body: LinkIn) -> None:
    """The answer is the same whether number and address belong together or not."""
    public.send_tracking_link(body.number, body.email, actor=actor_of(request))


@routes.post("/track/cancel", permission=TRACK, response=OrderView,
             summary="Cancel the tracked order, until packing begins")
def cancel_tracked(request: HttpRequest, body: TrackCancelIn) -> Any:
    order_id, guest = public.guest_of(body.secret, actor=actor_of(request))
    return public.cancel_order(order_id, reason=body.reason, actor=guest)


@routes.post("/track/pay", permission=TRACK, response=PaymentInfo, summary="Pay what is open on the tracked order")
def pay_tracked(request: HttpRequest, body: TrackPayIn) -> Any:
    order_id, guest = public.guest_of(body.secret, actor=actor_of(request))
    return public.pay_order(order_id, provider=body.provider, method=body.method, return_url=body.return_url,
                            actor=guest)


@routes.post("/track/returns", permission=TRACK, response={201: ChangeView},
             summary="Ask for a return of the tracked order")
def return_tracked(request: HttpRequest, body: TrackReturnIn) -> Any:
    order_id, guest = public.guest_of(body.secret, actor=actor_of(request))
    asked = request_return(order_id, ChangeKind(body.kind), [load(o) for o in body.operations], reason=body.reason,
                           photos=body.photos, actor=guest)
    return asked


@routes.post("/track/invoices/{uuid:invoice_id}/pdf", permission=TRACK,
             summary="An invoice or credit note of the tracked order, as PDF")
def invoice_tracked(request: HttpRequest, invoice_id: UUID, body: TrackIn, language: str = "en") -> HttpResponse:
    _, guest = public.guest_of(body.secret, actor=actor_of(request))
    return pdf(public.invoice_pdf(invoice_id, language_of(language), actor=guest))
