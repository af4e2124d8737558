"""Pure decisions on orders: which state follows, what may be tried, and the exact share of an amount."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from uuid import UUID

from entrepot.kit.money import round_minor, split_minor
from entrepot.orders.contracts import (
    ChangeKind,
    ChangeState,
    FulfilmentState,
    LineView,
    Operation,
    OrderState,
    OrderView,
    Trigger,
)


@dataclass(frozen=True, slots=True)
class Situation:
    """What the guards look at."""

    paid: bool = False  # nothing left to pay, or promised on delivery
    held: bool = False  # a hold is open
    shipped: bool = False  # something has left
    left: bool = True  # something is still to ship
    delivered: bool = False  # everything that left has arrived


Guard = Callable[[Situation], bool]


def always(s: Situation) -> bool:
    return True


def held(s: Situation) -> bool:
    return s.held


def free_paid(s: Situation) -> bool:
    return not s.held and s.paid


def unpaid(s: Situation) -> bool:
    return not s.paid


def nothing_shipped(s: Situation) -> bool:
    return not s.shipped


def unpaid_unshipped(s: Situation) -> bool:
    return not s.paid and not s.shipped


def some_left(s: Situation) -> bool:
    return s.shipped and s.left


def all_arrived(s: Situation) -> bool:
    return s.shipped and not s.left and s.delivered


def all_left(s: Situation) -> bool:
    return s.shipped and not s.left


_PENDING, _HOLD, _PROCESSING = OrderState.PENDING, OrderState.ON_HOLD, OrderState.PROCESSING
_PARTLY, _SHIPPED, _COMPLETED = OrderState.PARTLY_SHIPPED, OrderState.SHIPPED, OrderState.COMPLETED
_CANCELLED, _EXPIRED = OrderState.CANCELLED, OrderState.EXPIRED
_MOVED = ((some_left, _PARTLY), (all_arrived, _COMPLETED), (all_left, _SHIPPED))

# The state machine of orders, whole: from a state, on a trigger, the first target whose guard holds. What is not here
# is refused.
TRANSITIONS: dict[OrderState, dict[Trigger, tuple[tuple[Guard, OrderState], ...]]] = {
    _PENDING: {
        Trigger.PAY: ((held, _HOLD), (some_left, _PARTLY), (always, _PROCESSING)),
        Trigger.HOLD: ((always, _PENDING),),  # it waits for money anyway; the hold counts once that is in
        Trigger.RELEASE: ((always, _PENDING),),
        Trigger.OWE: ((always, _PENDING),),
        Trigger.EXTEND: ((always, _PENDING),),
        Trigger.CANCEL: ((nothing_shipped, _CANCELLED),),
        Trigger.EXPIRE: ((unpaid_unshipped, _EXPIRED),),
    },
    _HOLD: {
        Trigger.PAY: ((held, _HOLD), (some_left, _PARTLY), (always, _PROCESSING)),
        Trigger.HOLD: ((always, _HOLD),),
        Trigger.RELEASE: ((held, _HOLD), *_MOVED, (free_paid, _PROCESSING), (always, _PENDING)),
        Trigger.DELIVER: ((always, _HOLD),),
        Trigger.OWE: ((always, _HOLD),),
        Trigger.EXTEND: ((always, _HOLD),),
        Trigger.CANCEL: ((nothing_shipped, _CANCELLED),),
    },
    _PROCESSING: {
        Trigger.PAY: ((always, _PROCESSING),),
        Trigger.HOLD: ((always, _HOLD),),
        Trigger.OWE: ((unpaid, _PENDING), (always, _PROCESSING)),
        Trigger.SHIP: _MOVED,
        Trigger.EXTEND: ((always, _PROCESSING),),
        Trigger.CANCEL: ((nothing_shipped, _CANCELLED),),
    },
    _PARTLY: {
        Trigger.PAY: ((always, _PARTLY),),
        Trigger.HOLD: ((always, _HOLD),),
        Trigger.OWE: (*_MOVED, (always, _PARTLY)),  # the rest ships once it is paid
        Trigger.SHIP: _MOVED,
        Trigger.DELIVER: _MOVED,
        Trigger.EXTEND: _MOVED,
    },
    _SHIPPED: {
        Trigger.PAY: ((always, _SHIPPED),),
        Trigger.OWE: ((always, _SHIPPED),),
        Trigger.SHIP: _MOVED,
        Trigger.DELIVER: _MOVED,
        Trigger.EXTEND: _MOVED,
    },
    _COMPLETED: {
        Trigger.PAY: ((always, _COMPLETED),),
        Trigger.OWE: ((always, _COMPLETED),),
        Trigger.EXTEND: _MOVED,
    },
    _CANCELLED: {},
    _EXPIRED: {},
}

_DRAFT, _REQUESTED, _APPROVED = ChangeState.DRAFT, ChangeState.REQUESTED, ChangeState.APPROVED
_CONFIRMED, _DECLINED, _WITHDRAWN = ChangeState.CONFIRMED, ChangeState.DECLINED, ChangeState.CANCELLED

# The life of an edit, return, exchange or claim: what each verb makes of each state. "edit" confirms an edit, which
# whoever may make it may also put into effect; returns, exchanges and claims are approved first.
CHANGE_TRANSITIONS: dict[ChangeState, dict[str, ChangeState]] = {
    _DRAFT: {"request": _REQUESTED, "approve": _APPROVED, "edit": _CONFIRMED, "cancel": _WITHDRAWN},
    _REQUESTED: {"approve": _APPROVED, "edit": _CONFIRMED, "decline": _DECLINED, "cancel": _WITHDRAWN},
    _APPROVED: {"receive": _APPROVED, "confirm": _CONFIRMED, "edit": _CONFIRMED, "decline": _DECLINED,
                "cancel": _WITHDRAWN},
    _CONFIRMED: {},
    _DECLINED: {},
    _WITHDRAWN: {},
}

# Which operations a kind of change may hold.
OPERATIONS: dict[ChangeKind, frozenset[str]] = {
    ChangeKind.EDIT: frozenset({"add_line", "set_quantity", "override_price", "discount_line", "set_address",
                                "set_delivery"}),
    ChangeKind.RETURN: frozenset({"return_line", "refund_delivery"}),
    ChangeKind.EXCHANGE: frozenset({"return_line", "add_line"}),
    ChangeKind.CLAIM: frozenset({"compensate", "refund_delivery", "resend"}),
}

OPEN_CHANGES = (ChangeState.DRAFT, ChangeState.REQUESTED, ChangeState.APPROVED)
ENDED = (OrderState.CANCELLED, OrderState.EXPIRED)


def next_state(state: OrderState, trigger: Trigger, situation: Situation) -> OrderState | None:
    """The state that follows, or None where the table says no."""
    for guard, target in TRANSITIONS[state].get(trigger, ()):
        if guard(situation):
            return target
    return None


def first_state(*, paid: bool, is_held: bool) -> OrderState:
    """The state of an order just placed: what is unpaid waits for money before any hold counts."""
    placed = OrderState.PENDING
    return (next_state(placed, Trigger.PAY, Situation(paid=True, held=is_held)) or placed) if paid else placed


def next_change_state(state: ChangeState, verb: str) -> ChangeState | None:
    """None when the verb does not fit the state."""
    return CHANGE_TRANSITIONS[state].get(verb)


def fits(kind: ChangeKind, operation: Operation) -> bool:
    """May this kind of change hold this operation?"""
    return operation.op in OPERATIONS[kind]


def needs_approval(total_minor: int, limit_minor: int) -> bool:
    """Does an order of this size wait for someone's approval in its channel?"""
    return total_minor > limit_minor


