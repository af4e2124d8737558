"""Administration of products."""

from __future__ import annotations

import re
from typing import Annotated, Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from ninja import File, Form, Query
from ninja.files import UploadedFile

from entrepot.catalog import public
from entrepot.catalog.api.schemas import (
    BIG,
    BulkEditBody,
    BulkOut,
    CollectionIds,
    ComponentBody,
    CopyBody,
    Dates,
    GenerateBody,
    HistoryPage,
    ImportBody,
    Limit,
    Match,
    MediaAddress,
    MediaOrder,
    MediaOut,
    MediaPatch,
    OptionsBody,
    Page,
    ProductBody,
    ProductOut,
    ProductPatchBody,
    ReasonBody,
    Status,
    VariantBody,
    VariantPatchBody,
    added_variant,
    variant_patch,
)
from entrepot.catalog.errors import MediaTooLarge
from entrepot.catalog.images import MAX_BYTES
from entrepot.catalog.permissions import EDIT, PUBLISH, READ, STRUCTURE
from entrepot.catalog.queries.products import LIST_FIELDS, ProductFilter, find_products, get_product, product_version
from entrepot.kit import paging
from entrepot.kit.errors import N_, InvalidInput, NotFound, StaleVersion
from entrepot.kit.json import loads
from entrepot.kit.rest import Routes, actor_of

routes = Routes()

_ETAG = re.compile(r'(?:W/)?"(\d{1,9})"')
OptionalId = Annotated[int | None, Query(ge=1, le=BIG)]


def expected(match: str) -> int | None:
    """The version that If-Match asks for."""
    if match in ("", "*"):
        return None
    found = _ETAG.fullmatch(match.strip())
    if found is None:
        raise StaleVersion
    return int(found[1])


def _whole(product_id: UUID, response: HttpResponse) -> dict[str, Any]:
    product = get_product(product_id)
    if product is None:
        raise NotFound("product")
    response["ETag"] = f'"{product["version"]}"'
    return product


@routes.get("", permission=READ, response=Page, summary="Products, newest first")
def find(request: HttpRequest, q: Annotated[str, Query(max_length=200)] = "", status: Status | None = None,
         type: Annotated[str, Query(max_length=50)] = "", brand_id: OptionalId = None, category_id: OptionalId = None,
         collection_id: OptionalId = None, channel: Annotated[str, Query(max_length=50)] = "",
         tag: Annotated[str, Query(max_length=60)] = "", fields: str = "", cursor: str = "",
         limit: Limit = paging.DEFAULT_LIMIT) -> Any:
    wanted = ProductFilter(q, status or "", type, brand_id, category_id, collection_id, channel, tag)
    items = find_products(wanted, after=paging.at_and_id(cursor), limit=limit + 1)
    last = items[limit - 1] if len(items) > limit else None
    return {"items": paging.sparse(items[:limit], fields, LIST_FIELDS),
            "next": paging.encode([last["created_at"].isoformat(), str(last["id"])]) if last else None}


@routes.post("", permission=EDIT, response={201: ProductOut}, summary="Create a product")
def create(request: HttpRequest, response: HttpResponse, body: ProductBody) -> Any:
    return _whole(public.create_product(body.taken(), actor=actor_of(request)), response)


@routes.post("/bulk-edit", permission=EDIT, response=BulkOut, summary="One change for many products, all or none")
def bulk_edit(request: HttpRequest, body: BulkEditBody) -> Any:
    """When a product refuses the change, nothing is stored and `errors` tells which and why."""
    return public.bulk_edit(body.product_ids, body.change.taken(), actor=actor_of(request), reason=body.reason)


@routes.post("/import", permission=EDIT, response=BulkOut, summary="Create or update up to 1,000 products")
def bulk_import(request: HttpRequest, body: ImportBody) -> Any:
    """Found by external id, else by slug. Good products are stored, `errors` lists the others."""
    return public.bulk_import_products([p.taken() for p in body.products], actor=actor_of(request))


@routes.get("/{uuid:product_id}", permission=READ, response={200: ProductOut, 304: None}, summary="A product")
def get(request: HttpRequest, response: HttpResponse, product_id: UUID) -> Any:
    seen = request.headers.get("If-None-Match", "")
    if seen and f'"{product_version(product_id)}"' in re.split(r"\s*,\s*", seen):
        response["ETag"] = seen
        response.status_code = 304
        return response
    return _whole(product_id, response)


@routes.patch("/{uuid:product_id}", permission=EDIT, response=ProductOut, summary="Change a product")
def update(request: HttpRequest, response: HttpResponse, product_id: UUID, body: ProductPatchBody,
           if_match: Match = "") -> Any:
    public.update_product(product_id, body.taken(), expected_version=expected(if_match), actor=actor_of(request))
    return _whole(product_id, response)


