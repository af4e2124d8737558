"""HTTP of what several contexts know together of one's own account."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse

from entrepot.catalog import public as catalog
from entrepot.customers import public as customers
from entrepot.customers.permissions import OWN
from entrepot.kit import clock
from entrepot.kit.errors import Unauthenticated
from entrepot.kit.rest import Routes, Strict, actor_of
from entrepot.pricing import public as pricing
from entrepot.service import public as service
from entrepot.service.contracts import Reviewable
from entrepot.web import api_office, api_shelf, export

account = Routes()
ROUTES = [("/account", account), ("/admin/office", api_office.routes), ("/shelf", api_shelf.routes)]


class OfferOut(Strict):
    code: str
    name: dict[str, str]
    state: str
    from_at: datetime | None
    until_at: datetime | None


def _own(request: HttpRequest) -> UUID:
    customer_id = actor_of(request).customer_id
    if customer_id is None:
        raise Unauthenticated
    return customer_id


@account.get("/coupons", permission=OWN, response=list[OfferOut], summary="Kept coupon codes and what they are worth")
def coupons(request: HttpRequest, channel: str = "") -> Any:
    own = _own(request)
    shop = catalog.channel(channel) if channel else catalog.default_channel()
    codes = customers.list_codes(own)
    found = pricing.coupon_offers(codes, channel_id=shop.id, customer_key=str(own), now=clock.now())
    return [found[code] for code in codes if code in found]


@account.get("/reviews/open", permission=OWN, response=list[Reviewable], summary="What one has received and may review")
def reviewable(request: HttpRequest) -> Any:
    return service.reviewable(_own(request), actor=actor_of(request))


@account.get("/everything", permission=OWN, summary="All that is held about oneself, as a ZIP of JSON files")
def everything(request: HttpRequest) -> HttpResponse:
    response = HttpResponse(export.as_zip(export.gather(actor_of(request))), content_type="application/zip")
    response["Content-Disposition"] = 'attachment; filename="entrepot-account.zip"'
    return response
