"""Bodies and answers that several routes share, and the check of If-Match."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from decimal import Decimal
from typing import Annotated, Any
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from ninja import Field, Query, Schema

from entrepot.kit import paging
from entrepot.kit.actor import Actor
from entrepot.kit.errors import N_, InvalidInput, StaleVersion
from entrepot.kit.rest import Strict
from entrepot.orders.actions.common import lock_order
from entrepot.orders.contracts import OrderView
from entrepot.orders.documents import Paper

Limit = Annotated[int, Query(ge=1, le=paging.MAX_LIMIT)]
Cursor = Annotated[str, Query(max_length=400)]
Text = Annotated[str, Field(max_length=1000)]
Quantity = Annotated[Decimal, Field(gt=0, lt=Decimal(10) ** 10, decimal_places=3)]

_ETAG = re.compile(r'(?:W/)?"(\d{1,9})"')


class PageOut(Schema):
    """One page; give `next` back as `cursor` for the one after it."""

    items: list[dict[str, Any]]
    next: str | None


class ReasonIn(Strict):
    reason: Text = ""


class LineIn(Strict):
    line_id: UUID
    quantity: Quantity


class PayIn(Strict):
    """`provider` is one of the methods offered for the channel; `return_url` a page of this shop."""

    provider: Annotated[str, Field(max_length=20)]
    method: Annotated[str, Field(max_length=40)] = ""
    return_url: Annotated[str, Field(max_length=500)] = "/"


class PhotoOut(Strict):
    address: str


class ReturnIn(Strict):
    """A return (money back), exchange (other goods) or claim (goods stay), with reason and pictures."""

    kind: Annotated[str, Field(pattern="^(return|exchange|claim)$")] = "return"
    reason: Text = ""
    photos: Annotated[list[Annotated[str, Field(max_length=500)]], Field(max_length=10)] = []
    operations: Annotated[list[dict[str, Any]], Field(min_length=1, max_length=50)]


def answer(order: OrderView, response: HttpResponse) -> OrderView:
    response["ETag"] = f'"{order.version}"'
    return order


def page(items: list[Any], following: str | None, fields: str = "") -> dict[str, Any]:
    rows = [asdict(item) for item in items]
    allowed = frozenset(type(items[0]).__dataclass_fields__) if items else frozenset(fields.split(","))
    return {"items": paging.sparse(rows, fields, allowed), "next": following}


@contextmanager
def matching(request: HttpRequest, order_id: UUID, actor: Actor) -> Iterator[None]:
    """Hold the order and compare its version with If-Match, where one is given, until the action is done."""
    wanted = request.headers.get("If-Match", "")
    if wanted in ("", "*"):
        yield
        return
    found = _ETAG.fullmatch(wanted.strip())
    with transaction.atomic():
        if found is None or lock_order(order_id, actor=actor).version != int(found[1]):
            raise StaleVersion
        yield


def language_of(language: str) -> str:
    """One of the languages in use."""
    if language not in dict(settings.LANGUAGES):
        raise InvalidInput("language", N_("This language is not in use."))
    return language


def pdf(content: Paper) -> HttpResponse:
    response = HttpResponse(content, content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="{content.name}"'
    response["Cache-Control"] = "private, no-store"
    return response
