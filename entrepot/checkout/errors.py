"""What a checkout refuses."""

from __future__ import annotations

from typing import Any

from entrepot.kit.errors import N_, DomainError


class CartPlaced(DomainError):
    code, status, text = "cart_placed", 409, N_("This cart has already become an order.")


class NotSoldHere(DomainError):
    code, status, text = "not_sold_here", 422, N_("This item is not sold here.")


class QuantityStep(DomainError):
    code, status, text = "quantity_step", 422, N_("The quantity must be a multiple of {step}.")


class CartFull(DomainError):
    code, status, text = "cart_full", 422, N_("A cart holds at most {most} different items.")


class DeliveryNotOffered(DomainError):
    code, status = "delivery_not_offered", 409
    text = N_("This way of delivery is not offered for your address or goods.")


class NotReady(DomainError):
    """`problems` lists everything that stands in the way: code, sentence, line."""

    code, status, text = "not_ready", 409, N_("Something stands in the way of this order. Please see the list.")

    def __init__(self, problems: list[dict[str, Any]]) -> None:
        super().__init__(problems=problems)


class TotalChanged(DomainError):
    """The new total travels along, so that the buyer can look at it and agree."""

    code, status = "total_changed", 409
    text = N_("The total has changed meanwhile. Please check it and place the order again.")

    def __init__(self, total_minor: int, expected_minor: int, currency: str) -> None:
        super().__init__(total_minor=total_minor, expected_minor=expected_minor, currency=currency)


class DueChanged(DomainError):
    """A gift card, points or credit pay less, or more, than the buyer saw."""

    code, status = "due_changed", 409
    text = N_("What is left to pay has changed meanwhile. Please check it and place the order again.")

    def __init__(self, due_minor: int, expected_minor: int, currency: str) -> None:
        super().__init__(due_minor=due_minor, expected_minor=expected_minor, currency=currency)


class InvoiceDataInvalid(DomainError):
    code, status, text = "invoice_data_invalid", 422, N_("{field}: {reason}")

    def __init__(self, field: str, reason: str) -> None:
        super().__init__(field=field, reason=reason)


class CodeTaken(DomainError):
    code, status, text = "code_taken", 409, N_("“{value}” is already in use.")
