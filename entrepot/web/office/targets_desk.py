"""Sales targets: what each channel should sell in the coming months, and on days unlike the others."""

from __future__ import annotations

from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from entrepot.catalog import public as catalog
from entrepot.insight import public as insight
from entrepot.insight.permissions import TARGETS
from entrepot.insight.public import Span
from entrepot.kit import clock
from entrepot.kit.errors import N_, InvalidInput
from entrepot.kit.money import Money
from entrepot.kit.rest import actor_of
from entrepot.web.office.pages import acted, minor_of, office_page, text_of, work_page

MONTHS = 4


def show(request: HttpRequest) -> HttpResponse:
    if request.method == "POST":
        return acted(request, lambda: _save(request), reverse("admin:desk_targets"), _("The targets are set."))
    months = _months()
    known = insight.list_targets(months[0], date(months[-1].year, months[-1].month, 28), actor=actor_of(request))
    amounts = {(t.channel, t.starts_on): t for t in known if t.span is Span.MONTH}
    rows = [{"channel": c, "name": catalog.in_language(c.name, get_language() or "en"),
             "cells": [{"name": f"{c.code}/{m:%Y-%m}", "month": m, "value": _typed(amounts.get((c.code, m)))}
                       for m in months]} for c in catalog.channels() if c.is_active]
    return office_page(request, "targets", _("Sales targets"), {
        "rows": rows, "months": months, "days": [t for t in known if t.span is Span.DAY]})


def _months() -> list[date]:
    first = clock.now().astimezone(ZoneInfo(catalog.default_channel().time_zone)).date().replace(day=1)
    return [date(first.year + (first.month - 1 + n) // 12, (first.month - 1 + n) % 12 + 1, 1) for n in range(MONTHS)]


def _typed(target: Any) -> str:
    return "" if target is None else f"{Money(target.amount_minor, target.currency).amount}"


def _save(request: HttpRequest) -> None:
    """Months as typed (an emptied field takes the target away), and one day when given."""
    actor = actor_of(request)
    for channel in catalog.channels():
        for month in _months():
            name = f"{channel.code}/{month:%Y-%m}"
            if name in request.POST and text_of(request, name) != text_of(request, f"old:{name}"):
                amount = minor_of(request, name, channel.currency)
                insight.set_target(channel.code, Span.MONTH, month, amount, actor=actor)
    if text_of(request, "day"):
        chosen = catalog.channel(text_of(request, "channel"))
        insight.set_target(chosen.code, Span.DAY, _day(text_of(request, "day")),
                           minor_of(request, "amount", chosen.currency), actor=actor)


def _day(given: str) -> date:
    try:
        return date.fromisoformat(given)
    except ValueError as error:
        raise InvalidInput("day", N_("This is not a date.")) from error


PAGES = (work_page("desk_targets", "desk/targets/", show, TARGETS),)
