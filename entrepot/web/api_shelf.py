"""HTTP of what a product's page tells beside it: what stands next to it, what is left, when it would arrive."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Annotated, Any
from uuid import UUID

from django.http import HttpRequest
from ninja import Field, Query
from orjson import loads

from entrepot.catalog import public as catalog
from entrepot.catalog.contracts import ChannelInfo
from entrepot.checkout import public as checkout
from entrepot.inventory import public as inventory
from entrepot.kit import clock
from entrepot.kit.errors import N_, NotFound
from entrepot.kit.rest import Routes, Strict
from entrepot.showcase import public as showcase
from entrepot.web.permissions import VISIT

routes = Routes()

Channel = Annotated[str, Query(max_length=50)]
Language = Annotated[str, Query(pattern=r"^([a-z]{2,3}(-[a-z0-9]{2,8})?)?$", max_length=20)]
_FEW = 5  # told when no more are left


class NeighboursOut(Strict):
    together: list[dict[str, Any]]
    similar: list[dict[str, Any]]


class StoreOut(Strict):
    warehouse_id: int
    level: str
    few_qty: Decimal | None


class VariantStockOut(Strict):
    variant_id: UUID
    in_stock: bool
    few_qty: Decimal | None
    stores: list[StoreOut]


class PromiseOut(Strict):
    method_id: int
    name: str
    amount_minor: int
    currency: str
    earliest_on: date
    latest_on: date
    closes_in_s: int | None = Field(description="how long the days hold for an order today")


def _product(slug: str, channel: str, language: str) -> tuple[ChannelInfo, str, dict[str, Any]]:
    shop = catalog.channel(channel) if channel else catalog.default_channel()
    spoken = language if language in shop.languages else shop.languages[0]
    found = showcase.document(shop.id, spoken, slug) if "\0" not in slug else None
    if found is None:
        raise NotFound(N_("product"))
    return shop, spoken, loads(found[0])


@routes.get("/{slug}/neighbours", permission=VISIT, response=NeighboursOut,
            summary="What is bought together with a product, and what is like it")
def neighbours(request: HttpRequest, slug: str, channel: Channel = "", language: Language = "") -> Any:
    shop, spoken, product = _product(slug, channel, language)
    beside = showcase.neighbours(shop.id, spoken, product, limit=8)
    return {"together": [loads(c) for c in beside.together], "similar": [loads(c) for c in beside.similar]}


@routes.get("/{slug}/stock", permission=VISIT, response=list[VariantStockOut],
            summary="What is left of each variant, to be sent and in the stores")
def stock(request: HttpRequest, slug: str, channel: Channel = "") -> Any:
    """As exact as a shopper is told: a number where few are left."""
    shop, _spoken, product = _product(slug, channel, "")
    shelf = inventory.shelf_stock(shop.id, [UUID(v["id"]) for v in product["variants"]])
    return [_left(v, shelf.free.get(UUID(v["id"])), shelf.stores.get(UUID(v["id"]), {})) for v in product["variants"]]


def _left(variant: dict[str, Any], free: Decimal | None, stores: Any) -> dict[str, Any]:
    few = free if free is not None and 0 < free <= _FEW and variant["in_stock"] and not variant["backorder"] else None
    return {"variant_id": variant["id"], "in_stock": variant["in_stock"], "few_qty": few,
            "stores": [{"warehouse_id": s.warehouse_id, "level": s.level, "few_qty": s.few_qty}
                       for s in stores.values()]}


@routes.get("/{slug}/delivery", permission=VISIT, response=list[PromiseOut],
            summary="Ways to send one piece to a place, the quickest first")
def delivery(request: HttpRequest, slug: str, country: Annotated[str, Query(pattern="^[A-Z]{2}$")],
             region: Annotated[str, Query(max_length=80)] = "", postcode: Annotated[str, Query(max_length=12)] = "",
             variant_id: UUID | None = None, channel: Channel = "", language: Language = "") -> Any:
    shop, spoken, product = _product(slug, channel, language)
    chosen = next((v for v in product["variants"] if variant_id is None or v["id"] == str(variant_id)), None)
    if chosen is None:
        raise NotFound(N_("variant"))
    found = checkout.delivery_promises(
        shop, {"country": country, "region": region, "postcode": postcode}, weight_g=chosen["weight_g"] or 0,
        goods_minor=chosen["price"]["amount_minor"] if chosen["price"] else 0, now=clock.now())
    return [{"method_id": p.method_id, "name": catalog.in_language(p.name, spoken), "amount_minor": p.amount_minor,
             "currency": p.currency, "earliest_on": p.earliest_on, "latest_on": p.latest_on,
             "closes_in_s": int(p.closes_in.total_seconds()) if p.closes_in else None} for p in found]
