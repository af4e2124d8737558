"""The first screen: what waits for this person, and how today goes beside yesterday at this time and the target."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import get_language, pgettext
from django.utils.translation import gettext as _

from entrepot.catalog import public as catalog
from entrepot.catalog.contracts import ChannelInfo
from entrepot.insight import public as insight
from entrepot.insight.permissions import READ as SEE_FIGURES
from entrepot.insight.permissions import TARGETS
from entrepot.kit import clock, notices
from entrepot.kit.actor import Actor
from entrepot.kit.admin import MOST_COUNTED, Work
from entrepot.kit.money import exponent
from entrepot.kit.rest import actor_of
from entrepot.orders import public as orders
from entrepot.orders.permissions import READ
from entrepot.web.office import charts, mail_server
from entrepot.web.office.nav import icon_of, office_modules
from entrepot.web.office.notices import shown
from entrepot.web.templatetags.office import words

DAYS = 14  # that a line shows


def today(request: HttpRequest) -> dict[str, Any]:
    actor = actor_of(request)
    waiting = [_card(work) for module in office_modules() if hasattr(module, "ADMIN_WORK")
               for work in module.ADMIN_WORK(actor)]
    waiting.sort(key=lambda card: (not card["count"], not card["urgent"]))
    context = {"title": _("Today's work"), "waiting": [c for c in waiting if c["count"]],
               "clear": [c for c in waiting if not c["count"]], "channels": [], "charts": [],
               "may_set_targets": actor.can(TARGETS), "mails_wait": mail_server.warns(actor),
               "notices": [shown(n) for n in notices.latest(actor, limit=6)]}
    if actor.can(READ) and catalog.channels():
        context |= figures(actor)
    return context


def _card(work: Work) -> dict[str, Any]:
    opts = work.model._meta
    address = (reverse(f"admin:{work.page}") if work.page
               else f"{reverse(f'admin:{opts.app_label}_{opts.model_name}_changelist')}?{work.query}")
    told = f"{work.count - 1}+" if work.count >= MOST_COUNTED else str(work.count)
    return {"label": work.label, "count": work.count, "told": told, "href": address,
            "urgent": work.urgent, "icon": icon_of(work.model)}


def figures(actor: Actor) -> dict[str, Any]:
    """Channels as cards, and the drawings below them; all from one statement over a fortnight."""
    now = clock.now()
    day = now.astimezone(ZoneInfo(catalog.default_channel().time_zone)).date()
    days = [day - timedelta(days=n) for n in reversed(range(DAYS))]
    rows = orders.sales_by_day(days[0], day, then=now - timedelta(days=1), actor=actor)
    targets = insight.day_targets([day], actor=actor) if actor.can(SEE_FIGURES) else {}
    sold = [r for r in rows if r.state not in orders.LOST]
    cards = [_channel(c, [r for r in sold if r.channel_id == c.id], days, targets.get((c.code, day)))
             for c in catalog.channels()]
    return {"channels": [c for c in cards if c["is_active"] or any(c["line"])], "day": day,
            "charts": _charts(catalog.default_channel(), sold, rows, days)}


def _channel(channel: ChannelInfo, rows: Iterable[Any], days: list[date], target: int | None) -> dict[str, Any]:
    totals = dict.fromkeys(days, 0)
    card: dict[str, Any] = {"name": catalog.in_language(channel.name, get_language() or "en"),
                            "currency": channel.currency, "is_active": channel.is_active,
                            "orders": 0, "orders_then": 0, "total_then": 0}
    for row in rows:
        totals[row.day] += row.total_minor
        if row.day == days[-1]:
            card["orders"] += row.orders
        if row.day == days[-2]:
            card["orders_then"] += row.orders_then
            card["total_then"] += row.total_then_minor
    card["line"], card["total"] = list(totals.values()), totals[days[-1]]
    card["change"] = share(card["total"] - card["total_then"], card["total_then"])
    card["target"], card["reached"] = target, share(card["total"], target or 0)
    return card


def share(part: int, whole: int) -> int | None:
    """Whole percent; nothing to compare with gives None."""
    return round(100 * part / whole) if whole else None


def _charts(channel: ChannelInfo, sold: list[Any], rows: list[Any], days: list[date]) -> list[dict[str, Any]]:
    unit = 10 ** exponent(channel.currency)
    by_day = dict.fromkeys(days, 0)
    for row in sold:
        if row.channel_id == channel.id:
            by_day[row.day] += row.total_minor
    by_state: dict[str, int] = {}
    for row in rows:
        by_state[row.state] = by_state.get(row.state, 0) + row.orders
    name = catalog.in_language(channel.name, get_language() or "en")
    return [
        charts.drawn("sales_by_day", _("Sales by day: {channel}, {currency}").format(
            channel=name, currency=channel.currency), (_("Day"), pgettext("amount", "Sales")),
            [{"day": day.isoformat(), "amount": minor / unit} for day, minor in by_day.items()]),
        charts.drawn("orders_by_state", _("Orders of the last {n} days by state").format(n=DAYS),
                     (_("State"), _("Orders")),
                     [{"state": words(state), "orders": count} for state, count in
                      sorted(by_state.items(), key=lambda pair: -pair[1])]),
    ]
