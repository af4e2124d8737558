"""Operations of an order change as they are stored, and back: bad input is refused here, with the field's name."""

from __future__ import annotations

from dataclasses import asdict, fields
from decimal import Decimal, InvalidOperation
from typing import Any, get_type_hints
from uuid import UUID

from entrepot.kit.errors import N_, InvalidInput
from entrepot.orders.contracts import (
    AddLine,
    Compensate,
    DiscountLine,
    Operation,
    OverridePrice,
    RefundDelivery,
    Resend,
    ReturnLine,
    SetAddress,
    SetDelivery,
    SetQuantity,
)

_TYPES: dict[str, type[Any]] = {
    "add_line": AddLine, "set_quantity": SetQuantity, "override_price": OverridePrice, "discount_line": DiscountLine,
    "set_address": SetAddress,
    "set_delivery": SetDelivery, "return_line": ReturnLine, "compensate": Compensate, "refund_delivery": RefundDelivery,
    "resend": Resend,
}
_LARGEST = Decimal("99999999999")
_LARGEST_MINOR = 10**15


def load(data: dict[str, Any]) -> Operation:
    """The operation in `data`; raises InvalidInput."""
    kind = _TYPES.get(str(data.get("op")))
    if kind is None:
        raise InvalidInput("op", N_("There is no such operation."))
    hints, names = get_type_hints(kind), {f.name for f in fields(kind)}
    if unknown := set(data) - names:
        raise InvalidInput(min(unknown), N_("This operation has no such field."))
    values = {name: _value(name, hints[name], data[name]) for name in names if name in data}
    try:
        operation: Operation = kind(**values)
    except TypeError as error:
        raise InvalidInput("op", N_("The operation lacks a field.")) from error
    return operation


def dump(operation: Operation) -> dict[str, Any]:
    """JSON-able, with quantities as strings."""
    return {k: str(v) if isinstance(v, (UUID, Decimal)) else v for k, v in asdict(operation).items()}


def _value(name: str, hint: type[Any], value: Any) -> Any:
    try:
        if hint is UUID:
            return value if isinstance(value, UUID) else UUID(str(value))
        if hint is Decimal:
            return _quantity(value)
        if hint is int:
            return _minor(value)
    except (ValueError, InvalidOperation) as error:
        raise InvalidInput(name, N_("This value does not fit here.")) from error
    if hint is str and (not isinstance(value, str) or len(value) > 1000):
        raise InvalidInput(name, N_("A text has at most 1,000 characters."))
    if hint not in (str, UUID, Decimal, int) and not isinstance(value, dict):
        raise InvalidInput(name, N_("This value does not fit here."))
    return value


def _quantity(value: Any) -> Decimal:
    if isinstance(value, (bool, float)):
        raise ValueError("a quantity is a decimal string or a whole number")
    number = Decimal(str(value))
    if not number.is_finite() or abs(number) > _LARGEST or number != number.quantize(Decimal("0.001")):
        raise ValueError("out of range")
    return number


def _minor(value: Any) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or abs(value) > _LARGEST_MINOR:
        raise ValueError("an amount is a whole number of minor units")
    return value