@routes.post("/{uuid:product_id}/archive", permission=EDIT, response=ProductOut, summary="Take a product off sale")
def archive(request: HttpRequest, response: HttpResponse, product_id: UUID, body: ReasonBody,
            if_match: Match = "") -> Any:
    public.archive_product(product_id, expected_version=expected(if_match), actor=actor_of(request), reason=body.reason)
    return _whole(product_id, response)


@routes.get("/{uuid:product_id}/history", permission=READ, response=HistoryPage,
            summary="The history of a product, newest first")
def history(request: HttpRequest, product_id: UUID, cursor: str = "", limit: Limit = paging.DEFAULT_LIMIT) -> Any:
    entries = public.product_history(product_id, before=paging.number(cursor) or BIG, limit=limit + 1)
    return {"items": entries[:limit], "next": paging.encode([entries[limit - 1].id]) if len(entries) > limit else None}


# ---- variants


@routes.post("/{uuid:product_id}/variants", permission=EDIT, response={201: ProductOut}, summary="Add a variant")
def add_variant(request: HttpRequest, response: HttpResponse, product_id: UUID, body: VariantBody,
                if_match: Match = "") -> Any:
    public.add_variant(product_id, added_variant(body), expected_version=expected(if_match),
                       actor=actor_of(request))
    return _whole(product_id, response)


@routes.post("/{uuid:product_id}/variants/generate", permission=EDIT, response=ProductOut,
             summary="Make a variant for every combination of options that has none")
def generate(request: HttpRequest, response: HttpResponse, product_id: UUID, body: GenerateBody,
             if_match: Match = "") -> Any:
    public.generate_variants(product_id, body.sku_prefix, expected_version=expected(if_match), actor=actor_of(request))
    return _whole(product_id, response)


@routes.patch("/{uuid:product_id}/variants/{uuid:variant_id}", permission=EDIT, response=ProductOut,
              summary="Change a variant")
def update_variant(request: HttpRequest, response: HttpResponse, product_id: UUID, variant_id: UUID,
                   body: VariantPatchBody, if_match: Match = "") -> Any:
    if body.id is not None and body.id != variant_id:
        raise InvalidInput("id", N_("is not the variant of the address"))
    public.update_variant(variant_id, variant_patch(body), product_id=product_id,
                          expected_version=expected(if_match), actor=actor_of(request))
    return _whole(product_id, response)


@routes.put("/{uuid:product_id}/variants/{uuid:variant_id}/components", permission=EDIT, response=ProductOut,
            summary="Make a variant a bundle of others, or no bundle")
def set_components(request: HttpRequest, response: HttpResponse, product_id: UUID, variant_id: UUID,
                   body: list[ComponentBody], if_match: Match = "") -> Any:
    public.set_components(variant_id, [(c.sku, c.quantity) for c in body], product_id=product_id,
                          expected_version=expected(if_match), actor=actor_of(request))
    return _whole(product_id, response)


@routes.put("/{uuid:product_id}/options", permission=EDIT, response=ProductOut,
            summary="Other options, and variants that fit them")
def set_options(request: HttpRequest, response: HttpResponse, product_id: UUID, body: OptionsBody,
                if_match: Match = "") -> Any:
    """With `complete`, a variant for every combination that has none; what no longer fits is switched off."""
    public.set_options(product_id, body.taken(), sku_prefix=body.sku_prefix, complete=body.complete,
                       expected_version=expected(if_match), actor=actor_of(request))
    return _whole(product_id, response)


@routes.post("/{uuid:product_id}/copy", permission=EDIT, response={201: ProductOut},
             summary="A draft like this product, under its own name and SKUs")
def copy(request: HttpRequest, response: HttpResponse, product_id: UUID, body: CopyBody) -> Any:
    made = public.duplicate_product(product_id, body.name, ending=body.sku_ending, actor=actor_of(request))
    return _whole(made, response)


@routes.post("/{uuid:product_id}/history/{int:entry_id}/restore", permission=EDIT, response=ProductOut,
             summary="Everything but images as it was after this entry of the history")
def restore(request: HttpRequest, response: HttpResponse, product_id: UUID, entry_id: int, if_match: Match = "") -> Any:
    public.restore_product(product_id, entry_id, expected_version=expected(if_match), actor=actor_of(request))
    return _whole(product_id, response)


@routes.put("/{uuid:product_id}/collections", permission=STRUCTURE, response=ProductOut,
            summary="The collections made by hand that the product is in")
def choose_collections(request: HttpRequest, response: HttpResponse, product_id: UUID, body: CollectionIds) -> Any:
    public.choose_collections(product_id, body.collection_ids, actor=actor_of(request))
    return _whole(product_id, response)


# ---- media


