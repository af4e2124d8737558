"""Administration of prices, promotions, coupons and tax over HTTP."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from dataclasses import asdict, fields
from typing import Annotated, Any
from uuid import UUID

from django.http import HttpRequest, StreamingHttpResponse
from django.utils.translation import gettext
from ninja import Query, Schema

from entrepot.catalog import public as catalog
from entrepot.kit import clock, paging
from entrepot.kit.ids import uuid7
from entrepot.kit.paging import DEFAULT_LIMIT, MAX_LIMIT
from entrepot.kit.rest import Routes, actor_of
from entrepot.kit.sheets import guarded
from entrepot.pricing import public
from entrepot.pricing import schemas as s
from entrepot.pricing.actions.promotions import delete_promotion as delete_draft
from entrepot.pricing.actions.taxes import remove_tax_rate as remove_rate
from entrepot.pricing.contracts import (
    PriceListInput,
    PromotionInput,
    PromotionWarning,
    Quote,
    QuoteLine,
    QuoteRequest,
    ReplayLine,
    ReplayOrder,
    SimulationResult,
)
from entrepot.pricing.permissions import MANAGE_COUPONS, MANAGE_PROMOTIONS, READ, REFRESH, SET_PRICES, SET_TAX
from entrepot.pricing.queries import lists
from entrepot.pricing.queries.preview import preview

routes = Routes()

Limit = Annotated[int, Query(ge=1, le=MAX_LIMIT)]



class Page(Schema):
    """`next` is the cursor of the following page, or null."""

    items: list[dict[str, Any]]
    next: str | None


def _page(found: list[Any], limit: int, shape: type[Schema], sort_key: Any, only: str = "") -> dict[str, Any]:
    """A page of what was read with one row more than asked for."""
    shown = found[:limit]
    items = [shape.model_validate(row, from_attributes=True).model_dump(mode="json") for row in shown]
    following = paging.encode([str(v) for v in sort_key(shown[-1])]) if len(found) > limit else None
    return {"items": paging.sparse(items, only, frozenset(shape.model_fields)), "next": following}


def _after(cursor: str | None) -> str:
    return str(paging.decode(cursor, size=1)[0]) if cursor else ""


def _after_id(cursor: str | None) -> int:
    text = _after(cursor) or "0"
    if not text.isdecimal() or len(text) > 18:
        raise paging.foreign()
    return int(text)


@routes.get("/price-lists", response=Page, permission=READ, summary="Price lists")
def list_price_lists(request: HttpRequest, limit: Limit = DEFAULT_LIMIT, cursor: str | None = None,
                     fields: str = "") -> Any:
    return _page(lists.list_price_lists(_after(cursor), limit + 1), limit, s.PriceListOut, lambda r: [r.code], fields)


@routes.post("/price-lists", response={201: s.PriceListOut}, permission=SET_PRICES, summary="Create a price list")
def create_price_list(request: HttpRequest, body: s.PriceListBody) -> Any:
    public.create_price_list(PriceListInput(**body.dict()), actor=actor_of(request))
    return lists.get_price_list(body.code)


@routes.get("/price-lists/{code}", response=s.PriceListOut, permission=READ, summary="A price list")
def get_price_list(request: HttpRequest, code: str) -> Any:
    return lists.get_price_list(code)


@routes.patch("/price-lists/{code}", response=s.PriceListOut, permission=SET_PRICES, summary="Change a price list")
def update_price_list(request: HttpRequest, code: str, body: s.PriceListPatch) -> Any:
    public.update_price_list(code, body.dict(exclude_unset=True), actor=actor_of(request))
    return lists.get_price_list(code)


@routes.get("/price-lists/{code}/prices", response=Page, permission=READ, summary="Prices of a list")
def list_prices(request: HttpRequest, code: str, limit: Limit = DEFAULT_LIMIT, cursor: str | None = None,
                fields: str = "") -> Any:
    after = None
    if cursor:
        values = paging.decode(cursor, size=2)
        try:
            after = UUID(str(values[0])), s.PriceBody(variant_id=UUID(int=0), min_qty=values[1], amount_minor=0).min_qty
        except ValueError as error:
            raise paging.foreign() from error
    return _page(lists.list_prices(code, after, limit + 1), limit, s.PriceOut, lambda r: r[:2], fields)


@routes.put("/price-lists/{code}/prices", response=s.Changed, permission=SET_PRICES,
            summary="Set up to 20,000 prices of a list")
def set_prices(request: HttpRequest, code: str, body: s.PricesBody) -> Any:
    """Set up to 20,000 prices at once; an amount of null takes a price away. All of them, or none."""
    rows = [(p.variant_id, p.min_qty, p.amount_minor) for p in body.prices]
    return {"changed": public.set_prices(code, rows, actor=actor_of(request))}


@routes.get("/promotions", response=Page, permission=READ, summary="Promotions")
def list_promotions(request: HttpRequest, limit: Limit = DEFAULT_LIMIT, cursor: str | None = None, status: str = "",
                    scope: str = "", fields: str = "") -> Any:
    found = lists.list_promotions(_after(cursor), limit + 1, status=status, scope=scope)
    return _page(found, limit, s.PromotionOut, lambda r: [r.code], fields)


@routes.post("/promotions", response={201: s.PromotionOut}, permission=MANAGE_PROMOTIONS,
             summary="Create a promotion as a draft")
def create_promotion(request: HttpRequest, body: s.PromotionBody) -> Any:
    public.create_promotion(_promotion(body), actor=actor_of(request))
    return lists.get_promotion(body.code)


@routes.post("/promotions/simulate", response=SimulationResult, permission=READ,
             summary="Replay past orders through a draft")
def simulate(request: HttpRequest, body: s.SimulateBody) -> Any:
    """Replay past orders through a draft: orders touched, discount, margin before and after, surprises."""
    return public.simulate(_promotion(body.draft), [_replay(o) for o in body.orders])


@routes.post("/promotions/warnings", response=list[PromotionWarning], permission=READ,
             summary="What to look at before a promotion starts")
def promotion_warnings(request: HttpRequest, body: s.WarningsBody) -> Any:
    """What to look at before it starts: other promotions on the same goods, margins below zero, the lowest price."""
    return public.warnings(_promotion(body.draft), body.variant_ids or None)


@routes.post("/promotions/preview", response=s.PreviewOut, permission=READ,
             summary="A cart with and without a promotion that is not stored")
def preview_draft(request: HttpRequest, body: s.DraftPreviewBody) -> Any:
    """A cart priced as it is now, and as if a promotion ran that is not stored."""
    asked = _question(body.cart)
    facts = catalog.variant_facts({line.variant_id for line in asked.lines})
    before, after = public.preview_draft(_promotion(body.draft), asked, facts)
    return {"before": _told(before), "after": _told(after)}


@routes.get("/promotions/{code}", response=s.PromotionOut, permission=READ, summary="A promotion")
def get_promotion(request: HttpRequest, code: str) -> Any:
    return lists.get_promotion(code)


@routes.patch("/promotions/{code}", response=s.PromotionOut, permission=MANAGE_PROMOTIONS, summary="Change a promotion")
def update_promotion(request: HttpRequest, code: str, body: s.PromotionPatch) -> Any:
    """A draft changes freely; an active promotion in its name, its end and the limits that it has."""
    public.update_promotion(code, body.dict(exclude_unset=True), actor=actor_of(request))
    return lists.get_promotion(code)


@routes.delete("/promotions/{code}", response={204: None}, permission=MANAGE_PROMOTIONS, summary="Delete a draft")
def delete_promotion(request: HttpRequest, code: str) -> None:
    """Drafts only."""
    delete_draft(code, actor=actor_of(request))


@routes.post("/promotions/{code}/activate", response=s.PromotionOut, permission=MANAGE_PROMOTIONS,
             summary="Start a promotion")
def activate_promotion(request: HttpRequest, code: str) -> Any:
    public.activate_promotion(code, actor=actor_of(request))
    return lists.get_promotion(code)


@routes.post("/promotions/{code}/end", response=s.PromotionOut, permission=MANAGE_PROMOTIONS, summary="End a promotion")
def end_promotion(request: HttpRequest, code: str, body: s.Reason) -> Any:
    public.end_promotion(code, reason=body.reason, actor=actor_of(request))
    return lists.get_promotion(code)


@routes.post("/promotions/{code}/preview", response=s.PreviewOut, permission=READ,
             summary="A cart with and without this promotion")
def preview_promotion(request: HttpRequest, code: str, body: s.PreviewBody) -> Any:
    """A cart priced as it is now, and as if this promotion ran."""
    asked = _question(body)
    facts = catalog.variant_facts({line.variant_id for line in asked.lines})
    before, after = preview(code, asked, facts)
    return {"before": _told(before), "after": _told(after)}


@routes.post("/quote", response=s.QuoteOut, permission=READ, summary="Price a cart that is not stored")
def quote(request: HttpRequest, body: s.PreviewBody) -> Any:
    """What a cart costs now."""
    asked = _question(body)
    return _told(public.quote(asked, catalog.variant_facts({line.variant_id for line in asked.lines})))


@routes.get("/coupons", response=Page, permission=MANAGE_COUPONS, summary="Coupons")
def list_coupons(request: HttpRequest, limit: Limit = DEFAULT_LIMIT, cursor: str | None = None, promotion: str = "",
                 batch: str = "", code: str = "", fields: str = "") -> Any:
    found = lists.list_coupons(_after_id(cursor), limit + 1, promotion=promotion, batch=batch, code=code)
    return _page(found, limit, s.CouponOut, lambda r: [r.id], fields)


@routes.get("/promotions/{code}/coupon-batches", response=list[s.BatchOut], permission=MANAGE_COUPONS,
            summary="Batches of a promotion's coupons")
def coupon_batches(request: HttpRequest, code: str) -> Any:
    """How far each batch of a promotion's coupons is used."""
    lists.get_promotion(code)
    return [b._asdict() for b in public.coupon_batches(code)]


