"""What templates of shop and office need to say amounts, quantities and addresses."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django import template
from django.utils import timezone
from django.utils.dateformat import format as date_format
from django.utils.translation import get_language, gettext

from entrepot.kit import amounts
from entrepot.web import devices
from entrepot.web.storefront.countries import COUNTRIES

register = template.Library()

register.filter(amounts.money)


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
def percent(rate: Decimal | str) -> str:
    return f"{qty(Decimal(str(rate)) * 100)} %"


@register.filter
def day(value: date | str | None) -> str:
    """A date that cannot be read two ways: 25 Nov 2026, 2026年11月25日. Orders keep theirs as ISO texts."""
    if not value:
        return ""
    if isinstance(value, str):
        value = date.fromisoformat(value[:10])
    on = timezone.localtime(value) if isinstance(value, datetime) else value
    return date_format(on, "Y年n月j日" if _is_chinese() else "j M Y")


@register.filter
def moment(value: datetime | None) -> str:
    """A moment in the time zone of the page: 25 Nov 2026, 16:38."""
    if value is None:
        return ""
    return date_format(timezone.localtime(value), "Y年n月j日 H:i" if _is_chinese() else "j M Y, H:i")


def _is_chinese() -> bool:
    return (get_language() or "").startswith("zh")


@register.filter
def address_lines(address: dict[str, Any] | None) -> list[str]:
    """A postal address as people write it: large to small in China, small to large elsewhere."""
    if not address:
        return []
    get = address.get
    if get("country") == "CN":
        place = "".join(str(get(k) or "") for k in ("region", "city", "district", "line1", "line2"))
        return [x for x in (get("name"), get("company"), place, get("postcode"), get("phone")) if x]
    town = " ".join(str(x) for x in (get("city"), get("region"), get("postcode")) if x)
    country = COUNTRIES.get(get("country", ""), get("country"))
    return [str(x) for x in (get("name"), get("company"), get("line1"), get("line2"), town, country, get("phone")) if x]


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
