"""Figures over HTTP, and the beacon that a browser with consent reports events to."""

from __future__ import annotations

from dataclasses import asdict
from datetime import date
from decimal import Decimal
from typing import Annotated, Any

from django.http import HttpRequest
from ninja import Field, Query, Schema

from entrepot.catalog import public as catalog
from entrepot.insight import public
from entrepot.insight.errors import UnknownEvent
from entrepot.insight.permissions import COLLECT, READ
from entrepot.insight.rules import LEDGER_EVENTS
from entrepot.kit.rest import Routes, Strict, actor_of

routes, beacon = Routes(), Routes()
ROUTES = [("/admin/insight", routes), ("/events", beacon)]


class FiguresOut(Schema):
    channel: str
    currency: str
    first_on: date | None
    last_on: date | None
    orders: int
    customers: int
    guest_orders: int
    countries: int
    products_sold: int
    order_lines: int
    credit_lines: int
    credit_notes: int
    units: Decimal
    sold_minor: int
    credited_minor: int
    net_minor: int
    tax_minor: int
    paid_minor: int
    refunded_minor: int


class EventIn(Strict):
    name: Annotated[str, Field(max_length=40)]
    channel: Annotated[str, Field(max_length=50)] = ""
    visitor: Annotated[str, Field(max_length=80, pattern=r"^[A-Za-z0-9_-]*$")] = ""
    params: Annotated[dict[str, str | int | bool | None], Field(max_length=20)] = {}
    consent: bool = False


class Taken(Schema):
    recorded: bool


@routes.get("/figures", permission=READ, response=list[FiguresOut])
def figures(request: HttpRequest, channel: Annotated[str, Query(max_length=50)] = "", first_on: date | None = None,
            last_on: date | None = None) -> Any:
    """Sales, credits and money per channel and currency, from the ledgers."""
    return [asdict(f) for f in public.get_figures(channel=channel, first_on=first_on, last_on=last_on)]


@beacon.post("", permission=COLLECT, response=Taken)
def collect(request: HttpRequest, body: EventIn) -> Any:
    """One event of a browser. Without consent it is counted without the visitor; sales are told by the ledgers only."""
    if body.name in LEDGER_EVENTS:
        raise UnknownEvent(name=body.name)
    channel = catalog.channel(body.channel) if body.channel else catalog.default_channel()
    subject = body.visitor if body.consent else ""
    return {"recorded": public.record_event(body.name, channel_id=channel.id, subject=subject, params=body.params,
                                            actor=actor_of(request))}