@routes.get("/promotions/{code}/use", response=list[s.UseOut], permission=READ,
            summary="What a promotion gave, day by day")
def promotion_use(request: HttpRequest, code: str) -> Any:
    """What a promotion gave, day by day."""
    lists.get_promotion(code)
    return [u._asdict() for u in public.promotion_use(code)]


@routes.post("/coupons/disable", response=s.Changed, permission=MANAGE_COUPONS, summary="Disable coupons")
def disable_coupons(request: HttpRequest, body: s.DisableBody) -> Any:
    """By code, or all of a promotion's batch."""
    return {"changed": public.disable_coupons(codes=body.codes, promotion_code=body.promotion, batch=body.batch,
                                              actor=actor_of(request))}


@routes.post("/promotions/{code}/coupons", response={201: s.CouponsOut}, permission=MANAGE_COUPONS,
             summary="Issue coupons")
def create_coupons(request: HttpRequest, code: str, body: s.CouponsBody) -> Any:
    """Issue coupons; more than a thousand are named by the export only."""
    codes = public.create_coupons(code, **body.dict(), actor=actor_of(request))
    return {"created": len(codes), "codes": codes if len(codes) <= 1000 else []}


@routes.get("/promotions/{code}/coupons/export", permission=MANAGE_COUPONS,
            openapi_extra={"responses": {200: {"content": {"text/csv": {"schema": {"type": "string"}}}}}},
            summary="All coupons of a promotion as CSV")
