"""How the express lane reads in the OpenAPI document; the composer of the API merges `OPENAPI_PATHS` into it."""

from __future__ import annotations

from typing import Any

from entrepot.kit import paging
from entrepot.showcase.contracts import SearchSort, Sort
from entrepot.showcase.rules import QUERY_LENGTH

Json = dict[str, Any]


def _parameter(name: str, schema: Json, text: str, **more: Any) -> Json:
    return {"name": name, "in": "query", "required": False, "schema": schema, "description": text, **more}


def _text(longest: int = 500) -> Json:
    return {"type": "string", "maxLength": longest}


_CHANNEL = _parameter("channel", _text(50), "Code of the channel; the default channel when left out.")
_LANGUAGE = _parameter("lang", _text(10), "A language of the channel; else Accept-Language decides.")
_CURSOR = _parameter("cursor", _text(), "`next` of the page before.")
_LIMIT = _parameter("limit", {"type": "integer", "minimum": 1, "maximum": paging.MAX_LIMIT,
                              "default": paging.DEFAULT_LIMIT}, "Entries of a page.")
_FIELDS = _parameter("fields", _text(), "Only these fields, separated by commas.")
_MONEY = {"type": "integer", "minimum": 0, "maximum": 10**15}
_SLUG = {"name": "slug", "in": "path", "required": True, "schema": {"type": "string", "minLength": 1, "maxLength": 200},
         "description": "The product's slug."}
_ETAG = {"name": "If-None-Match", "in": "header", "required": False, "schema": {"type": "string"},
         "description": "The ETag of an earlier answer."}

_PRICE: Json = {
    "type": ["object", "null"],
    "properties": {
        "amount_minor": {"type": "integer"}, "regular_minor": {"type": "integer"},
        "lowest_prior_minor": {"type": ["integer", "null"]}, "currency": {"type": "string"},
        "promotion": {"type": "string"}, "varies": {"type": "boolean"}},
    "required": ["amount_minor", "regular_minor", "lowest_prior_minor", "currency", "promotion"],
}
_CARD: Json = {
    "type": "object",
    "properties": {
        "id": {"type": "string", "format": "uuid"}, "slug": {"type": "string"}, "name": {"type": "string"},
        "brand": {"type": ["string", "null"]}, "image": {"type": ["object", "null"]},
        "other": {"type": ["object", "null"]}, "swatches": {"type": "array", "items": {"type": "string"}},
        "price": _PRICE, "in_stock": {"type": "boolean"},
        "rating": {"type": ["string", "null"]}, "variants": {"type": "integer"},
        "variant_id": {"type": ["string", "null"], "format": "uuid"}},
}
_NEXT = {"type": ["string", "null"]}


def _objects(*names: str) -> Json:
    return {name: {"type": "array", "items": {"type": "object"}} for name in names}


_PRODUCT: Json = {
    "type": "object",
    "properties": {
        **{name: {"type": "string"} for name in ("id", "slug", "type", "name", "description", "created_at")},
        **_objects("breadcrumb", "categories", "collections", "attributes", "options", "variants", "media"),
        "names": {"type": "object", "additionalProperties": {"type": "string"}},
        "seo": {"type": "object"}, "brand": {"type": ["object", "null"]}, "price": _PRICE,
        "in_stock": {"type": "boolean"}, "tags": {"type": "array", "items": {"type": "string"}},
        "rating": {"type": ["string", "null"]}, "version": {"type": "integer"}},
}
_FACET: Json = {
    "type": "object",
    "properties": {
        "code": {"type": "string"}, "label": {"type": "string"},
        "values": {"type": "array", "items": {"type": "object", "properties": {
            "value": {"type": "string"}, "label": {"type": "string"}, "count": {"type": "integer"},
            "selected": {"type": "boolean"}, "parent": {"type": "string"}}}}},
}


