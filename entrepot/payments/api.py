"""HTTP of payments: the ways to pay, and administration. Paying an order belongs to checkout and orders."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import asdict
from typing import Annotated, Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from ninja import File, Form, Query, Schema, Status
from ninja.files import UploadedFile

from entrepot.catalog import public as catalog
from entrepot.kit import paging
from entrepot.kit.errors import N_, InvalidInput
from entrepot.kit.json import dumps
from entrepot.kit.rest import Routes, actor_of
from entrepot.payments import api_limits as limits
from entrepot.payments import formats, public, queries
from entrepot.payments.permissions import (
    CAPTURE,
    CONFIGURE,
    GIFT_CARDS,
    INBOX,
    METHODS,
    READ,
    RECEIVE,
    RECONCILE,
    REFUND,
)
from entrepot.payments.schemas import (
    CaptureIn,
    DifferenceOut,
    DifferencePage,
    GiftCardIn,
    GiftCardOut,
    GiftCardPage,
    IssuedGiftCardOut,
    MessageOut,
    MessagePage,
    MethodCode,
    MethodIn,
    MethodOut,
    NoteIn,
    PaymentDetail,
    PaymentOut,
    PaymentPage,
    ProviderCode,
    ReasonIn,
    ReceivedIn,
    ReconciliationOut,
    ReferenceIn,
    RefundIn,
    RefundOut,
    State,
    StatementProvider,
    WayOut,
)

storefront = Routes()
admin = Routes()
ROUTES = [("/payment-methods", storefront), ("/admin/payments", admin), ("/admin/payments", limits.routes)]

Limit = Annotated[int, Query(ge=1, le=paging.MAX_LIMIT)]
Cursor = Annotated[str, Query(max_length=200)]
Fields = Annotated[str, Query(max_length=400, description="Names of the wanted fields, with commas")]


def _page(items: Iterable[Any], limit: int, fields: str, shape: type[Schema],
          key: Callable[[Any], Any]) -> HttpResponse:
    """A page of `limit` items from a read of one more, with only the wanted fields."""
    read = list(items)
    rows = [shape.model_validate(i, from_attributes=True).model_dump() for i in read[:limit]]
    after = paging.encode([key(rows[-1])]) if len(read) > limit else None
    shown = paging.sparse(rows, fields, frozenset(shape.model_fields))
    return HttpResponse(dumps({"items": shown, "next": after}), content_type="application/json")


@storefront.get("", permission=METHODS, response=list[MethodOut], summary="Ways to pay in a channel")
def methods(request: HttpRequest, channel: Annotated[str, Query(max_length=50)] = "",
            currency: Annotated[str, Query(pattern=r"^([A-Z]{3})?$")] = "",
            country: Annotated[str, Query(pattern=r"^([A-Z]{2})?$")] = "") -> Any:
    """The ways to pay that a channel offers (the default channel, its currency and country if not named)."""
    info = catalog.channel(channel) if channel else catalog.default_channel()
    found = public.methods(info.id, currency or info.currency, country or info.country)
    return [asdict(m) for m in found]


@admin.get("", permission=READ, response=PaymentPage, summary="Payments, newest first")
def payments(request: HttpRequest, order_id: UUID | None = None, state: State | None = None,
             provider: ProviderCode | None = None, limit: Limit = paging.DEFAULT_LIMIT, cursor: Cursor = "",
             fields: Fields = "") -> Any:
    found = queries.list_payments(limit=limit + 1, before=paging.uuid(cursor), order_id=order_id, state=state or "",
                                  provider=provider or "")
    return _page(found, limit, fields, PaymentOut, lambda p: p["id"])


@admin.get("/inbox", permission=INBOX, response=MessagePage, summary="Messages from payment providers")
def inbox(request: HttpRequest, waiting: bool = False, failed: bool = False, provider: ProviderCode | None = None,
          limit: Limit = paging.DEFAULT_LIMIT, cursor: Cursor = "", fields: Fields = "") -> Any:
    found = queries.list_inbox(limit=limit + 1, before=paging.number(cursor), waiting=waiting, failed=failed,
                               provider=provider or "")
    return _page(found, limit, fields, MessageOut, lambda m: m["id"])


@admin.post("/inbox/{int:message_id}/replay", permission=INBOX, response={204: None},
            summary="Work on a provider's message again")
def replay(request: HttpRequest, message_id: int) -> None:
    public.replay_message(_number(message_id), actor=actor_of(request))


@admin.get("/gift-cards", permission=GIFT_CARDS, response=GiftCardPage, summary="Gift cards")
def gift_cards(request: HttpRequest, limit: Limit = paging.DEFAULT_LIMIT, cursor: Cursor = "",
               fields: Fields = "") -> Any:
    found = queries.list_gift_cards(limit=limit + 1, before=paging.uuid(cursor))
    return _page(found, limit, fields, GiftCardOut, lambda c: c["id"])


@admin.post("/gift-cards", permission=GIFT_CARDS, response={201: IssuedGiftCardOut}, summary="Issue a gift card")
def issue_gift_card(request: HttpRequest, body: GiftCardIn) -> Any:
    """The code is in this answer and nowhere else."""
    if body.expires_at and body.expires_at.tzinfo is None:
        raise InvalidInput("expires_at", N_("The time needs its zone."))
    info, code = public.issue_gift_card(body.amount_minor, body.currency, code=body.code, expires_at=body.expires_at,
                                        reference=body.reference, actor=actor_of(request))
    return {**asdict(info), "code": code}


@admin.post("/gift-cards/{uuid:gift_card_id}/deactivate", permission=GIFT_CARDS, response=GiftCardOut,
            summary="Block a gift card")
def deactivate_gift_card(request: HttpRequest, gift_card_id: UUID, body: ReasonIn) -> Any:
    return asdict(public.deactivate_gift_card(gift_card_id, reason=body.reason, actor=actor_of(request)))


@admin.post("/statements", permission=RECONCILE, response={200: ReconciliationOut, 201: ReconciliationOut},
            summary="Import a provider's statement")
def import_statement(request: HttpRequest, provider: Form[StatementProvider], file: File[UploadedFile]) -> Any:
    """A statement file: our CSV (kind, reference, amount, currency, at), Stripe's, Alipay's or WeChat Pay's."""
    if (file.size or 0) > formats.MAX_BYTES:
        raise InvalidInput("file", N_("The file is too large."))
    name = "".join(c for c in file.name or "" if c.isprintable())
    summary = public.import_statement(provider, file.read(), name=name, actor=actor_of(request))
    return Status(201 if summary.is_new else 200, asdict(summary))


