"""Administration of channels, attributes, types, brands, categories and collections."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any, TypeVar

from django.http import HttpRequest
from ninja import Schema

from entrepot.catalog import public
from entrepot.catalog.api.schemas import BIG, IdPath, Limit, Page
from entrepot.catalog.api.structure_schemas import (
    AttributeBody,
    AttributeOut,
    AttributePatch,
    BrandBody,
    BrandOut,
    BrandPatch,
    CategoryBody,
    CategoryOut,
    CategoryPatch,
    ChannelBody,
    ChannelOut,
    ChannelPatch,
    CollectionBody,
    CollectionOut,
    CollectionPatch,
    MemberPage,
    MembersBody,
    MoveBody,
    RuleBody,
    RulePreview,
    TypeBody,
    TypeOut,
    TypePatch,
)
from entrepot.catalog.contracts import UNSET, BrandInfo, ChannelInput
from entrepot.catalog.permissions import CHANNELS, READ, STRUCTURE
from entrepot.catalog.queries import structure as queries
from entrepot.kit import paging
from entrepot.kit.errors import NotFound
from entrepot.kit.rest import Routes, Strict, actor_of

routes = Routes()
T = TypeVar("T")


# ---- channels


@routes.get("/channels", permission=READ, response=list[ChannelOut], summary="Channels, the default one first")
def list_channels(request: HttpRequest) -> Any:
    return public.channels()


@routes.post("/channels", permission=CHANNELS, response={201: ChannelOut}, summary="Create a channel")
def create_channel(request: HttpRequest, body: ChannelBody) -> Any:
    values = {**body.dict(), "languages": tuple(body.languages)}
    return public.create_channel(ChannelInput(**values), actor=actor_of(request))


@routes.get("/channels/{slug:code}", permission=READ, response=ChannelOut, summary="A channel")
def get_channel(request: HttpRequest, code: str) -> Any:
    return public.channel(code)


@routes.patch("/channels/{slug:code}", permission=CHANNELS, response=ChannelOut, summary="Change a channel")
def update_channel(request: HttpRequest, code: str, body: ChannelPatch) -> Any:
    return public.update_channel(code, _sent(body), actor=actor_of(request))


def _sent(body: Strict) -> dict[str, Any]:
    return {name: getattr(body, name) for name in body.model_fields_set}


def _named(body: Strict) -> dict[str, Any]:
    """What the request named; null is as good as absent."""
    return {name: value for name, value in _sent(body).items() if value is not None}


# ---- attributes and types


_BY_CODE = "Pages in the order of their codes."


@routes.get("/attributes", permission=READ, response=Page, summary="Attributes", description=_BY_CODE)
def list_attributes(request: HttpRequest, fields: str = "", cursor: str = "", limit: Limit = 24) -> Any:
    items = queries.list_attributes(after=_key(cursor), limit=limit + 1)
    return _page(items, limit, "code", fields, AttributeOut)


@routes.post("/attributes", permission=STRUCTURE, response={201: AttributeOut}, summary="Create an attribute")
def create_attribute(request: HttpRequest, body: AttributeBody) -> Any:
    public.create_attribute(**body.dict(), actor=actor_of(request))
    return _attribute(body.code)


@routes.get("/attributes/{slug:code}", permission=READ, response=AttributeOut, summary="An attribute")
def get_attribute(request: HttpRequest, code: str) -> Any:
    return _attribute(code)


@routes.patch("/attributes/{slug:code}", permission=STRUCTURE, response=AttributeOut, summary="Change an attribute")
def update_attribute(request: HttpRequest, code: str, body: AttributePatch) -> Any:
    public.update_attribute(code, **_named(body), actor=actor_of(request))
    return _attribute(code)


@routes.delete("/attributes/{slug:code}", permission=STRUCTURE, response={204: None}, summary="Remove an attribute")
def delete_attribute(request: HttpRequest, code: str) -> None:
    public.delete_attribute(code, actor=actor_of(request))


def _attribute(code: str) -> dict[str, Any]:
    return _known(next(iter(queries.list_attributes(code=code)), None), "attribute")


@routes.get("/product-types", permission=READ, response=Page, summary="Product types", description=_BY_CODE)
def list_types(request: HttpRequest, fields: str = "", cursor: str = "", limit: Limit = 24) -> Any:
    items = queries.list_product_types(after=_key(cursor), limit=limit + 1)
    return _page(items, limit, "code", fields, TypeOut)


@routes.post("/product-types", permission=STRUCTURE, response={201: TypeOut}, summary="Create a product type")
def create_type(request: HttpRequest, body: TypeBody) -> Any:
    public.create_product_type(**body.dict(), actor=actor_of(request))
    return _type(body.code)


@routes.get("/product-types/{slug:code}", permission=READ, response=TypeOut, summary="A product type")
def get_type(request: HttpRequest, code: str) -> Any:
    return _type(code)


@routes.patch("/product-types/{slug:code}", permission=STRUCTURE, response=TypeOut, summary="Change a product type")
def update_type(request: HttpRequest, code: str, body: TypePatch) -> Any:
    public.update_product_type(code, **_named(body), actor=actor_of(request))
    return _type(code)


@routes.delete("/product-types/{slug:code}", permission=STRUCTURE, response={204: None},
               summary="Remove a product type")
def delete_type(request: HttpRequest, code: str) -> None:
    public.delete_product_type(code, actor=actor_of(request))


def _type(code: str) -> dict[str, Any]:
    return _known(next(iter(queries.list_product_types(code=code)), None), "product type")


def _known(found: T | None, what: str) -> T:
    if found is None:
        raise NotFound(what)
    return found


def _key(cursor: str) -> str:
    if not cursor:
        return ""
    key = paging.decode(cursor, size=1)[0]
    if not isinstance(key, str) or "\x00" in key:
        raise paging.foreign()
    return key


def _page(items: list[dict[str, Any]], limit: int, key: str, fields: str, shape: type[Schema]) -> dict[str, Any]:
    following = paging.encode([items[limit - 1][key]]) if len(items) > limit else None
    return {"items": paging.sparse(items[:limit], fields, frozenset(shape.model_fields)), "next": following}


# ---- brands


@routes.get("/brands", permission=READ, response=Page, summary="Brands in the order of their slugs")
def list_brands(request: HttpRequest, fields: str = "", cursor: str = "", limit: Limit = 24) -> Any:
    items = [asdict(b) for b in queries.brands(after=_key(cursor), limit=limit + 1)]
    return _page(items, limit, "slug", fields, BrandOut)


@routes.post("/brands", permission=STRUCTURE, response={201: BrandOut}, summary="Create a brand")
def create_brand(request: HttpRequest, body: BrandBody) -> Any:
    return _brand(public.create_brand(body.slug, body.name, actor=actor_of(request)))


@routes.get("/brands/{brand_id}", permission=READ, response=BrandOut, summary="A brand")
def get_brand(request: HttpRequest, brand_id: IdPath) -> Any:
    return _brand(brand_id)


@routes.patch("/brands/{brand_id}", permission=STRUCTURE, response=BrandOut, summary="Change a brand")
def update_brand(request: HttpRequest, brand_id: IdPath, body: BrandPatch) -> Any:
    public.update_brand(brand_id, **_named(body), actor=actor_of(request))
    return _brand(brand_id)


@routes.delete("/brands/{brand_id}", permission=STRUCTURE, response={204: None}, summary="Remove a brand")
def delete_brand(request: HttpRequest, brand_id: IdPath) -> None:
    public.delete_brand(brand_id, actor=actor_of(request))


def _brand(brand_id: int) -> BrandInfo:
    return _known(queries.get_brand(brand_id), "brand")


# ---- categories


@routes.get("/categories", permission=READ, response=list[CategoryOut], summary="All categories, parents first")
def list_categories(request: HttpRequest) -> Any:
    return queries.list_categories()


@routes.post("/categories", permission=STRUCTURE, response={201: CategoryOut}, summary="Create a category")
def create_category(request: HttpRequest, body: CategoryBody) -> Any:
    id_ = public.create_category(body.slug, body.name, body.parent, description=body.description,
                                 actor=actor_of(request))
    return _category(id_)


@routes.get("/categories/{category_id}", permission=READ, response=CategoryOut, summary="A category")
def get_category(request: HttpRequest, category_id: IdPath) -> Any:
    return _category(category_id)


@routes.patch("/categories/{category_id}", permission=STRUCTURE, response=CategoryOut, summary="Change a category")
def update_category(request: HttpRequest, category_id: IdPath, body: CategoryPatch) -> Any:
    public.update_category(category_id, **_named(body), actor=actor_of(request))
    return _category(category_id)


@routes.post("/categories/{category_id}/move", permission=STRUCTURE, response=CategoryOut,
             summary="Move a category with all below it")
def move_category(request: HttpRequest, category_id: IdPath, body: MoveBody) -> Any:
    public.move_category(category_id, body.parent, body.position, actor=actor_of(request))
    return _category(category_id)


@routes.post("/categories/{category_id}/place", permission=STRUCTURE, response=CategoryOut,
             summary="Move a category before the sibling at a position; all siblings are numbered anew")
def place_category(request: HttpRequest, category_id: IdPath, body: MoveBody) -> Any:
    public.place_category(category_id, body.parent, body.position, actor=actor_of(request))
    return _category(category_id)


@routes.delete("/categories/{category_id}", permission=STRUCTURE, response={204: None}, summary="Remove a category")
def delete_category(request: HttpRequest, category_id: IdPath) -> None:
    public.delete_category(category_id, actor=actor_of(request))


def _category(category_id: int) -> dict[str, Any]:
    return _known(queries.get_category(category_id), "category")


# ---- collections


@routes.get("/collections", permission=READ, response=Page, summary="Collections in the order of their slugs")
def list_collections(request: HttpRequest, fields: str = "", cursor: str = "", limit: Limit = 24) -> Any:
    items = queries.list_collections(after=_key(cursor), limit=limit + 1)
    return _page(items, limit, "slug", fields, CollectionOut)


@routes.post("/collections", permission=STRUCTURE, response={201: CollectionOut}, summary="Create a collection")
def create_collection(request: HttpRequest, body: CollectionBody) -> Any:
    """By hand with `product_ids`, or by a `rule`: `{"all": [...]}`, `{"any": [...]}`, `{"not": ...}` around conditions.

    Conditions: `{"field": "brand" | "category", "in": [slugs or ids]}` (a category stands for all below it),
    `{"field": "type" | "tag", "in": [...]}`,
    `{"field": "bundle" | "image" | "stocked" | "shipped", "is": true | false}`,
    `{"field": "attribute", "code": "...", "in": [...] | "at_least": ... | "at_most": ... | "set": true | false}`.
    """
    return _collection(public.create_collection(**body.dict(), actor=actor_of(request)))


@routes.post("/collections/preview", permission=READ, response=RulePreview, summary="How many products a rule chooses")
def preview(request: HttpRequest, body: RuleBody) -> Any:
    return {"products": public.preview_rule(body.rule, actor=actor_of(request))}


@routes.get("/collections/{collection_id}", permission=READ, response=CollectionOut, summary="A collection")
def get_collection(request: HttpRequest, collection_id: IdPath) -> Any:
    return _collection(collection_id)


@routes.patch("/collections/{collection_id}", permission=STRUCTURE, response=CollectionOut,
              summary="Change a collection")
def update_collection(request: HttpRequest, collection_id: IdPath, body: CollectionPatch) -> Any:
    """A rule of null makes the present products a choice by hand."""
    rule = body.rule if "rule" in body.model_fields_set else UNSET
    public.update_collection(collection_id, **{**_named(body), "rule": rule}, actor=actor_of(request))
    return _collection(collection_id)


@routes.delete("/collections/{collection_id}", permission=STRUCTURE, response={204: None},
               summary="Remove a collection")
def delete_collection(request: HttpRequest, collection_id: IdPath) -> None:
    public.delete_collection(collection_id, actor=actor_of(request))


@routes.get("/collections/{collection_id}/products", permission=READ, response=MemberPage,
            summary="Products of a collection in their order")
def members(request: HttpRequest, collection_id: IdPath, cursor: str = "", limit: Limit = 24) -> Any:
    _collection(collection_id)
    after = paging.decode(cursor, size=2) if cursor else [-1, -1]
    if not all(isinstance(v, int) and abs(v) <= BIG for v in after):
        raise paging.foreign()
    rows = queries.collection_products(collection_id, after=(after[0], after[1]), limit=limit + 1)
    last = rows[limit - 1] if len(rows) > limit else None
    return {"items": [{"id": r.id, "slug": r.slug, "name": r.name} for r in rows[:limit]],
            "next": paging.encode([last.position, last.item_id]) if last else None}


@routes.put("/collections/{collection_id}/products", permission=STRUCTURE, response=CollectionOut,
            summary="Choose the products of a collection made by hand")
def set_members(request: HttpRequest, collection_id: IdPath, body: MembersBody) -> Any:
    public.set_collection_products(collection_id, body.product_ids, actor=actor_of(request))
    return _collection(collection_id)


def _collection(collection_id: int) -> dict[str, Any]:
    return _known(queries.get_collection(collection_id), "collection")
