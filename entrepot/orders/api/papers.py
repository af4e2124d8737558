"""Administration of invoices, their issuers, refunds, mail templates and messages."""

from __future__ import annotations

from typing import Annotated, Any, Literal
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from ninja import Field, Path, Query, Schema

from entrepot.kit import clock, paging
from entrepot.kit.rest import Routes, Strict, actor_of
from entrepot.orders import lists, public
from entrepot.orders.api.common import Cursor, Limit, PageOut, language_of, page, pdf
from entrepot.orders.permissions import CANCEL, CHANGE, ISSUER, MAIL, READ

routes = Routes()
Serial = Annotated[int | None, Query(ge=1)]


class SeriesOut(Schema):
    kind: str
    prefix: str
    year: int
    last: int
    next: str


class PrefixIn(Strict):
    prefix: Annotated[str, Field(pattern=r"^[A-Z0-9]{1,8}$")]


class TryIn(Strict):
    to: Annotated[str, Field(min_length=3, max_length=254)]


class TemplateIn(Strict):
    """Names in braces are filled in: {shop} {name} {number} {total} {amount} {lines} {link} {carrier}
    {tracking_number} {tracking_url} {reason} {place} {return_number}."""

    subject: Annotated[str, Field(min_length=1, max_length=200)]
    body: Annotated[str, Field(min_length=1, max_length=20_000)]


class IssuerIn(Strict):
    name: Annotated[str, Field(min_length=1, max_length=200)]
    address: Annotated[str, Field(max_length=1000)] = ""
    tax_number: Annotated[str, Field(max_length=40)] = ""
    bank_account: Annotated[str, Field(max_length=120)] = ""
    contact: Annotated[str, Field(max_length=200)] = ""
    note: Annotated[str, Field(max_length=2000)] = ""


@routes.get("/invoices", permission=READ, response=PageOut, summary="Invoices and credit notes, newest first")
def find_invoices(request: HttpRequest, kind: Literal["invoice", "credit_note", ""] = "",
                  order_id: UUID | None = None, fields: str = "", cursor: Cursor = "",
                  limit: Limit = paging.DEFAULT_LIMIT) -> Any:
    return page(*public.find_invoices(kind=kind, order_id=order_id, cursor=cursor or None, limit=limit,
                                      actor=actor_of(request)), fields)


@routes.get("/invoices/{uuid:invoice_id}/pdf", permission=READ, summary="An invoice or credit note, as PDF")
def invoice_pdf(request: HttpRequest, invoice_id: UUID, language: str = "en") -> HttpResponse:
    return pdf(public.invoice_pdf(invoice_id, language_of(language), actor=actor_of(request)))


@routes.post("/{uuid:order_id}/invoices", permission=CHANGE, response={201: list[UUID]},
             summary="Issue an invoice for what is not invoiced yet")
def issue(request: HttpRequest, order_id: UUID) -> Any:
    return public.issue_invoices(order_id, actor=actor_of(request))


@routes.get("/issuers/{int:channel_id}", permission=READ, response=dict[str, str], summary="Who issues invoices")
def get_issuer(request: HttpRequest, channel_id: int) -> Any:
    return lists.issuer_of(channel_id, actor=actor_of(request))


@routes.put("/issuers/{int:channel_id}", permission=ISSUER, response=dict[str, str], summary="Set who issues invoices")
def put_issuer(request: HttpRequest, channel_id: int, body: IssuerIn) -> Any:
    public.set_issuer(channel_id, **body.dict(), actor=actor_of(request))
    return body.dict()


@routes.get("/number-series", permission=READ, response=list[SeriesOut],
            summary="How invoices and credit notes are numbered")
def number_series(request: HttpRequest) -> Any:
    return public.number_series(clock.now().date(), actor=actor_of(request))


@routes.put("/number-series/{slug:kind}", permission=ISSUER, response=list[SeriesOut],
            summary="Set how the numbers of a kind of document begin from now on")
def set_number_prefix(request: HttpRequest, kind: str, body: PrefixIn) -> Any:
    public.set_number_prefix(kind, body.prefix, actor=actor_of(request))
    return public.number_series(clock.now().date(), actor=actor_of(request))


@routes.get("/refunds", permission=READ, response=PageOut, summary="Refunds asked for, newest first")
def find_refunds(request: HttpRequest, failed: bool = False, order_id: UUID | None = None, before: Serial = None,
                 limit: Limit = paging.DEFAULT_LIMIT) -> Any:
    return lists.list_refunds(failed=failed, order_id=order_id, before=before, limit=limit, actor=actor_of(request))


@routes.post("/refunds/{int:refund_id}/retry", permission=CANCEL, response={204: None},
             summary="Ask for a failed refund again")
def retry_refund(request: HttpRequest, refund_id: int) -> None:
    public.retry_refund(refund_id, actor=actor_of(request))


@routes.get("/mail-templates", permission=READ, response=list[dict[str, Any]],
            summary="Every kind of mail in every language, own or built-in text")
def find_templates(request: HttpRequest) -> Any:
    return lists.list_templates(actor=actor_of(request))


@routes.put("/mail-templates/{slug:kind}/{language}", permission=MAIL, response={204: None},
            summary="Write one's own text of a mail")
def put_template(request: HttpRequest, kind: str, language: str, body: TemplateIn) -> None:
    public.set_template(kind, language_of(language), subject=body.subject, body=body.body, actor=actor_of(request))


@routes.post("/mail-templates/{slug:kind}/{language}/preview", permission=MAIL, response=dict[str, str],
             summary="A mail filled with an example")
def preview_template(request: HttpRequest, kind: str, language: str, body: TemplateIn) -> Any:
    subject, text = public.preview_mail(kind, language_of(language), subject=body.subject, body=body.body,
                                        actor=actor_of(request))
    return {"subject": subject, "body": text}


@routes.post("/mail-templates/{slug:kind}/{language}/test", permission=MAIL, response={204: None},
             summary="Send the example to somebody of the house")
def try_template(request: HttpRequest, kind: str, language: str, body: TryIn) -> None:
    public.send_test_mail(kind, language_of(language), body.to, actor=actor_of(request))


@routes.delete("/mail-templates/{slug:kind}/{language}", permission=MAIL, response={204: None},
               summary="Go back to the built-in text of a mail")
def delete_template(request: HttpRequest, kind: str, language: str) -> None:
    public.reset_template(kind, language_of(language), actor=actor_of(request))


@routes.get("/notifications", permission=READ, response=PageOut, summary="Messages to customers, newest first")
def find_notifications(request: HttpRequest, order_id: UUID | None = None,
                       state: Literal["waiting", "sent", "failed", ""] = "", before: Serial = None,
                       limit: Limit = paging.DEFAULT_LIMIT) -> Any:
    return lists.list_notifications(order_id=order_id, state=state, before=before, limit=limit,
                                      actor=actor_of(request))


@routes.post("/notifications/{int:notification_id}/retry", permission=MAIL, response={204: None},
             summary="Give a message fresh attempts")
def retry_notification(request: HttpRequest, notification_id: int) -> None:
    public.retry_notification(notification_id, actor=actor_of(request))


@routes.post("/notifications/{int:notification_id}/resend", permission=MAIL, response={204: None},
             summary="Send a message once more, to the order's address of today")
def resend_notification(request: HttpRequest, notification_id: Annotated[int, Path(ge=1, le=2**62)]) -> None:
    public.resend_notification(notification_id, actor=actor_of(request))
