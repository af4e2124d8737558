"""Facts orders publish."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar
from uuid import UUID

from entrepot.kit.event import Event


@dataclass(frozen=True, slots=True)
class OrderPlaced(Event):
    """An order exists; it may still have to be paid."""

    name: ClassVar[str] = "orders.order_placed"
    order_id: UUID
    number: str
    channel_id: int
    customer_id: UUID | None
    total_minor: int
    currency: str

    @property
    def subject(self) -> str:
        return str(self.order_id)


@dataclass(frozen=True, slots=True)
class OrderPaid(Event):
    """Paid (or promised, for cash on delivery) in full; goods may move unless a hold is open."""

    name: ClassVar[str] = "orders.order_paid"
    order_id: UUID
    number: str
    amount_minor: int
    currency: str


@dataclass(frozen=True, slots=True)
class OrderCancelled(Event):
    """An order ended before it was sent, or was never paid (`expired`)."""

    name: ClassVar[str] = "orders.order_cancelled"
    order_id: UUID
    number: str
    reason: str
    expired: bool


@dataclass(frozen=True, slots=True)
class OrderShipped(Event):
    """One fulfilment left; `complete` when nothing of the order is left to ship."""

    name: ClassVar[str] = "orders.order_shipped"
    order_id: UUID
    number: str
    fulfilment_id: UUID
    complete: bool


@dataclass(frozen=True, slots=True)
class OrderChanged(Event):
    """An edit, return, exchange or claim took effect; the difference is what the customer owes more, or gets back."""

    name: ClassVar[str] = "orders.order_changed"
    order_id: UUID
    number: str
    change_id: UUID
    kind: str
    difference_minor: int
    currency: str


@dataclass(frozen=True, slots=True)
class OrderRefunded(Event):
    """Money went back, whatever it was for."""

    name: ClassVar[str] = "orders.order_refunded"
    order_id: UUID
    number: str
    amount_minor: int
    currency: str
    reference: str


@dataclass(frozen=True, slots=True)
class OrderReleased(Event):
    """The last hold is gone; a paid order's goods may move."""

    name: ClassVar[str] = "orders.order_released"
    order_id: UUID
    number: str


@dataclass(frozen=True, slots=True)
class OrderDelivered(Event):
    """One fulfilment arrived or was collected; `complete` when the whole order has."""

    name: ClassVar[str] = "orders.order_delivered"
    order_id: UUID
    number: str
    fulfilment_id: UUID
    complete: bool


@dataclass(frozen=True, slots=True)
class ReturnRequested(Event):
    """Someone asks for a return, exchange or claim; a person must decide."""

    name: ClassVar[str] = "orders.return_requested"
    order_id: UUID
    number: str
    change_id: UUID
    kind: str


@dataclass(frozen=True, slots=True)
class MoneyShared(Event):
    """What other orders' payments hold or took for this one changed, or what its own hold for others."""

    name: ClassVar[str] = "orders.money_shared"
    order_id: UUID
