"""Facts payments publish."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar
from uuid import UUID

from entrepot.kit.event import Event


@dataclass(frozen=True, slots=True)
class PaymentAuthorised(Event):
    """Money is promised and may be captured."""

    name: ClassVar[str] = "payments.payment_authorised"
    payment_id: UUID
    order_id: UUID
    amount_minor: int
    currency: str


@dataclass(frozen=True, slots=True)
class PaymentCaptured(Event):
    """This much more money has come in."""

    name: ClassVar[str] = "payments.payment_captured"
    payment_id: UUID
    order_id: UUID
    amount_minor: int
    currency: str


@dataclass(frozen=True, slots=True)
class PaymentFailed(Event):
    """The payer could not or would not pay; another payment may."""

    name: ClassVar[str] = "payments.payment_failed"
    payment_id: UUID
    order_id: UUID
    reason: str


@dataclass(frozen=True, slots=True)
class PaymentVoided(Event):
    """What was promised is given free."""

    name: ClassVar[str] = "payments.payment_voided"
    payment_id: UUID
    order_id: UUID


@dataclass(frozen=True, slots=True)
class PaymentRefunded(Event):
    """`reference` is the one given to `payments.public.refund`, e.g. an order change id."""

    name: ClassVar[str] = "payments.payment_refunded"
    payment_id: UUID
    order_id: UUID
    amount_minor: int
    currency: str
    reference: str


@dataclass(frozen=True, slots=True)
class RefundFailed(Event):
    """Money did not go back: somebody must see to it."""

    name: ClassVar[str] = "payments.refund_failed"
    payment_id: UUID
    order_id: UUID
    amount_minor: int
    currency: str
    reference: str
    reason: str
