"""How the office's lists show and write out a field: amounts as money, quantities plainly, states as badges."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from decimal import Decimal
from functools import cache
from typing import Any

from django.contrib import admin
from django.contrib.admin.utils import label_for_field, lookup_field
from django.contrib.postgres.fields import ArrayField
from django.core.exceptions import ObjectDoesNotExist
from django.db import models
from django.utils import timezone
from django.utils.formats import number_format
from django.utils.html import format_html
from django.utils.translation import gettext

from entrepot.kit.money import Money

TONES = {"good": {"shipped", "completed", "delivered", "captured", "confirmed", "active", "approved", "done", "settled",
                  "accept", "paid", "sent", "received", "published"},
         "info": {"processing", "partly_shipped", "running", "planned", "ready"},
         "warn": {"pending", "requested", "authorised", "draft", "waiting", "review", "partly_paid"},
         "bad": {"on_hold", "cancelled", "expired", "failed", "declined", "archived", "voided", "parked", "refused"}}
STATES = ("state", "status", "verdict")  # fields shown as a badge


def tone(state: Any) -> str:
    return next((name for name, states in TONES.items() if str(state) in states), "")


@cache
def money_column(name: str, label: Any) -> Any:
    @admin.display(description=label, ordering=name)
    def column(obj: models.Model) -> str:
        amount = getattr(obj, name)
        currency = getattr(obj, "currency", "") or getattr(getattr(obj, "order", None), "currency", "")
        if amount is None or not currency:
            return "" if amount is None else str(amount)
        return f"{number_format(Money(amount, currency).amount, force_grouping=True)} {currency}"

    column.__name__, column.is_number = name, True  # type: ignore[attr-defined]  # read by the list
    return column


@cache
def quantity_column(name: str, label: Any) -> Any:
    @admin.display(description=label, ordering=name)
    def column(obj: models.Model) -> str:
        value = getattr(obj, name)
        return "" if value is None else f"{value.normalize():f}"

    column.__name__, column.is_number = name, True  # type: ignore[attr-defined]  # read by the list
    return column


@cache
def state_column(name: str, label: Any) -> Any:
    @admin.display(description=label, ordering=name)
    def column(obj: models.Model) -> str:
        said = getattr(obj, f"get_{name}_display")()
        return format_html('<span class="of-badge {}">{}</span>', tone(getattr(obj, name)), said)

    column.__name__ = name
    return column


def column_of(field: models.Field[Any, Any]) -> Any:
    """How a field is shown: by a function for amounts, quantities and states, else as Django shows it."""
    if field.name.endswith("_minor"):
        return money_column(field.name, field.verbose_name)
    if isinstance(field, models.DecimalField) and field.decimal_places == 3:
        return quantity_column(field.name, field.verbose_name)
    if field.name in STATES and field.choices:
        return state_column(field.name, field.verbose_name)
    return field.name


def name_of(column: Any) -> str:
    return column if isinstance(column, str) else str(column.__name__)


def choosable(model: type[models.Model], shown: Iterable[str]) -> list[str]:
    """Columns that a person may choose: what the list shows by itself, then the record's other plain fields."""
    first = list(shown)
    unfit = (models.JSONField, models.BinaryField, models.TextField, ArrayField)
    more = [f.name for f in model._meta.concrete_fields
            if not isinstance(f, unfit) and f.name not in first and f.name not in ("id", "version", "currency")
            and not isinstance(f.verbose_name, str)]  # a name that nobody wrote down is no name for a column
    return first + more


def label_of(column: Any, model: type[models.Model], model_admin: Any) -> str:
    text = str(label_for_field(column, model, model_admin))
    return text[:1].upper() + text[1:]


def written(column: Any, obj: models.Model, model_admin: Any) -> Any:
    """What a spreadsheet gets of a column: numbers stay numbers, moments lose their zone, codes are in words."""
    try:
        field, _attr, value = lookup_field(column, obj, model_admin)
    except ObjectDoesNotExist:
        return ""
    if field is not None and field.choices:
        value = getattr(obj, f"get_{field.name}_display")()
    elif field is not None and field.remote_field:
        value = getattr(obj, str(field.name))
    name = name_of(column)
    if name in STATES and hasattr(obj, f"get_{name}_display"):
        return str(getattr(obj, f"get_{name}_display")())  # a badge is for the screen
    currency: str = getattr(obj, "currency", "")
    if name.endswith("_minor") and currency and getattr(obj, name, None) is not None:
        return Money(getattr(obj, name), currency).amount
    if isinstance(value, bool):
        return gettext("Yes") if value else gettext("No")
    if isinstance(value, datetime):
        return timezone.localtime(value).replace(tzinfo=None, microsecond=0)
    return value if value is None or isinstance(value, (int, float, Decimal, date)) else str(value)
