"""How the office's lists show and write out a field: amounts as money, quantities plainly, states as badges."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from functools import cache
from typing import Any, NamedTuple

from django.contrib import admin
from django.contrib.admin.utils import label_for_field, lookup_field
from django.contrib.postgres.fields import ArrayField
from django.core.exceptions import ObjectDoesNotExist
from django.db import models
from django.utils import timezone
from django.utils.formats import number_format
from django.utils.html import format_html
from django.utils.translation import gettext

from entrepot.kit import said
from entrepot.kit.amounts import currency_of, currency_path, money
from entrepot.kit.amounts import written as amount_written
from entrepot.kit.money import Money

TONES = {"good": {"shipped", "completed", "delivered", "captured", "confirmed", "active", "approved", "done", "settled",
                  "accept", "paid", "sent", "received", "published"},
         "info": {"processing", "partly_shipped", "running", "planned", "ready"},
         "warn": {"pending", "requested", "authorised", "draft", "waiting", "review", "partly_paid"},
         "bad": {"on_hold", "cancelled", "expired", "failed", "declined", "archived", "voided", "parked", "refused"}}
STATES = ("state", "status", "verdict")  # fields shown as a badge
_IN_UNITS = ("balance", "delta")  # of accounts: points, or money where the account has a currency


def tone(state: Any) -> str:
    """The colour that a state is shown in."""
    return next((name for name, states in TONES.items() if str(state) in states), "")


@cache
def money_column(name: str, label: Any) -> Any:
    """A column of minor units, written with their currency."""
    @admin.display(description=label, ordering=name)
    def column(obj: models.Model) -> str:
        amount, currency = getattr(obj, name), currency_of(obj, name)
        return money(amount, currency) if currency or amount is None else number_format(amount, force_grouping=True)

    column.__name__, column.is_number = name, True  # type: ignore[attr-defined]  # read by the list
    return column


@cache
def cost_column(name: str, label: Any) -> Any:
    """An amount kept in major units beside its own currency."""
    @admin.display(description=label, ordering=name)
    def column(obj: models.Model) -> str:
        amount = getattr(obj, name)
        return said.NOTHING if amount is None else amount_written(amount, currency_of(obj, name))

    column.__name__, column.is_number = name, True  # type: ignore[attr-defined]  # read by the list
    return column


@cache
def yes_no_column(name: str, label: Any) -> Any:
    """A tick for yes, a quiet mark for no: a plain no is no error."""
    @admin.display(description=label, ordering=name)
    def column(obj: models.Model) -> str:
        value = getattr(obj, name)
        if value is None:
            return said.NOTHING
        mark = ("of-yes", "✓", gettext("Yes")) if value else ("of-no", "–", gettext("No"))
        return format_html('<span class="{}" aria-hidden="true">{}</span><span class="of-hidden">{}</span>', *mark)

    column.__name__ = name
    return column


@cache
def quantity_column(name: str, label: Any) -> Any:
    """A column of quantities without needless zeros."""
    @admin.display(description=label, ordering=name)
    def column(obj: models.Model) -> str:
        value = getattr(obj, name)
        return "" if value is None else f"{value.normalize():f}"

    column.__name__, column.is_number = name, True  # type: ignore[attr-defined]  # read by the list
    return column


@cache
def state_column(name: str, label: Any) -> Any:
    """A column of states as badges."""
    @admin.display(description=label, ordering=name)
    def column(obj: models.Model) -> str:
        said = getattr(obj, f"get_{name}_display")()
        return format_html('<span class="of-badge {}">{}</span>', tone(getattr(obj, name)), said)

    column.__name__ = name
    return column


@cache
def told_column(field: models.Field[Any, Any], linked: bool = False) -> Any:
    """Codes, ids of other records, stored objects and identifiers, as `said` has them."""
    name, model = field.name, field.model._meta.model_name or ""

    @admin.display(description=field.verbose_name, ordering=name)
    def column(obj: models.Model) -> Any:
        stored, text = getattr(obj, name), plain(obj)
        if isinstance(stored, (dict, list)) and isinstance(field, models.JSONField):
            return said.facts(stored, name, currency_of(obj)) if linked else text
        if not said.is_reference(name):
            return format_html("<code>{}</code>", text) if name in said.IDENTIFIERS and stored else text
        address = said.address(name, stored) if linked and text != said.NOTHING else ""
        return format_html('<a href="{}">{}</a>', address, text) if address else text

    def plain(obj: models.Model) -> str:
        stored = getattr(obj, name)
        if said.is_reference(name) and not isinstance(stored, (list, dict)):
            told = obj.__dict__.get("_told", {}).get(name)
            if told is not None and stored is not None:
                return str(told.get(str(stored)) or said.short(stored))
        currency = currency_of(obj) if isinstance(stored, (list, dict)) else ""  # codes have none to ask for
        return said.value(name, stored, currency, model)

    column.__name__, column.plain = name, plain  # type: ignore[attr-defined]  # read by the list and its export
    return column


class Added(NamedTuple):
    """Columns of another context's facts: their labels, and one question for all rows of a page."""

    labels: Mapping[str, Any]
    ask: Callable[[list[Any]], Mapping[Any, Mapping[str, str]]]


_ADDED: dict[str, list[Added]] = {}


