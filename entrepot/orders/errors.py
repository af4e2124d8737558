"""What orders refuse, named as facts."""

from __future__ import annotations

from typing import Any

from entrepot.kit.errors import N_, DomainError
from entrepot.orders.contracts import TEXT_OF


class TransitionRefused(DomainError):
    code, status = "order_state", 409
    text = N_("Order {number} is “{state}”, which does not allow “{trigger}”.")

    def __init__(self, number: str, state: str, trigger: str) -> None:
        super().__init__(number=number, state=TEXT_OF.get(state, state), trigger=TEXT_OF.get(trigger, trigger))


class OrderNotPaid(DomainError):
    code, status = "order_not_paid", 409
    text = N_("Order {number} still has {due} to pay.")


class OrderOnHold(DomainError):
    code, status = "order_on_hold", 409
    text = N_("Order {number} is on hold: {kinds}.")

    def __init__(self, number: str, kinds: list[str]) -> None:
        super().__init__(number=number, kinds=TEXT_OF[kinds[0]] if len(kinds) == 1 else ", ".join(kinds))


class HoldExists(DomainError):
    code, status = "hold_exists", 409
    text = N_("Order {number} already has an open hold of this kind.")


class MoreThanOpen(DomainError):
    code, status = "more_than_open", 409
    text = N_("{sku}: at most {available} can be taken here.")


class MoreThanPlanned(DomainError):
    code, status = "more_than_planned", 409
    text = N_("{sku}: more than 0 and at most {planned} can go into this parcel.")


class NothingPacked(DomainError):
    code, status = "nothing_packed", 422
    text = N_("Nothing is in this parcel: name at least one piece.")


class NotReservedThere(DomainError):
    code, status = "not_reserved_there", 409
    text = N_("{sku}: this warehouse has only {available} reserved for the order.")


class FulfilmentNot(DomainError):
    code, status = "fulfilment_state", 409
    text = N_("Fulfilment {number} is “{state}”; that does not allow this.")

    def __init__(self, number: str, state: str) -> None:
        super().__init__(number=number, state=TEXT_OF.get(state, state))


class ChangeNot(DomainError):
    code, status = "change_state", 409
    text = N_("Change {number} is “{state}”, which does not allow “{verb}”.")

    def __init__(self, number: str, state: str, verb: str) -> None:
        super().__init__(number=number, state=TEXT_OF.get(state, state), verb=TEXT_OF.get(verb, verb))


class ChangeOutdated(DomainError):
    code, status = "change_outdated", 412
    text = N_("Order {number} was changed after this edit was begun. Begin a new edit.")


class EditOpen(DomainError):
    code, status = "edit_open", 409
    text = N_("Order {number} already has an open edit. Confirm or cancel it first.")


class OperationRefused(DomainError):
    """An operation that does not fit the kind of change, or breaks a rule; `reason` is translatable."""

    code, status = "operation_refused", 422
    text = N_("This operation is not possible: {reason}")

    def __init__(self, reason: str, **params: Any) -> None:
        super().__init__(reason=reason, **params)


class DifferenceChanged(DomainError):
    code, status = "difference_changed", 409
    text = N_("The difference is now {difference}, not the expected {expected}.")


class NothingReceived(DomainError):
    code, status = "nothing_received", 409
    text = N_("Nothing of return {number} has been received yet.")


class CannotMerge(DomainError):
    code, status = "cannot_merge", 409
    text = N_("These orders cannot become one: {reason}")


class CannotSplit(DomainError):
    code, status = "cannot_split", 409
    text = N_("This order cannot be split: {reason}")


class OwnRefund(DomainError):
    code, status = "own_refund", 403
    text = N_("You asked for this refund yourself. Somebody else must decide.")


class ApprovalNot(DomainError):
    code, status = "approval_state", 409
    text = N_("This refund is not waiting for a decision any more.")


class ReturnWindowOver(DomainError):
    code, status = "return_window_over", 409
    text = N_("Returns were possible for {days} days after the last parcel arrived.")


class NothingToPay(DomainError):
    code, status = "nothing_to_pay", 409
    text = N_("Nothing is open to pay on order {number}.")


class MailNotSent(DomainError):
    code, status, text = "mail_not_sent", 503, N_("The mail server did not take the message: {why}")
