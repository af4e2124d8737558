"""The states that orders, parcels and changes go through, and what people read for each code."""

from __future__ import annotations

from enum import StrEnum

from entrepot.kit.errors import N_


class OrderState(StrEnum):
    """An order's life; the transitions are `rules.TRANSITIONS`."""

    PENDING = "pending"  # placed, waiting for payment
    ON_HOLD = "on_hold"  # paid or payable, stopped for approval, review or by hand
    PROCESSING = "processing"  # may be packed and shipped
    PARTLY_SHIPPED = "partly_shipped"
    SHIPPED = "shipped"
    COMPLETED = "completed"  # delivered or picked up, nothing open
    CANCELLED = "cancelled"
    EXPIRED = "expired"  # never paid


class FulfilmentState(StrEnum):
    """A parcel's life, or that of a pick-up."""

    PENDING = "pending"
    SHIPPED = "shipped"
    READY = "ready"  # for pick-up
    DELIVERED = "delivered"
    CANCELLED = "cancelled"


class HoldKind(StrEnum):
    """Why an order is stopped."""

    APPROVAL = "approval"
    FRAUD = "fraud"
    MANUAL = "manual"
    STOCK = "stock"  # paid, but the goods are gone


class ChangeKind(StrEnum):
    """What a change is."""

    EDIT = "edit"
    RETURN = "return"
    EXCHANGE = "exchange"
    CLAIM = "claim"


class ChangeState(StrEnum):
    """A change's life; nothing of it counts before CONFIRMED."""

    DRAFT = "draft"
    REQUESTED = "requested"
    APPROVED = "approved"
    CONFIRMED = "confirmed"  # in effect, money settled or on its way
    DECLINED = "declined"
    CANCELLED = "cancelled"


class Trigger(StrEnum):
    """What moves an order from state to state."""

    PAY = "pay"  # paid in full, or promised
    HOLD = "hold"
    RELEASE = "release"
    OWE = "owe"  # a change left something to pay
    SHIP = "ship"  # goods left, or the plan of what leaves changed
    DELIVER = "deliver"
    EXTEND = "extend"  # an exchange or claim added something to ship
    CANCEL = "cancel"
    EXPIRE = "expire"


class Condition(StrEnum):
    """How returned goods arrived."""

    GOOD = "good"
    DAMAGED = "damaged"
    LOST = "lost"  # accepted as returned, nothing to put back


# What people read for each code (English msgids).
TEXT_OF: dict[str, str] = {
    "pending": N_("pending"), "on_hold": N_("on hold"), "processing": N_("in work"),
    "partly_shipped": N_("partly shipped"), "shipped": N_("shipped"), "completed": N_("completed"),
    "cancelled": N_("cancelled"), "expired": N_("expired"), "ready": N_("ready to collect"),
    "delivered": N_("delivered"), "approval": N_("approval"), "fraud": N_("suspected fraud"),
    "manual": N_("stopped by hand"), "stock": N_("out of stock"), "edit": N_("edit"), "return": N_("return"),
    "exchange": N_("exchange"), "claim": N_("claim"), "draft": N_("draft"), "requested": N_("requested"),
    "approved": N_("approved"), "confirmed": N_("in effect"), "declined": N_("declined"),
    "pay": N_("paying"), "hold": N_("holding"), "release": N_("releasing"), "owe": N_("changing"),
    "ship": N_("shipping"), "deliver": N_("delivery"), "extend": N_("sending more"), "cancel": N_("cancelling"),
    "expire": N_("expiry"), "request": N_("requesting"), "approve": N_("approving"), "receive": N_("receiving"),
    "confirm": N_("confirming"), "decline": N_("declining"), "add": N_("adding"), "remove": N_("removing"),
}
