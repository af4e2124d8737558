"""What any visitor may see of the catalogue's frame; product pages and listings are showcase's."""

from __future__ import annotations

import hashlib
from typing import Annotated, Any
from urllib.parse import quote

from django.http import HttpRequest, HttpResponse
from ninja import Query, Schema

from entrepot.catalog import public
from entrepot.catalog.permissions import BROWSE
from entrepot.catalog.queries.structure import in_language
from entrepot.kit.errors import NotFound
from entrepot.kit.json import dumps
from entrepot.kit.rest import Routes

channels = Routes()
categories = Routes()
collections = Routes()

Language = Annotated[str, Query(pattern=r"^[a-z]{2,3}(-[a-z0-9]{2,8})?$", max_length=20)]


class ShopChannel(Schema):
    id: int
    code: str
    name: dict[str, str]
    currency: str
    country: str
    languages: list[str]
    prices_include_tax: bool
    is_default: bool


class CategoryTree(Schema):
    id: int
    slug: str
    name: str
    description: str
    children: list[CategoryTree]


class ShopCategory(Schema):
    id: int
    slug: str
    name: str
    description: str
    parent_id: int | None


class ShopCollection(Schema):
    id: int
    slug: str
    name: str
    description: str


def _cached(request: HttpRequest, value: Any) -> HttpResponse:
    """JSON with an ETag, or 304 for who has it already."""
    body = dumps(value)
    tag = f'"{hashlib.blake2b(body, digest_size=12).hexdigest()}"'
    fresh = request.headers.get("If-None-Match") == tag
    response = HttpResponse(status=304) if fresh else HttpResponse(body, content_type="application/json")
    response["ETag"], response["Cache-Control"] = tag, "public, max-age=60"
    return response


@channels.get("", permission=BROWSE, response={200: list[ShopChannel], 304: None}, summary="Where is sold")
def list_channels(request: HttpRequest) -> Any:
    names = tuple(ShopChannel.model_fields)
    return _cached(request, [{n: getattr(c, n) for n in names} for c in public.channels(active_only=True)])


@categories.get("", permission=BROWSE, response={200: list[CategoryTree], 304: None}, summary="The category tree")
def category_tree(request: HttpRequest, language: Language = "en") -> Any:
    return _cached(request, public.category_tree(language))


@categories.get("/{slug}", permission=BROWSE, response={200: ShopCategory, 301: None, 304: None},
                summary="A category, by slug")
def category(request: HttpRequest, slug: str, language: Language = "en") -> Any:
    """A former slug answers 301 with the present address."""
    found = public.category_by_slug(_clean("category", slug))
    if found is None:
        return _moved("category", slug, request)
    return _cached(request, {"id": found["id"], "slug": found["slug"], "parent_id": found["parent_id"],
                             "name": in_language(found["name"], language),
                             "description": in_language(found["description"], language)})


@collections.get("", permission=BROWSE, response={200: list[ShopCollection], 304: None}, summary="Visible collections")
def list_collections(request: HttpRequest, language: Language = "en") -> Any:
    return _cached(request, [_collection(c, language) for c in public.collections()])


@collections.get("/{slug}", permission=BROWSE, response={200: ShopCollection, 301: None, 304: None},
                 summary="A collection, by slug")
def collection(request: HttpRequest, slug: str, language: Language = "en") -> Any:
    """A former slug answers 301 with the present address."""
    found = public.collection_by_slug(_clean("collection", slug))
    if found is None or not found.is_visible:
        return _moved("collection", slug, request)
    return _cached(request, _collection(found, language))


def _collection(c: Any, language: str) -> dict[str, Any]:
    return {"id": c.id, "slug": c.slug, "name": in_language(c.name, language),
            "description": in_language(c.description, language)}


def _clean(kind: str, slug: str) -> str:
    if "\x00" in slug:
        raise NotFound(kind)
    return slug


def _moved(kind: str, slug: str, request: HttpRequest) -> HttpResponse:
    present = public.resolve_redirect(kind, slug)
    if present is None:
        raise NotFound(kind)
    response = HttpResponse(status=301)
    query = request.META.get("QUERY_STRING", "")
    response["Location"] = request.path.rsplit("/", 1)[0] + "/" + quote(present) + (f"?{query}" if query else "")
    return response
