"""Shapes of payments and the contract of a provider adapter."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol
from uuid import UUID


@dataclass(frozen=True, slots=True)
class PaymentInfo:
    """A payment as it stands; amounts in minor units."""

    id: UUID
    order_id: UUID
    provider: str
    method: str
    state: str
    currency: str
    amount_minor: int
    authorised_minor: int
    captured_minor: int
    refunded_minor: int
    action: dict[str, Any] | None = None  # what the payer does next; kind: redirect, qr, token or instructions
    failure: str = ""
    checkout_id: UUID | None = None
    created_at: datetime | None = None
    held_minor: int = 0  # set aside at the payer's and still to be had


@dataclass(frozen=True, slots=True)
class RefundInfo:
    """Money on its way back, in minor units."""

    id: UUID
    payment_id: UUID
    provider: str
    amount_minor: int
    currency: str
    state: str  # pending, done, failed
    reference: str


@dataclass(frozen=True, slots=True)
class MethodInfo:
    """A way to pay that is offered. `flow`: immediate, redirect, qr, token, instructions or on_delivery."""

    code: str
    flow: str
    name: str
    instructions: str = ""


@dataclass(frozen=True, slots=True)
class GiftCardInfo:
    """A gift card without its code; the balance in minor units."""

    id: UUID
    last4: str
    currency: str
    balance_minor: int
    expires_at: datetime | None
    is_active: bool


@dataclass(frozen=True, slots=True)
class Fact:
    """One thing a provider says happened, from a webhook, a poll or a synchronous answer.

    `key` identifies it (books once), so all three sources must name it alike. `kind` is authorised, captured, voided,
    refunded, failed or refund_failed. `ref` is the provider's own number of this movement, by which statements are
    matched; `request_id` is ours, when the provider echoes it, and `payment_id` likewise. With `comes_back` a
    refund_failed undoes a refund that was done, in whichever order they are heard; without, the refund outlasts it.
    """

    key: str
    provider_ref: str
    kind: str
    amount_minor: int
    currency: str
    reason: str = ""
    ref: str = ""
    request_id: str = ""
    payment_id: str = ""
    comes_back: bool = True


@dataclass(frozen=True, slots=True)
class Started:
    """A provider's answer to a new payment. `secret` guards a page of ours, if the payer is sent to one."""

    provider_ref: str
    action: dict[str, Any] | None = None
    facts: tuple[Fact, ...] = ()
    secret: str = ""


@dataclass(frozen=True, slots=True)
class Message:
    """A verified webhook: its id for de-duplication, its kind and what it holds."""

    id: str
    kind: str
    payload: dict[str, Any] = field(default_factory=dict)


class Provider(Protocol):
    """A payment provider. Network calls only; nothing here touches our tables.

    Errors: `ProviderUnavailable` (ask again with the same key) and `ProviderRefused` (final). `key` is the idempotency
    key: the same key twice moves money once. `refund` answers None when the provider accepts now and tells later.
    """

    code: str
    flow: str
    captures: str  # how often one authorisation may be taken from: "once" (the rest is let go) or "many"
    currencies: frozenset[str] | None
    acknowledgement: tuple[str, bytes]

    def start(self, payment: PaymentInfo, *, return_url: str, description: str, language: str) -> Started: ...

    def capture(self, payment: PaymentInfo, provider_ref: str, amount_minor: int, *, key: str) -> Fact: ...

    def void(self, payment: PaymentInfo, provider_ref: str, *, key: str) -> Fact: ...

    def refund(self, payment: PaymentInfo, provider_ref: str, amount_minor: int, *, key: str) -> Fact | None: ...

    def read_webhook(self, headers: dict[str, str], body: bytes) -> Message: ...

    def facts_of(self, payload: dict[str, Any]) -> tuple[Fact, ...]: ...

    def fetch(self, payment: PaymentInfo, provider_ref: str) -> tuple[Fact, ...]: ...


@dataclass(frozen=True, slots=True)
class StatementRow:
    """One movement in a provider's statement. `reference` is the provider's number of the movement."""

    line: int
    kind: str  # capture or refund
    reference: str
    amount_minor: int
    currency: str
    at: datetime | None


@dataclass(frozen=True, slots=True)
class Reconciliation:
    """What an imported statement came to. `differences` counts open cases by kind."""

    statement_id: int
    lines: int
    matched: int
    differences: dict[str, int]
    is_new: bool