def _answers(schema: Json, *, moves: bool = False) -> Json:
    problem = {"content": {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}}
    found: Json = {
        "200": {"description": "OK", "headers": {"ETag": {"schema": {"type": "string"}}},
                "content": {"application/json": {"schema": schema}}},
        "304": {"description": "You have this already."}}
    if moves:
        found["301"] = {"description": "A former slug: see Location."}
    texts = (("404", "Not found"), ("405", "Only reading"), ("422", "Refused"), ("429", "Too many requests"),
             ("503", "Busy"))
    return {**found, **{code: {"description": text, **problem} for code, text in texts}}


def _read(summary: str, parameters: list[Json], answers: Json) -> Json:
    return {"get": {"summary": summary, "tags": ["showcase"], "parameters": [*parameters, _ETAG],
                    "responses": answers, "x-permission": "showcase.read", "security": []}}


def _choice(kind: type[Sort] | type[SearchSort], default: str) -> Json:
    return {"type": "string", "enum": [member.value for member in kind], "default": default}


OPENAPI_PATHS: Json = {
    "/api/v1/products": _read("A page of a category, a collection or everything", [
        _CHANNEL, _LANGUAGE,
        _parameter("category", _text(120), "Slug; what is in categories below it belongs to it."),
        _parameter("collection", _text(120), "Slug; not together with a category."),
        _parameter("sort", _choice(Sort, "newest"), "Products without a price are left out of price orders."),
        _CURSOR, _LIMIT, _FIELDS,
    ], _answers({"type": "object", "required": ["items", "next"],
                 "properties": {"items": {"type": "array", "items": _CARD}, "next": _NEXT}}, moves=True)),
    "/api/v1/products/{slug}": _read("A product by slug", [_SLUG, _CHANNEL, _LANGUAGE, _FIELDS],
                                     _answers(_PRODUCT, moves=True)),
    "/api/v1/search": _read("Search with facets", [
        _parameter("q", _text(QUERY_LENGTH), "Words, a SKU or a barcode; everything when left out."),
        _CHANNEL, _LANGUAGE,
        _parameter("category", _text(), "Slugs, separated by commas."),
        _parameter("collection", _text(), "Slugs, separated by commas."),
        _parameter("brand", _text(), "Slugs, separated by commas."),
        _parameter("attr", {"type": "object", "additionalProperties": {"type": "string"}, "maxProperties": 20,
                            "propertyNames": {"pattern": "^[-A-Za-z0-9_]{1,50}$"}},
                   "`attr[color]=red,blue`", style="deepObject", explode=True),
        _parameter("price_min", _MONEY, "Minor units, inclusive."),
        _parameter("price_max", _MONEY, "Minor units, inclusive."),
        _parameter("in_stock", {"type": "boolean"}, "Only what is in stock, or only what is not."),
        _parameter("on_offer", {"type": "boolean"}, "Only what is reduced, or only what is not."),
        _parameter("sort", _choice(SearchSort, "relevance"), "Order of the hits."),
        _CURSOR, _LIMIT, _FIELDS,
        _parameter("facets", {"type": "boolean", "default": True}, "Whether to count facets."),
    ], _answers({"type": "object", "required": ["items", "next", "total", "did_you_mean", "relaxed", "facets"],
                 "properties": {"items": {"type": "array", "items": _CARD}, "next": _NEXT,
                                "total": {"type": "integer"}, "did_you_mean": {"type": ["string", "null"]},
                                "relaxed": {"type": "boolean"}, "facets": {"type": "array", "items": _FACET}}})),
    "/api/v1/suggest": _read("Suggestions while typing", [
        _parameter("q", _text(QUERY_LENGTH), "What was typed so far."), _CHANNEL, _LANGUAGE, _LIMIT,
    ], _answers({"type": "object", "required": ["products", "queries", "categories"],
                 "properties": {"products": {"type": "array", "items": _CARD},
                                "queries": {"type": "array", "items": {"type": "string"}},
                                "categories": {"type": "array", "items": {"type": "object"}}}})),
}