def due_minor(total_minor: int, credited_minor: int, paid_minor: int) -> int:
    """What the customer still owes; negative: what we owe them."""
    return total_minor - credited_minor - paid_minor


def needs_second(amount_minor: int, already_minor: int, limit_minor: int | None) -> bool:
    """Does a second person decide? What was given back alone before counts, or a large sum would go in small ones."""
    return amount_minor > 0 and limit_minor is not None and amount_minor + already_minor > limit_minor


def spread(amount_minor: int, open_minor: Sequence[int]) -> list[int] | None:
    """An amount over what is left of each line and of the delivery charge, in order; None when they hold less."""
    parts = []
    for most in open_minor:
        parts.append(min(amount_minor, max(most, 0)))
        amount_minor -= parts[-1]
    return parts if amount_minor == 0 else None


def customer_may_cancel(state: OrderState, *, shipped: bool, packing: bool) -> bool:
    """Customers cancel on their own until someone has begun to pack."""
    return state in (OrderState.PENDING, OrderState.ON_HOLD, OrderState.PROCESSING) and not shipped and not packing


def share_minor(amount_minor: int, quantity: Decimal, before: Decimal, taken: Decimal, already_minor: int) -> int:
    """The part of a line's amount that belongs to `taken` pieces, after `before` pieces took `already_minor`.

    It is the rounded running total less what was given before, so every piece is within one minor unit of its exact
    share and all pieces together are the amount, whatever the order and the sizes in which they come.
    """
    upto = before + taken
    if not quantity or upto >= quantity:
        return amount_minor - already_minor
    return round_minor(amount_minor * upto / quantity) - already_minor