def export_coupons(request: HttpRequest, code: str, batch: str = "") -> Any:
    """All coupons of a promotion as CSV; who took them is written down."""
    public.note_export(code, batch, actor=actor_of(request))
    response = StreamingHttpResponse(_csv(code, batch), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="coupons.csv"'
    return response


def _csv(code: str, batch: str) -> Iterator[str]:
    buffer = io.StringIO()
    writer = csv.writer(buffer)
    writer.writerow(["code", "batch", "limit", "used", "staff_only", "active"])
    for n, c in enumerate(lists.iter_coupons(code, batch), 1):
        writer.writerow([guarded(c.code), guarded(c.batch), c.limit, c.used_count, int(c.staff_only), int(c.is_active)])
        if n % 1000 == 0:
            yield buffer.getvalue()
            buffer.seek(0)
            buffer.truncate()
    yield buffer.getvalue()


@routes.get("/tax-rates", response=Page, permission=READ, summary="Tax rates")
def list_tax_rates(request: HttpRequest, limit: Limit = DEFAULT_LIMIT, cursor: str | None = None, country: str = "",
                   fields: str = "") -> Any:
    return _page(lists.list_tax_rates(_after_id(cursor), limit + 1, country=country), limit, s.TaxRateOut,
                 lambda r: [r.id], fields)


@routes.put("/tax-rates", response=s.TaxRateOut, permission=SET_TAX, summary="Set a tax rate from a day on")
def set_tax_rate(request: HttpRequest, body: s.TaxRateBody) -> Any:
    """The rate of a class in a country (and region) from a day on."""
    rate_id = public.set_tax_rate(**body.dict(), actor=actor_of(request))
    return lists.list_tax_rates(rate_id - 1, 1)[0]


@routes.delete("/tax-rates/{int:rate_id}", response={204: None}, permission=SET_TAX, summary="Remove a tax rate")
def remove_tax_rate(request: HttpRequest, rate_id: int) -> None:
    remove_rate(rate_id, actor=actor_of(request))


@routes.post("/listing-prices/refresh", response={202: None}, permission=REFRESH, summary="Compute listing prices anew")
def refresh_listing_prices(request: HttpRequest, body: s.RefreshBody) -> None:
    """Have listing prices computed anew; it happens within seconds."""
    public.mark_listing_dirty(body.product_ids, actor=actor_of(request))


@routes.get("/listing-prices/{channel}", response=list[s.ListingOut], permission=READ,
            summary="Listing prices of a channel")
def listing_prices(request: HttpRequest, channel: str, variant_id: Annotated[list[UUID], Query(max_length=100)]) -> Any:
    """What one piece costs anyone, with the lowest price of the 30 days before a reduction."""
    found = public.listing_prices(catalog.channel(channel).id, variant_id)
    return [{"variant_id": key, **asdict(info)} for key, info in found.items()]


@routes.get("/listing-prices/{channel}/{uuid:variant_id}/history", response=list[s.HistoryOut], permission=READ,
            summary="What an item cost in a channel, change by change")
def price_history(request: HttpRequest, channel: str, variant_id: UUID, limit: Limit = DEFAULT_LIMIT) -> Any:
    return lists.price_history(catalog.channel(channel).id, variant_id, limit)


def _promotion(body: s.PromotionBody) -> PromotionInput:
    return PromotionInput(**{**body.dict(), "channel_ids": tuple(body.channel_ids)})


def _question(body: s.PreviewBody) -> QuoteRequest:
    lines = tuple(QuoteLine(uuid7(), line.variant_id, line.quantity) for line in body.lines)
    return QuoteRequest(
        catalog.channel(body.channel).id, clock.now(), lines, body.customer_id,
        str(body.customer_id or ""), body.group_id, body.company_id, tuple(body.coupons), body.country, body.region,
        body.delivery_minor)


def _replay(body: s.ReplayOrderBody) -> ReplayOrder:
    lines = tuple(ReplayLine(**line.dict()) for line in body.lines)
    return ReplayOrder(**{**{f.name: getattr(body, f.name) for f in fields(ReplayOrder) if hasattr(body, f.name)},
                          "lines": lines})


def _told(quoted: Quote) -> dict[str, Any]:
    """The quote with its problems in the reader's language."""
    told = asdict(quoted)
    told["problems"] = [{**p, "text": gettext(p["text"])} for p in told["problems"]]
    return told


ROUTES = [("/admin/pricing", routes)]
