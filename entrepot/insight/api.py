"""Figures over HTTP, and the beacon that a browser with consent reports events to."""

from __future__ import annotations

import re
import secrets
from datetime import date
from decimal import Decimal
from typing import Annotated, Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from ninja import Field, Query, Schema

from entrepot.catalog import public as catalog
from entrepot.insight import consent, public
from entrepot.insight.contracts import Figures
from entrepot.insight.errors import UnknownEvent
from entrepot.insight.permissions import COLLECT, READ, TARGETS
from entrepot.insight.public import Span, Target
from entrepot.insight.rules import EVENTS, LEDGER_EVENTS
from entrepot.kit.rest import Routes, Strict, actor_of

routes, beacon = Routes(), Routes()
ROUTES = [("/admin/insight", routes), ("/events", beacon)]

_NUMBER = re.compile(r"[A-Za-z0-9_-]{22}")

Word = Annotated[str, Field(max_length=200, pattern=r"^[^\x00]*$")]
Amount = Annotated[int, Field(ge=-(2**53), le=2**53)]


class ItemIn(Strict):
    """A product as GA4 describes it; amounts in minor units."""

    item_id: Word
    item_name: Word = ""
    item_variant: Word = ""
    item_brand: Word = ""
    item_category: Word = ""
    item_list_id: Word = ""
    index: Annotated[int, Field(ge=0, le=100_000)] | None = None
    quantity: Annotated[Decimal, Field(ge=0, le=10**9)] | None = None
    price_minor: Amount | None = None


class EventIn(Strict):
    name: Annotated[str, Field(max_length=40)]
    channel: Annotated[str, Field(max_length=50)] = ""
    value_minor: Amount | None = None
    currency: Annotated[str, Field(max_length=3, pattern=r"^[A-Z]*$")] = ""
    params: Annotated[dict[Word, Word | int | bool | None], Field(max_length=20)] = {}
    items: Annotated[list[ItemIn], Field(max_length=50)] = []
    # for shop fronts that keep no cookie of ours: who it was, and that they were asked and said yes
    visitor: Annotated[str, Field(max_length=80, pattern=r"^[A-Za-z0-9_-]*$")] = ""
    consent: bool = False


class Taken(Schema):
    recorded: bool


@routes.get("/figures", permission=READ, response=list[Figures],
            summary="Sales, credits and money per channel and currency")
def figures(request: HttpRequest, channel: Annotated[str, Query(max_length=50)] = "", first_on: date | None = None,
            last_on: date | None = None) -> Any:
    """Sales, credits and money per channel and currency, from the ledgers."""
    return public.get_figures(channel=channel, first_on=first_on, last_on=last_on)


class TargetIn(Strict):
    channel: Annotated[str, Field(max_length=50)]
    span: Span = Span.MONTH
    on: date
    amount_minor: Annotated[int, Field(gt=0, lt=10**15)] | None = None


@routes.get("/targets", permission=READ, response=list[Target], summary="Sales targets between two days")
def targets(request: HttpRequest, first_on: date, last_on: date) -> Any:
    return public.list_targets(first_on, last_on, actor=actor_of(request))


@routes.put("/targets", permission=TARGETS, response={204: None}, summary="Set a target; without an amount it goes")
def set_target(request: HttpRequest, body: TargetIn) -> None:
    public.set_target(body.channel, body.span, body.on, body.amount_minor, actor=actor_of(request))


@beacon.post("", permission=COLLECT, response=Taken, summary="Report what a visitor did")
def collect(request: HttpRequest, response: HttpResponse, body: EventIn) -> Any:
    """One event of a visitor who allows analytics; of others, and of programs, nothing is kept.

    Sales are told by the ledgers only. The first event that is kept gives the browser its visitor's number.
    """
    if body.name not in EVENTS or body.name in LEDGER_EVENTS:
        raise UnknownEvent(name=body.name)
    channel = catalog.channel(body.channel) if body.channel else catalog.default_channel()
    subject = _subject(request, response, body)
    if not subject:
        return {"recorded": False}
    items = [{key: value for key, value in item.dict().items() if value not in ("", None)} for item in body.items]
    return {"recorded": public.record_event(
        body.name, channel_id=channel.id, subject=subject, value_minor=body.value_minor, currency=body.currency,
        params={**body.params, **({"items": items} if items else {})}, actor=actor_of(request))}


def _subject(request: HttpRequest, response: HttpResponse, body: EventIn) -> str:
    """Whom the event is about: a customer, or a visitor by a number that means nothing elsewhere; "" for nobody."""
    said = consent_of(request)
    if said.signal or consent.is_bot(request.headers.get("User-Agent", "")):
        return ""
    if not said.allows("analytics"):
        return body.visitor if body.consent and not said.decided else ""
    if (customer_id := actor_of(request).customer_id) is not None:
        return str(customer_id)
    return number_of(request, response)


def number_of(request: HttpRequest, response: HttpResponse) -> str:
    """The visitor's number; who has none is given one. Call only for who allows analytics."""
    known = request.COOKIES.get(consent.VISITOR_COOKIE, "")
    if not _NUMBER.fullmatch(known):
        known = secrets.token_urlsafe(16)
        response.set_cookie(consent.VISITOR_COOKIE, known, max_age=consent.KEEP_S, httponly=True, samesite="Lax",
                            secure=settings.SECURE)
    return known


def consent_of(request: HttpRequest) -> consent.Consent:
    return consent.parse(request.COOKIES.get(consent.COOKIE, ""), gpc=request.headers.get("Sec-GPC", ""),
                         dnt=request.headers.get("DNT", ""))