@admin.post("/statements/{int:statement_id}/reconcile", permission=RECONCILE, response=ReconciliationOut,
            summary="Compare a statement with the books again")
def reconcile(request: HttpRequest, statement_id: int) -> Any:
    """Look again at what was missing here; what was booked since closes itself."""
    return asdict(public.reconcile(_number(statement_id), actor=actor_of(request)))


@admin.get("/differences", permission=RECONCILE, response=DifferencePage,
           summary="Differences between statements and the books")
def differences(request: HttpRequest, statement_id: int | None = None, is_open: bool | None = True,
                limit: Limit = paging.DEFAULT_LIMIT, cursor: Cursor = "", fields: Fields = "") -> Any:
    found = queries.list_differences(limit=limit + 1, before=paging.number(cursor), is_open=is_open,
                                     statement_id=None if statement_id is None else _number(statement_id))
    for case in found:
        case["payment_id"] = case.pop("transaction__payment_id")
        case["booked_minor"] = case.pop("transaction__amount_minor")
    return _page(found, limit, fields, DifferenceOut, lambda d: d["id"])


@admin.post("/differences/{int:line_id}/resolve", permission=RECONCILE, response={204: None},
            summary="Close a difference with a reason")
def resolve(request: HttpRequest, line_id: int, body: NoteIn) -> None:
    public.resolve_difference(_number(line_id), note=body.note, actor=actor_of(request))


@admin.get("/methods", permission=CONFIGURE, response=list[WayOut], summary="Every way to pay, offered or not")
def ways(request: HttpRequest, channel: Annotated[str, Query(max_length=50)]) -> Any:
    found = catalog.channel(channel)
    return public.ways(found.id, found.currency)


@admin.put("/methods/{method}", permission=CONFIGURE, response={204: None},
           summary="Offer a way to pay in a channel, or not")
def set_method(request: HttpRequest, method: MethodCode, body: MethodIn) -> None:
    """Offer a way to pay in a channel or not. It needs to be configured in the environment as well."""
    public.set_method(catalog.channel(body.channel).id, method, is_offered=body.is_offered, position=body.position,
                      instructions=body.instructions, actor=actor_of(request))


@admin.post("/refunds/{uuid:refund_id}/paid-out", permission=RECEIVE, response=RefundOut,
            summary="Note that a refund left the house")
def paid_out(request: HttpRequest, refund_id: UUID, body: ReferenceIn) -> Any:
    """A refund of a bank transfer or of cash left the house."""
    return asdict(public.mark_refunded(refund_id, reference=body.reference, actor=actor_of(request)))


@admin.get("/{uuid:payment_id}", permission=READ, response=PaymentDetail, summary="A payment")
def payment(request: HttpRequest, payment_id: UUID) -> Any:
    info = public.get_payment(payment_id)
    return {**asdict(info), "transactions": queries.transactions_of(payment_id),
            "requests": queries.requests_of(payment_id)}


@admin.post("/{uuid:payment_id}/capture", permission=CAPTURE, response=PaymentOut, summary="Capture what is authorised")
def capture(request: HttpRequest, payment_id: UUID, body: CaptureIn) -> Any:
    """All that is authorised, or the amount given."""
    return asdict(public.capture(payment_id, body.amount_minor, actor=actor_of(request)))


@admin.post("/{uuid:payment_id}/void", permission=CAPTURE, response=PaymentOut, summary="Void an authorisation")
def void(request: HttpRequest, payment_id: UUID) -> Any:
    return asdict(public.void(payment_id, actor=actor_of(request)))


@admin.post("/{uuid:payment_id}/refund", permission=REFUND, response={201: RefundOut}, summary="Refund a payment")
def refund(request: HttpRequest, payment_id: UUID, body: RefundIn) -> Any:
    """The same reference refunds once. Refunds of orders go through their changes."""
    info = public.refund_payment(payment_id, body.amount_minor, reason=body.reason, reference=body.reference,
                                 actor=actor_of(request))
    return asdict(info)


@admin.post("/{uuid:payment_id}/refresh", permission=READ, response=PaymentOut,
            summary="Ask the provider how a payment stands")
def refresh(request: HttpRequest, payment_id: UUID) -> Any:
    """Ask the provider how the payment stands."""
    return asdict(public.refresh(payment_id, actor=actor_of(request)))


@admin.post("/{uuid:payment_id}/received", permission=RECEIVE, response=PaymentOut,
            summary="Note that money has arrived")
def received(request: HttpRequest, payment_id: UUID, body: ReceivedIn) -> Any:
    """Money of a bank transfer or cash on delivery arrived."""
    return asdict(public.mark_received(payment_id, body.amount_minor, reference=body.reference,
                                       actor=actor_of(request)))


def _number(value: int) -> int:
    """Ids beyond the database's range are ids of nothing."""
    if not 0 < value < 2**63:
        raise InvalidInput("id", N_("There is no such id."))
    return value
