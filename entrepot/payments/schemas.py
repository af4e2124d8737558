"""Shapes of payments over HTTP."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from ninja import Field, Schema

from entrepot.kit.rest import AnyMoment, Strict

_PLAIN = r"^[^\x00-\x1f]*$"
_SAID = r"^[^\x00-\x1f]*[^\x00-\x1f\s][^\x00-\x1f]*$"  # plain, and not only spaces

Text = Annotated[str, Field(max_length=200, pattern=_PLAIN)]
Amount = Annotated[int, Field(gt=0, le=10**15)]
Currency = Annotated[str, Field(pattern=r"^[A-Z]{3}$")]
State = Literal["pending", "authorised", "captured", "failed", "voided"]
StatementProvider = Literal["stripe", "alipay", "wechat", "simulator", "bank_transfer", "cash_on_delivery"]
MethodCode = Literal["test", StatementProvider]
ProviderCode = Literal[MethodCode, "gift_card", "store_credit", "points"]
ByHand = Annotated[str, Field(min_length=1, max_length=80, pattern=_SAID)]


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
    code: Annotated[str, Field(max_length=40, pattern=_PLAIN)] = ""
    expires_at: AnyMoment | None = None
    reference: Annotated[str, Field(max_length=80, pattern=_PLAIN)] = ""


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
    note: Annotated[str, Field(min_length=1, max_length=200, pattern=_SAID)]


class MethodIn(Strict):
    channel: Annotated[str, Field(max_length=50, pattern=r"^[-\w]+$")]
    is_offered: bool = True
    position: Annotated[int, Field(ge=-1000, le=1000)] = 0
    instructions: dict[Annotated[str, Field(pattern=r"^[a-zA-Z-]{2,10}$")],
                       Annotated[str, Field(max_length=1000, pattern=r"^[^\x00]*$")]] = {}


class WayOut(Schema):
    code: str
    name: str
    is_set_up: bool
    is_live: bool
    is_offered: bool
    position: int
    instructions: dict[str, str]
