"""How people read an amount: one way for the shop, the office's desks and its records, in the language of the page."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from functools import cache
from typing import Any

from django.core.exceptions import FieldDoesNotExist
from django.db import models
from django.utils.formats import number_format

from entrepot.kit.money import exponent

_SIGNS = {"GBP": "£", "EUR": "€", "USD": "$", "CNY": "¥", "JPY": "¥", "KRW": "₩", "INR": "₹"}


def money(minor: int | None, currency: str) -> str:
    """12990, "GBP" -> £129.90; currencies without a sign of their own are written by code."""
    if minor is None:
        return ""
    return written(Decimal(minor).scaleb(-exponent(currency)), currency)


def written(amount: Decimal, currency: str) -> str:
    """An amount in major units; one finer than the currency's own coins, a unit cost, keeps its decimals."""
    finer = -int(amount.normalize().as_tuple().exponent)
    text = number_format(abs(amount), max(exponent(currency), finer), force_grouping=True)
    sign = _SIGNS.get(currency)
    told = f"{sign}{text}" if sign else f"{text} {currency}".rstrip()
    return f"−{told}" if amount < 0 else told


def by_currency(amounts: Mapping[str, int]) -> str:
    """{"GBP": 500, "EUR": 600} -> £5.00 / €6.00"""
    return " / ".join(money(minor, currency) for currency, minor in amounts.items())


def is_by_currency(stored: Mapping[Any, Any]) -> bool:
    """Whether a stored mapping is of minor units by currency code."""
    return bool(stored) and all(isinstance(k, str) and len(k) == 3 and k.isalpha() and k.isupper() and type(v) is int
                                for k, v in stored.items())


# ---- which currency a record's amounts are in


@cache
def currency_path(model: type[models.Model], name: str, depth: int = 2) -> tuple[str, ...]:
    """The way from a record to the currency of its amount `name`: its own, or that of what it belongs to."""
    own = (f"{name.removesuffix('_minor')}_currency", "currency")
    here = next((n for n in own if _has(model, n)), None)
    if here or not depth:
        return (here,) if here else ()
    above = [(f.name, f.related_model) for f in model._meta.concrete_fields if isinstance(f.related_model, type)]
    ways = [(step, *currency_path(related, "", depth - 1)) for step, related in above]
    return min((w for w in ways if len(w) > 1), key=len, default=())


def _has(model: type[models.Model], name: str) -> bool:
    try:
        return not model._meta.get_field(name).is_relation
    except FieldDoesNotExist:
        return False


def currency_relation(model: type[models.Model], name: str) -> str:
    """What a list must read along with its rows to say their amounts."""
    return "__".join(currency_path(model, name)[:-1])


def currency_of(record: models.Model, name: str = "") -> str:
    """The currency that the record's amounts are in, also when a record above it says so; empty when none does."""
    found: Any = record
    for step in currency_path(type(record), name):
        found = getattr(found, step, None)
    return found if isinstance(found, str) else ""
