"""HTTP of payments: the ways to pay, and administration. Paying an order belongs to checkout and orders."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import asdict
from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from ninja import Field, File, Form, Query, Schema
from ninja.files import UploadedFile

from entrepot.catalog import public as catalog
from entrepot.kit import paging
from entrepot.kit.errors import N_, InvalidInput
from entrepot.kit.json import dumps
from entrepot.kit.rest import Routes, Strict, actor_of
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

storefront = Routes()
admin = Routes()
ROUTES = [("/payment-methods", storefront), ("/admin/payments", admin), ("/admin/payments", limits.routes)]

Text = Annotated[str, Field(max_length=200, pattern=r"^[^\x00-\x1f]*$")]
Amount = Annotated[int, Field(gt=0, le=10**15)]
Currency = Annotated[str, Field(pattern=r"^[A-Z]{3}$")]
Limit = Annotated[int, Query(ge=1, le=paging.MAX_LIMIT)]
Cursor = Annotated[str, Query(max_length=200)]
Fields = Annotated[str, Query(max_length=400, description="Names of the wanted fields, with commas")]
State = Literal["pending", "authorised", "captured", "failed", "voided"]
ProviderCode = Literal["test", "stripe", "alipay", "wechat", "simulator", "bank_transfer", "cash_on_delivery",
                       "gift_card", "store_credit", "points"]
MethodCode = Literal["test", "stripe", "alipay", "wechat", "simulator", "bank_transfer", "cash_on_delivery"]
StatementProvider = Literal["stripe", "alipay", "wechat", "simulator", "bank_transfer", "cash_on_delivery"]
ByHand = Annotated[str, Field(min_length=1, max_length=80, pattern=r"^[^\x00-\x1f]*[^\x00-\x1f\s][^\x00-\x1f]*$")]


class MethodOut(Schema):
    code: str
    flow: str
    name: str
    instructions: str


class PaymentOut(Schema):
    id: UUID
    order_id: UUID
    checkout_id: UUID | None
    provider: str
    method: str
    state: str
    currency: str
    amount_minor: int
    authorised_minor: int
    captured_minor: int
    refunded_minor: int
    failure: str
    created_at: datetime | None


class TransactionOut(Schema):
    id: int
    kind: str
    amount_minor: int
    currency: str
    provider_ref: str
    reason: str
    at: datetime


class RequestOut(Schema):
    id: UUID
    kind: str
    amount_minor: int
    reason: str
    reference: str
    state: str
    attempts: int
    failure: str
    created_at: datetime


class PaymentDetail(PaymentOut):
    transactions: list[TransactionOut]
    requests: list[RequestOut]


class PaymentPage(Schema):
    items: list[PaymentOut]
    next: str | None


class CaptureIn(Strict):
    amount_minor: Amount | None = None


class RefundIn(Strict):
    amount_minor: Amount
    reason: Text = ""
    reference: ByHand


class RefundOut(Schema):
    id: UUID
    payment_id: UUID
    provider: str
    amount_minor: int
    currency: str
    state: str
    reference: str


class ReceivedIn(Strict):
    amount_minor: Amount
    reference: ByHand


class ReferenceIn(Strict):
    reference: ByHand


class GiftCardIn(Strict):
    amount_minor: Amount
    currency: Currency
    code: Annotated[str, Field(max_length=40, pattern=r"^[^\x00-\x1f]*$")] = ""
    expires_at: datetime | None = None
    reference: Annotated[str, Field(max_length=80, pattern=r"^[^\x00-\x1f]*$")] = ""


class GiftCardOut(Schema):
    id: UUID
    last4: str
    currency: str
    balance_minor: int
    expires_at: datetime | None
    is_active: bool


class IssuedGiftCardOut(GiftCardOut):
    code: str


class GiftCardPage(Schema):
    items: list[GiftCardOut]
    next: str | None


class ReasonIn(Strict):
    reason: Text = ""


class MessageOut(Schema):
    id: int
    provider: str
    message_id: str
    kind: str
    payment_id: UUID | None
    received_at: datetime
    processed_at: datetime | None
    error: str


class MessagePage(Schema):
    items: list[MessageOut]
    next: str | None


class ReconciliationOut(Schema):
    statement_id: int
    lines: int
    matched: int
    differences: dict[str, int]
    is_new: bool


class DifferenceOut(Schema):
    id: int
    statement_id: int
    line: int
    kind: str
    provider_ref: str
    amount_minor: int
    currency: str
    at: datetime | None
    difference: str
    transaction_id: int | None
    payment_id: UUID | None
    booked_minor: int | None
    resolution: str
    resolved_at: datetime | None


class DifferencePage(Schema):
    items: list[DifferenceOut]
    next: str | None


class NoteIn(Strict):
    note: Annotated[str, Field(min_length=1, max_length=200, pattern=r"^[^\x00-\x1f]*[^\x00-\x1f\s][^\x00-\x1f]*$")]


class MethodIn(Strict):
    channel: Annotated[str, Field(max_length=50, pattern=r"^[-\w]+$")]
    is_offered: bool = True
    position: Annotated[int, Field(ge=-1000, le=1000)] = 0
    instructions: dict[Annotated[str, Field(pattern=r"^[a-zA-Z-]{2,10}$")],
                       Annotated[str, Field(max_length=1000, pattern=r"^[^\x00]*$")]] = {}


def _page(items: Iterable[Any], limit: int, fields: str, shape: type[Schema],
          key: Callable[[Any], Any]) -> HttpResponse:
    """A page of `limit` items from a read of one more, with only the wanted fields."""
    read = list(items)
    rows = [shape.model_validate(i, from_attributes=True).model_dump() for i in read[:limit]]
    after = paging.encode([key(rows[-1])]) if len(read) > limit else None
    shown = paging.sparse(rows, fields, frozenset(shape.model_fields))
    return HttpResponse(dumps({"items": shown, "next": after}), content_type="application/json")


def _before_uuid(cursor: str) -> UUID | None:
    if not cursor:
        return None
    try:
        return UUID(str(paging.decode(cursor, size=1)[0]))
    except ValueError:
        raise InvalidInput("cursor", N_("This cursor is not one of ours.")) from None


def _before_number(cursor: str) -> int | None:
    if not cursor:
        return None
    [value] = paging.decode(cursor, size=1)
    if not isinstance(value, int) or not 0 < value < 2**63:
        raise InvalidInput("cursor", N_("This cursor is not one of ours."))
    return value


@storefront.get("", permission=METHODS, response=list[MethodOut])
def methods(request: HttpRequest, channel: Annotated[str, Query(max_length=50)] = "",
            currency: Annotated[str, Query(pattern=r"^([A-Z]{3})?$")] = "",
            country: Annotated[str, Query(pattern=r"^([A-Z]{2})?$")] = "") -> Any:
    """The ways to pay that a channel offers (the default channel, its currency and country if not named)."""
    info = catalog.channel(channel) if channel else catalog.default_channel()
    found = public.methods(info.id, currency or info.currency, country or info.country)
    return [asdict(m) for m in found]


@admin.get("", permission=READ, response=PaymentPage)
def payments(request: HttpRequest, order_id: UUID | None = None, state: State | None = None,
             provider: ProviderCode | None = None, limit: Limit = paging.DEFAULT_LIMIT, cursor: Cursor = "",
             fields: Fields = "") -> Any:
    found = queries.list_payments(limit=limit + 1, before=_before_uuid(cursor), order_id=order_id, state=state or "",
                                  provider=provider or "")
    return _page(found, limit, fields, PaymentOut, lambda p: p["id"])


@admin.get("/inbox", permission=INBOX, response=MessagePage)
def inbox(request: HttpRequest, waiting: bool = False, failed: bool = False, provider: ProviderCode | None = None,
          limit: Limit = paging.DEFAULT_LIMIT, cursor: Cursor = "", fields: Fields = "") -> Any:
    found = queries.list_inbox(limit=limit + 1, before=_before_number(cursor), waiting=waiting, failed=failed,
                               provider=provider or "")
    return _page(found, limit, fields, MessageOut, lambda m: m["id"])


@admin.post("/inbox/{int:message_id}/replay", permission=INBOX, response={204: None})
def replay(request: HttpRequest, message_id: int) -> Any:
    public.replay_message(_number(message_id), actor=actor_of(request))
    return 204, None


@admin.get("/gift-cards", permission=GIFT_CARDS, response=GiftCardPage)
def gift_cards(request: HttpRequest, limit: Limit = paging.DEFAULT_LIMIT, cursor: Cursor = "",
               fields: Fields = "") -> Any:
    found = queries.list_gift_cards(limit=limit + 1, before=_before_uuid(cursor))
    return _page(found, limit, fields, GiftCardOut, lambda c: c["id"])


@admin.post("/gift-cards", permission=GIFT_CARDS, response={201: IssuedGiftCardOut})
def issue_gift_card(request: HttpRequest, body: GiftCardIn) -> Any:
    """The code is in this answer and nowhere else."""
    if body.expires_at and body.expires_at.tzinfo is None:
        raise InvalidInput("expires_at", N_("The time needs its zone."))
    info, code = public.issue_gift_card(body.amount_minor, body.currency, code=body.code, expires_at=body.expires_at,
                                        reference=body.reference, actor=actor_of(request))
    return 201, {**asdict(info), "code": code}


@admin.post("/gift-cards/{uuid:gift_card_id}/deactivate", permission=GIFT_CARDS, response=GiftCardOut)
def deactivate_gift_card(request: HttpRequest, gift_card_id: UUID, body: ReasonIn) -> Any:
    return asdict(public.deactivate_gift_card(gift_card_id, reason=body.reason, actor=actor_of(request)))


@admin.post("/statements", permission=RECONCILE, response={200: ReconciliationOut, 201: ReconciliationOut})
def import_statement(request: HttpRequest, provider: Form[StatementProvider], file: File[UploadedFile]) -> Any:
    """A statement file: our CSV (kind, reference, amount, currency, at), Stripe's, Alipay's or WeChat Pay's."""
    if (file.size or 0) > formats.MAX_BYTES:
        raise InvalidInput("file", N_("The file is too large."))
    name = "".join(c for c in file.name or "" if c.isprintable())
    summary = public.import_statement(provider, file.read(), name=name, actor=actor_of(request))
    return 201 if summary.is_new else 200, asdict(summary)