def add_columns(model: str, labels: Mapping[str, Any],
                ask: Callable[[list[Any]], Mapping[Any, Mapping[str, str]]]) -> None:
    """What a context above knows of a lower one's records, as more columns of their list, set to the right; `ask`
    tells it for all of a page by their keys: {key: {column: text}}. `model` is named as “catalog.product”.
    """
    _ADDED.setdefault(model, []).append(Added(labels, ask))


@cache
def added_column(name: str, label: Any) -> Any:
    """A column that `ask` of an Added fills."""
    @admin.display(description=label)
    def column(obj: models.Model) -> str:
        return str(obj.__dict__.get("_added", {}).get(name, said.NOTHING))

    column.__name__, column.is_number = name, True  # type: ignore[attr-defined]  # read by the list
    return column


def added_columns(model: type[models.Model]) -> list[Any]:
    """What others add to this model's list."""
    return [added_column(name, label) for added in _ADDED.get(model._meta.label_lower, ())
            for name, label in added.labels.items()]


def ask_added(records: Sequence[models.Model], columns: Iterable[Any]) -> None:
    """The added columns of a page of records, where some of them are shown."""
    shown = {name_of(c) for c in columns}
    for added in _ADDED.get(records[0]._meta.label_lower, ()) if records else ():
        told = added.ask([r.pk for r in records]) if shown & added.labels.keys() else {}
        for record in records:
            record.__dict__.setdefault("_added", {}).update(told.get(record.pk, {}))


def ask_names(records: Iterable[models.Model], columns: Iterable[Any]) -> None:
    """What the ids of a page of records are called: one question for each column that shows some."""
    listed, columns = list(records), list(columns)
    ask_added(listed, columns)
    for name in (name_of(c) for c in columns):
        if said.is_reference(name) and listed and name in {f.attname for f in listed[0]._meta.concrete_fields}:
            stored = [getattr(r, name) for r in listed]
            told = said.named(name, (s for s in stored if not isinstance(s, (list, dict))))
            for record in listed:
                record.__dict__.setdefault("_told", {})[name] = told


def _is_told(field: models.Field[Any, Any]) -> bool:
    if field.choices or field.remote_field or isinstance(field, models.TextField):
        return False
    stored = isinstance(field, (models.JSONField, ArrayField))
    return (stored or field.name in said.IDENTIFIERS or said.is_reference(field.name)
            or said.is_coded(field.name, field.model._meta.model_name or ""))


def column_of(field: models.Field[Any, Any], linked: bool = False) -> Any:
    """How a field is shown: by a function for amounts, quantities, states, yes and no and what is stored as codes, else
    as Django shows it; `linked` on a record's own page, where an id may lead to what it means.
    """
    if _is_told(field):
        return told_column(field, linked)
    if is_amount(field.name):
        return money_column(field.name, field.verbose_name)
    if isinstance(field, models.BooleanField):
        return yes_no_column(field.name, field.verbose_name)
    if isinstance(field, models.DecimalField) and is_cost(field):
        return cost_column(field.name, field.verbose_name)
    if isinstance(field, models.DecimalField) and field.decimal_places == 3:
        return quantity_column(field.name, field.verbose_name)
    if field.name in STATES and field.choices:
        return state_column(field.name, field.verbose_name)
    return field.name


def is_number(column: Any, model: type[models.Model]) -> bool:
    """Whether a list sets it to the right."""
    if not isinstance(column, str):
        return bool(getattr(column, "is_number", False))
    field = next((f for f in model._meta.concrete_fields if f.name == column), None)
    return isinstance(field, (models.IntegerField, models.DecimalField)) and not field.choices


def is_amount(name: str) -> bool:
    return name.endswith("_minor") or name in _IN_UNITS


def is_cost(field: models.Field[Any, Any]) -> bool:
    """Whether the field is an exact cost with its currency beside it."""
    return f"{field.name}_currency" in {f.name for f in field.model._meta.fields}


def can_say(field: models.Field[Any, Any]) -> bool:
    """An amount of unknown currency is not shown: it would say nothing."""
    return not is_amount(field.name) or bool(currency_path(field.model, field.name))


def name_of(column: Any) -> str:
    return column if isinstance(column, str) else str(column.__name__)


def choosable(model: type[models.Model], shown: Iterable[Any]) -> list[Any]:
    """Columns that a person may choose: what the list shows by itself, then the record's other plain fields."""
    first = list(shown)
    unfit = (models.JSONField, models.BinaryField, models.TextField, ArrayField)
    more = [f.name for f in model._meta.concrete_fields
            if not isinstance(f, unfit) and f.name not in first and f.name not in ("id", "version", "currency")
            and can_say(f)
            and not isinstance(f.verbose_name, str)]  # a name that nobody wrote down is no name for a column
    return first + more


def label_of(column: Any, model: type[models.Model], model_admin: Any) -> str:
    """The heading of a column, as the list writes it."""
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
    if plain := getattr(column, "plain", None):
        return plain(obj)
    if name in STATES and hasattr(obj, f"get_{name}_display"):
        return str(getattr(obj, f"get_{name}_display")())  # a badge is for the screen
    kept = getattr(obj, name, None)
    if is_amount(name) and isinstance(kept, int):
        currency = currency_of(obj, name)
        return Money(kept, currency).amount if currency else kept
    if isinstance(kept, bool):
        return gettext("Yes") if kept else gettext("No")
    if isinstance(value, datetime):
        return timezone.localtime(value).replace(tzinfo=None, microsecond=0)
    return value if value is None or isinstance(value, (int, float, Decimal, date)) else str(value)