def told_discounts(told: Sequence[dict[str, Any]], total_minor: int, *, by_hand: str = "") -> list[dict[str, Any]]:
    """What is said of a line's discounts once they come to `total_minor`: shares of those that stood there, and what
    exceeds them as one given by hand."""
    stood = sum(d["amount_minor"] for d in told)
    parts = split_minor(min(total_minor, stood), [d["amount_minor"] for d in told])
    kept = [{**d, "amount_minor": part} for d, part in zip(told, parts, strict=True) if part]
    more = total_minor - min(total_minor, stood)
    return [*kept, {"promotion": "", "label": by_hand, "amount_minor": more}] if more > 0 else kept


def tax_of(net_minor: int, rate: Decimal, *, included: bool) -> int:
    """The tax inside (prices include tax) or on top of an amount, rounded once."""
    return round_minor(net_minor * rate / (1 + rate) if included else net_minor * rate)


def scaled_tax(tax_minor: int, old_minor: int, new_minor: int, rate: Decimal, *, included: bool) -> int:
    """The tax of an amount that changed: in the old proportion where there is one, else by the rate."""
    if old_minor > 0:
        return round_minor(Decimal(tax_minor) * new_minor / old_minor)
    return tax_of(new_minor, rate, included=included)


_ASKING = (ChangeState.DRAFT, ChangeState.REQUESTED, ChangeState.APPROVED)


def returnable(order: OrderView) -> list[tuple[LineView, Decimal]]:
    """Lines of which pieces can still come back, and how many: sent, not returned, and in no open return."""
    asked: dict[str, Decimal] = {}
    for op in (op for change in order.changes if change.state in _ASKING for op in change.operations):
        if op["op"] == "return_line":
            asked[str(op["line_id"])] = asked.get(str(op["line_id"]), Decimal(0)) + Decimal(str(op["quantity"]))
    left = ((line, line.fulfilled_qty - line.returned_qty - asked.get(str(line.id), Decimal(0)))
            for line in order.lines)
    return [(line, quantity) for line, quantity in left if quantity > 0]


def sent_from(order: OrderView, line_ids: Iterable[UUID]) -> int | None:
    """The place that the newest parcel with any of these lines left from; None when none did."""
    wanted = set(line_ids)
    for parcel in reversed(order.fulfilments):
        if parcel.state in (FulfilmentState.SHIPPED, FulfilmentState.DELIVERED) \
                and wanted & {line_id for line_id, _ in parcel.lines}:
            return parcel.warehouse_id
    return None