@admin.post("/statements/{int:statement_id}/reconcile", permission=RECONCILE, response=ReconciliationOut)
def reconcile(request: HttpRequest, statement_id: int) -> Any:
    """Look again at what was missing here; what was booked since closes itself."""
    return asdict(public.reconcile(_number(statement_id), actor=actor_of(request)))


@admin.get("/differences", permission=RECONCILE, response=DifferencePage)
def differences(request: HttpRequest, statement_id: int | None = None, is_open: bool | None = True,
                limit: Limit = paging.DEFAULT_LIMIT, cursor: Cursor = "", fields: Fields = "") -> Any:
    found = queries.list_differences(limit=limit + 1, before=_before_number(cursor), is_open=is_open,
                                     statement_id=None if statement_id is None else _number(statement_id))
    for case in found:
        case["payment_id"] = case.pop("transaction__payment_id")
        case["booked_minor"] = case.pop("transaction__amount_minor")
    return _page(found, limit, fields, DifferenceOut, lambda d: d["id"])


@admin.post("/differences/{int:line_id}/resolve", permission=RECONCILE, response={204: None})
def resolve(request: HttpRequest, line_id: int, body: NoteIn) -> Any:
    public.resolve_difference(_number(line_id), note=body.note, actor=actor_of(request))
    return 204, None


