"""Typed attribute values: what each kind accepts, and the one shape it is stored in."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from entrepot.catalog.contracts import AttributeInfo, Texts, TypeInfo
from entrepot.catalog.rules.texts import is_storable
from entrepot.kit.bylanguage import check_texts
from entrepot.kit.codes import check_code
from entrepot.kit.errors import N_, InvalidInput

KINDS = ("text", "number", "boolean", "choice", "choices", "date")


def _text(value: Any, attribute: AttributeInfo) -> Any:
    if isinstance(value, str) and 0 < len(value.strip()) <= 2000 and is_storable(value):
        return value.strip()
    raise ValueError(N_("is not a text of at most 2,000 characters"))


def _number(value: Any, attribute: AttributeInfo) -> Any:
    reason = N_("is not a number")
    if isinstance(value, bool) or not isinstance(value, (int, float, str, Decimal)):
        raise ValueError(reason)
    try:
        number = float(Decimal(value.strip()) if isinstance(value, str) else value)
    except (InvalidOperation, OverflowError):
        raise ValueError(reason) from None
    if not math.isfinite(number) or abs(number) > 1e15:
        raise ValueError(reason)
    return int(number) if number == int(number) else number


def _boolean(value: Any, attribute: AttributeInfo) -> Any:
    if isinstance(value, bool):
        return value
    raise ValueError(N_("is neither true nor false"))


def _choice(value: Any, attribute: AttributeInfo) -> Any:
    if isinstance(value, str) and value in attribute.choices:
        return value
    raise ValueError(N_("is not one of the choices"))


def _choices(value: Any, attribute: AttributeInfo) -> Any:
    if not isinstance(value, (list, tuple)) or not value:
        raise ValueError(N_("is not a list of choices"))
    chosen = {_choice(v, attribute) for v in value}
    return [code for code in attribute.choices if code in chosen]  # in the order of the definition


def _date(value: Any, attribute: AttributeInfo) -> Any:
    if isinstance(value, date) and not isinstance(value, datetime):
        return value.isoformat()
    try:
        if isinstance(value, str) and len(value) == 10:
            return date.fromisoformat(value).isoformat()
    except ValueError:
        pass
    raise ValueError(N_("is not a date such as 2026-01-31"))


_ACCEPT: dict[str, Callable[[Any, AttributeInfo], Any]] = {
    "text": _text, "number": _number, "boolean": _boolean, "choice": _choice, "choices": _choices, "date": _date,
}


def check_value(attribute: AttributeInfo, value: Any, field: str = "") -> Any:
    """The value as it is stored. Checking a stored value again gives the same value."""
    try:
        return _ACCEPT[attribute.kind](value, attribute)
    except ValueError as error:
        raise InvalidInput(field or f"attributes.{attribute.code}", str(error)) from None


def check_values(values: Mapping[str, Any], kind: TypeInfo, *, of_variant: bool, complete: bool) -> dict[str, Any]:
    """Values of a product, or of a variant, against its type. `complete` asks for the required ones."""
    accepted: dict[str, Any] = {}
    for code, value in values.items():
        attribute = kind.attributes.get(code)
        if attribute is None or (code in kind.per_variant) is not of_variant:
            raise InvalidInput(f"attributes.{ascii(code)[1:-1]}"[:80], N_("is not an attribute of this product type"))
        if value is not None:
            accepted[code] = check_value(attribute, value)
    if complete:
        for code in kind.required:
            if code not in accepted and (code in kind.per_variant) is of_variant:
                raise InvalidInput(f"attributes.{code}", N_("is required"))
    return accepted


def check_definition(kind: str, choices: dict[str, Texts]) -> dict[str, Texts]:
    """The choices of a definition: needed for the kinds that choose, refused for the others."""
    if kind not in KINDS:
        raise InvalidInput("kind", N_("is not a kind of attribute"))
    if (kind in ("choice", "choices")) is not bool(choices):
        raise InvalidInput("choices", N_("belong to attributes that choose from a list, and only to them"))
    if len(choices) > 1000:
        raise InvalidInput("choices", N_("has too many entries"))
    return {check_code("choices", code): check_texts("choices", texts, required=True)
            for code, texts in choices.items()}
