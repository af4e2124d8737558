"""Shapes of payments and the contract of a provider adapter."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Protocol
from uuid import UUID


@dataclass(frozen=True, slots=True)
class PaymentInfo:
    id: UUID
    order_id: UUID | None
    provider: str
    method: str
    state: str
    currency: str
    amount_minor: int
    authorised_minor: int
    captured_minor: int
    refunded_minor: int
    action: dict[str, Any] | None = None  # what the payer does next: {"kind": "redirect" | "hosted" | "token" | "instructions", ...}


@dataclass(frozen=True, slots=True)
class Started:
    """A provider's answer to a new payment."""

    provider_ref: str
    action: dict[str, Any] | None = None
    authorised_minor: int = 0
    captured_minor: int = 0


@dataclass(frozen=True, slots=True)
class Fact:
    """One thing a provider says happened, from a webhook, a poll or a synchronous answer.

    `key` identifies it (books once); `kind` is authorised, captured, voided, refunded or failed.
    """

    key: str
    provider_ref: str
    kind: str
    amount_minor: int
    currency: str
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Message:
    """A verified webhook: its id for de-duplication and the facts inside."""

    id: str
    kind: str
    facts: tuple[Fact, ...]
    payload: dict[str, Any] = field(default_factory=dict)


class Provider(Protocol):
    """A payment provider. Network calls only; nothing here touches the database. Errors: `ProviderError`."""

    code: str

    def start(self, payment: PaymentInfo, *, return_url: str, description: str, language: str) -> Started: ...

    def capture(self, payment: PaymentInfo, provider_ref: str, amount_minor: int, *, key: str) -> Fact: ...

    def void(self, payment: PaymentInfo, provider_ref: str, *, key: str) -> Fact: ...

    def refund(self, payment: PaymentInfo, provider_ref: str, amount_minor: int, *, key: str) -> Fact: ...

    def read_webhook(self, headers: dict[str, str], body: bytes) -> Message: ...

    def fetch(self, payment: PaymentInfo, provider_ref: str) -> tuple[Fact, ...]: ...
