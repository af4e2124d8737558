"""What templates of shop and office need to say amounts, quantities and addresses."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django import template
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext

from entrepot.customers import public as customers
from entrepot.kit import amounts
from entrepot.orders import public as orders
from entrepot.orders.contracts import LineOption
from entrepot.web import devices

register = template.Library()

register.filter(amounts.money)
register.filter(customers.address_lines)


register.filter(devices.device)


@register.filter
def qty(value: Decimal | str | int) -> str:
    """A quantity without needless zeros."""
    text = format(Decimal(str(value)), "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


@register.filter
def colon(text: object) -> str:
    """What something is called before what it is: “Colour: ”, “颜色：”."""
    return f"{text}{gettext(': ')}"


@register.filter
def chosen(options: Iterable[LineOption]) -> str:
    """What was chosen of a line's options: "Size: M, Colour: Blue"."""
    return orders.said_options(options)


@register.filter
def percent(rate: Decimal | str) -> str:
    return f"{qty(Decimal(str(rate)) * 100)}%"


@register.filter
def day(value: date | str | None) -> str:
    """A date that cannot be read two ways: 25 Nov 2026, 2026年11月25日. Orders keep theirs as ISO texts."""
    if not value:
        return ""
    if isinstance(value, str):
        value = date.fromisoformat(value[:10])
    on = timezone.localtime(value) if isinstance(value, datetime) else value
    return date_format(on, "SHORT_DATE_FORMAT")


@register.filter
def moment(value: datetime | None) -> str:
    """A moment in the time zone of the page: 25 Nov 2026, 16:38."""
    if value is None:
        return ""
    return date_format(timezone.localtime(value), "SHORT_DATETIME_FORMAT")


@register.simple_tag(takes_context=True)
def query(context: dict[str, Any], **changes: Any) -> str:
    """The current query string with changes; None removes a parameter."""
    params = context["request"].GET.copy()
    for key, value in changes.items():
        if value is None:
            params.pop(key, None)
        else:
            params[key] = value
    return f"?{params.urlencode()}" if params else "?"