@routes.get("/{uuid:product_id}/media", permission=READ, response=list[MediaOut],
            summary="The images of a product in their order, with texts and renditions")
def list_media(request: HttpRequest, response: HttpResponse, product_id: UUID) -> Any:
    return list(_whole(product_id, response)["media"])


@routes.get("/{uuid:product_id}/media/{uuid:media_id}", permission=READ, response=MediaOut,
            summary="An image of a product")
def get_medium(request: HttpRequest, response: HttpResponse, product_id: UUID, media_id: UUID) -> Any:
    return _medium(product_id, media_id, response)


@routes.post("/{uuid:product_id}/media", permission=EDIT, response={201: MediaOut}, summary="Add an image by address")
def add_address(request: HttpRequest, response: HttpResponse, product_id: UUID, body: MediaAddress) -> Any:
    product = _whole(product_id, response)
    variant = next((v["id"] for v in product["variants"] if v["sku"] == body.variant_sku), None)
    if body.variant_sku and variant is None:
        raise NotFound("variant")
    id_ = public.add_media(product_id, url=body.url, alt=body.alt, variant_id=variant, actor=actor_of(request))
    return _medium(product_id, id_, response)


@routes.post("/{uuid:product_id}/media/upload", permission=EDIT, response={201: MediaOut}, summary="Upload an image")
def upload(request: HttpRequest, response: HttpResponse, product_id: UUID, file: File[UploadedFile],
           alt: Annotated[str, Form(max_length=5000)] = "{}", variant_id: Annotated[UUID | None, Form()] = None) -> Any:
    """JPEG, PNG, WebP, GIF or AVIF; stored as WebP in several widths, without EXIF. `alt`: {language: text} as JSON."""
    if file.size is None or file.size > MAX_BYTES:
        raise MediaTooLarge(megabytes=MAX_BYTES // 1024 // 1024, megapixels=40)
    id_ = public.add_media(product_id, content=file.read(), alt=_texts(alt), variant_id=variant_id,
                           actor=actor_of(request))
    return _medium(product_id, id_, response)


def _texts(alt: str) -> dict[str, str]:
    try:
        texts = loads(alt)
    except ValueError:
        texts = None
    if not isinstance(texts, dict) or not all(isinstance(v, str) for v in texts.values()):
        raise InvalidInput("alt", N_("is keyed by language codes such as “en” or “zh-hans”"))
    return texts


def _medium(product_id: UUID, media_id: UUID, response: HttpResponse) -> Any:
    found = next((m for m in _whole(product_id, response)["media"] if m["id"] == media_id), None)
    if found is None:
        raise NotFound("media")
    return found


@routes.put("/{uuid:product_id}/media/order", permission=EDIT, response=ProductOut, summary="Put the images in order")
def order_media(request: HttpRequest, response: HttpResponse, product_id: UUID, body: MediaOrder,
                if_match: Match = "") -> Any:
    public.order_media(product_id, body.media_ids, expected_version=expected(if_match), actor=actor_of(request))
    return _whole(product_id, response)


@routes.patch("/{uuid:product_id}/media/{uuid:media_id}", permission=EDIT, response=MediaOut,
              summary="Alternative texts of an image, and the variant that it shows")
def update_media(request: HttpRequest, response: HttpResponse, product_id: UUID, media_id: UUID, body: MediaPatch,
                 if_match: Match = "") -> Any:
    clear = "variant_id" in body.model_fields_set and body.variant_id is None
    public.update_media(product_id, media_id, alt=body.alt, variant_id=body.variant_id, clear_variant=clear,
                        expected_version=expected(if_match), actor=actor_of(request))
    return _medium(product_id, media_id, response)


@routes.delete("/{uuid:product_id}/media/{uuid:media_id}", permission=EDIT, response={204: None},
               summary="Remove an image")
def delete_media(request: HttpRequest, product_id: UUID, media_id: UUID, if_match: Match = "") -> None:
    public.delete_media(product_id, media_id, expected_version=expected(if_match), actor=actor_of(request))


# ---- publications


@routes.put("/{uuid:product_id}/publications/{slug:channel}", permission=PUBLISH, response=ProductOut,
            summary="Offer a product in a channel, from and until a date when given")
def publish(request: HttpRequest, response: HttpResponse, product_id: UUID, channel: str, body: Dates) -> Any:
    public.publish(product_id, channel, body.from_at, body.until_at, actor=actor_of(request))
    return _whole(product_id, response)


@routes.delete("/{uuid:product_id}/publications/{slug:channel}", permission=PUBLISH, response={204: None},
               summary="Take a product out of a channel")
def unpublish(request: HttpRequest, product_id: UUID, channel: str) -> None:
    public.unpublish(product_id, channel, actor=actor_of(request))
