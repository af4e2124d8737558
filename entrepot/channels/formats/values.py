"""Reading single cells: amounts, numbers, yes and no. Each raises BadCell with the column and a sentence."""

from __future__ import annotations

import re
import unicodedata
from datetime import date
from decimal import Decimal, InvalidOperation

from entrepot.channels.contracts import Issue, Row
from entrepot.kit.errors import N_
from entrepot.kit.money import Money

_YES, _NO = {"1", "true", "yes", "y", "是"}, {"0", "false", "no", "n", "", "否"}
MAX_MINOR = 10**15


class BadCell(ValueError):
    """A cell that cannot be what its column says."""

    def __init__(self, column: str, code: str, reason: str) -> None:
        self.column, self.code, self.reason = column, code, reason
        super().__init__(reason)

    def issue(self, line: int, row: Row) -> Issue:
        return Issue(line, self.column, self.code, self.reason, True, row)


def cell(row: Row, column: str) -> str:
    return (row.get(column) or "").strip()


def required(row: Row, column: str) -> str:
    if not (text := cell(row, column)):
        raise BadCell(column, "missing", N_("This must not be empty."))
    return text


def amount(row: Row, column: str, currency: str) -> int | None:
    """Minor units of a major-unit amount; None for an empty cell."""
    text = cell(row, column)
    if not text:
        return None
    try:
        minor = Money.of(Decimal(text.replace(",", "")), currency).amount_minor
    except (InvalidOperation, ValueError) as error:
        raise BadCell(column, "not_an_amount", N_("This is not an amount.")) from error
    if not 0 <= minor <= MAX_MINOR:
        raise BadCell(column, "amount_range", N_("An amount must be zero or more."))
    return minor


def number(row: Row, column: str, default: str = "0") -> Decimal:
    text = cell(row, column) or default
    try:
        value = Decimal(text)
    except InvalidOperation as error:
        raise BadCell(column, "not_a_number", N_("This is not a number.")) from error
    if not value.is_finite() or abs(value) > MAX_MINOR:
        raise BadCell(column, "not_a_number", N_("This is not a number."))
    return value


def quantity(row: Row, column: str) -> Decimal | None:
    """A stock quantity of at most three decimals; None for an empty cell."""
    if not cell(row, column):
        return None
    value = number(row, column)
    if value < 0:
        raise BadCell(column, "quantity_range", N_("A quantity must be zero or more."))
    return value.quantize(Decimal("0.001"))


def truth(text: str) -> bool | None:
    """Yes or no; None for what is neither."""
    plain = text.strip().lower()
    return plain in _YES if plain in _YES | _NO else None


def yes(row: Row, column: str) -> bool:
    said = truth(cell(row, column))
    if said is not None:
        return said
    raise BadCell(column, "not_yes_or_no", N_("This must be yes or no."))


def day(row: Row, column: str) -> date | None:
    text = cell(row, column)
    if not text:
        return None
    try:
        return date.fromisoformat(text[:10])
    except ValueError as error:
        raise BadCell(column, "not_a_date", N_("This is not a date (year-month-day).")) from error


def slugify(text: str) -> str:
    """A slug that keeps letters of every script: "Café 手提包" becomes "cafe-手提包"."""
    text = unicodedata.normalize("NFKD", text)
    text = "".join(c for c in text if not unicodedata.combining(c)).lower()
    return re.sub(r"[^\w]+", "-", text).strip("-_")[:190]


def split(text: str, separator: str = ",") -> list[str]:
    return [part.strip() for part in text.split(separator) if part.strip()]