class WayOut(Schema):
    code: str
    name: str
    is_set_up: bool
    is_live: bool
    is_offered: bool
    position: int
    instructions: dict[str, str]


@admin.get("/methods", permission=CONFIGURE, response=list[WayOut], summary="Every way to pay, offered or not")
def ways(request: HttpRequest, channel: Annotated[str, Query(max_length=50)]) -> Any:
    found = catalog.channel(channel)
    return public.ways(found.id, found.currency)


@admin.put("/methods/{method}", permission=CONFIGURE, response={204: None})
def set_method(request: HttpRequest, method: MethodCode, body: MethodIn) -> Any:
    """Offer a way to pay in a channel or not. It needs to be configured in the environment as well."""
    public.set_method(catalog.channel(body.channel).id, method, is_offered=body.is_offered, position=body.position,
                      instructions=body.instructions, actor=actor_of(request))
    return 204, None


@admin.post("/refunds/{uuid:refund_id}/paid-out", permission=RECEIVE, response=RefundOut)
def paid_out(request: HttpRequest, refund_id: UUID, body: ReferenceIn) -> Any:
    """A refund of a bank transfer or of cash left the house."""
    return asdict(public.mark_refunded(refund_id, reference=body.reference, actor=actor_of(request)))


@admin.get("/{uuid:payment_id}", permission=READ, response=PaymentDetail)
def payment(request: HttpRequest, payment_id: UUID) -> Any:
    info = public.get_payment(payment_id)
    return {**asdict(info), "transactions": queries.transactions_of(payment_id),
            "requests": queries.requests_of(payment_id)}


@admin.post("/{uuid:payment_id}/capture", permission=CAPTURE, response=PaymentOut)
def capture(request: HttpRequest, payment_id: UUID, body: CaptureIn) -> Any:
    """All that is authorised, or the amount given."""
    return asdict(public.capture(payment_id, body.amount_minor, actor=actor_of(request)))


@admin.post("/{uuid:payment_id}/void", permission=CAPTURE, response=PaymentOut)
def void(request: HttpRequest, payment_id: UUID) -> Any:
    return asdict(public.void(payment_id, actor=actor_of(request)))


@admin.post("/{uuid:payment_id}/refund", permission=REFUND, response={201: RefundOut})
def refund(request: HttpRequest, payment_id: UUID, body: RefundIn) -> Any:
    """The same reference refunds once. Refunds of orders go through their changes."""
    info = public.refund_payment(payment_id, body.amount_minor, reason=body.reason, reference=body.reference,
                                 actor=actor_of(request))
    return 201, asdict(info)


@admin.post("/{uuid:payment_id}/refresh", permission=READ, response=PaymentOut)
def refresh(request: HttpRequest, payment_id: UUID) -> Any:
    """Ask the provider how the payment stands."""
    return asdict(public.refresh(payment_id, actor=actor_of(request)))


@admin.post("/{uuid:payment_id}/received", permission=RECEIVE, response=PaymentOut)
def received(request: HttpRequest, payment_id: UUID, body: ReceivedIn) -> Any:
    """Money of a bank transfer or cash on delivery arrived."""
    return asdict(public.mark_received(payment_id, body.amount_minor, reference=body.reference,
                                       actor=actor_of(request)))


def _number(value: int) -> int:
    """Ids beyond the database's range are ids of nothing."""
    if not 0 < value < 2**63:
        raise InvalidInput("id", N_("There is no such id."))
    return value
