"""Facts customers publish."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar
from uuid import UUID

from entrepot.kit.event import Event


@dataclass(frozen=True, slots=True)
class _AboutCustomer(Event):
    customer_id: UUID

    @property
    def subject(self) -> str:
        return str(self.customer_id)


@dataclass(frozen=True, slots=True)
class CustomerCreated(_AboutCustomer):
    """A customer is known from now on, with or without an account."""

    name: ClassVar[str] = "customers.customer_created"
    has_account: bool


@dataclass(frozen=True, slots=True)
class ConsentChanged(_AboutCustomer):
    """A person agreed to a purpose, or took it back."""

    name: ClassVar[str] = "customers.consent_changed"
    purpose: str
    granted: bool


@dataclass(frozen=True, slots=True)
class CustomerClosed(_AboutCustomer):
    """The person left: their personal data is gone here, and has to go elsewhere."""

    name: ClassVar[str] = "customers.customer_closed"
