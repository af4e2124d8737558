"""The first screen: what waits for this person, and how today goes beside yesterday."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from entrepot.catalog import public as catalog
from entrepot.kit import clock
from entrepot.kit.actor import Actor
from entrepot.kit.admin import MOST_COUNTED, Work
from entrepot.kit.rest import actor_of
from entrepot.orders import public as orders
from entrepot.orders.permissions import READ
from entrepot.web.office.nav import office_modules


def today(request: HttpRequest) -> dict[str, Any]:
    actor = actor_of(request)
    waiting = [_card(work) for module in office_modules() if hasattr(module, "ADMIN_WORK")
               for work in module.ADMIN_WORK(actor)]
    waiting.sort(key=lambda card: (not card["count"], not card["urgent"]))
    figures = _figures(actor) if actor.can(READ) and catalog.channels() else []
    return {"title": _("Today's work"), "waiting": [c for c in waiting if c["count"]],
            "clear": [c for c in waiting if not c["count"]], "figures": figures}


def _card(work: Work) -> dict[str, Any]:
    opts = work.model._meta
    address = reverse(f"admin:{opts.app_label}_{opts.model_name}_changelist")
    told = f"{work.count - 1}+" if work.count >= MOST_COUNTED else str(work.count)
    return {"label": work.label, "count": work.count, "told": told, "href": f"{address}?{work.query}",
            "urgent": work.urgent}


def _figures(actor: Actor) -> list[dict[str, Any]]:
    """Per currency: orders and sales of today and of yesterday, in the shop's time zone."""
    day = clock.now().astimezone(ZoneInfo(catalog.default_channel().time_zone)).date()
    before = day - timedelta(days=1)
    found: dict[str, dict[str, Any]] = {}
    for row in orders.day_figures([day, before], actor=actor):
        figure = found.setdefault(row.currency, {"currency": row.currency, "orders": 0, "orders_before": 0,
                                                 "total": 0, "total_before": 0})
        suffix = "" if row.day == day else "_before"
        figure[f"orders{suffix}"], figure[f"total{suffix}"] = row.orders, row.total_minor
    return list(found.values())
