"""From inputs and patches to the next state of a product: names resolved, values checked and put in their one shape."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import fields, replace
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from entrepot.catalog.contracts import (
    UNSET,
    MediaInput,
    ProductInput,
    ProductPatch,
    PublicationInput,
    RowError,
    Status,
    VariantInput,
    VariantPatch,
)
from entrepot.catalog.errors import SkuTaken
from entrepot.catalog.queries import references
from entrepot.catalog.queries.media import address
from entrepot.catalog.queries.references import References
from entrepot.catalog.rules import texts
from entrepot.catalog.rules.attributes import check_values
from entrepot.catalog.rules.state import MediaState, ProductState, PublicationState, VariantState
from entrepot.catalog.rules.variants import check_components, check_options, check_step, check_variants
from entrepot.kit import clock
from entrepot.kit.bylanguage import check_texts
from entrepot.kit.errors import N_, DomainError, InvalidInput, NotFound
from entrepot.kit.ids import uuid7
from entrepot.kit.links import check_address

_STATUSES = frozenset(s.value for s in Status)
_UNITS = 2_147_483_647


def given(value: Any) -> Any:
    """What an import leaves empty keeps what is stored."""
    return UNSET if value is None or value == "" or value == {} or value == () else value


def patch_of(product: ProductInput) -> ProductPatch:
    return ProductPatch(
        type=given(product.type), name=given(product.name), slug=given(product.slug), status=product.status,
        description=given(product.description), seo=given(product.seo), brand=given(product.brand),
        category=given(product.category), categories=given(product.categories), tax_class=given(product.tax_class),
        attributes=given(product.attributes), options=given(product.options), tags=given(product.tags),
        external_ids=given(product.external_ids), variants=tuple(variant_patch_of(v) for v in product.variants))


def variant_patch_of(v: VariantInput) -> VariantPatch:
    return VariantPatch(
        None, v.sku, given(v.barcode), given(v.name), given(v.options), given(v.attributes), UNSET, v.is_active,
        v.is_stocked, v.needs_shipping, v.weight_g or UNSET, given(v.dimensions_mm), given(v.unit), given(v.qty_step),
        given(v.customs), given(v.cost), given(v.cost_currency), given(v.external_ids), given(v.components))


def blank(product: ProductInput, refs: References, now: datetime) -> ProductState:
    """The state of a product that is not stored yet."""
    kind = refs.types.get(product.type)
    if kind is None:
        raise InvalidInput("type", N_("There is no such product type."))
    name = check_texts("name", product.name, required=True)
    id_ = uuid7()
    return ProductState(id_, kind.id, product.slug or texts.slug_of(name) or id_.hex[-12:], now)


def from_input(state: ProductState, product: ProductInput, refs: References) -> ProductState:
    """`state` with everything the input has."""
    state = apply(state, patch_of(product), refs)
    known = {p.channel_id for p in state.publications}
    news = [p for p in product.publications if p.from_at or p.until_at or refs.channels.get(p.channel) not in known]
    if product.media or news:
        state = replace(state, media=add_addresses(state, product.media),
                        publications=publish_in(state, news, refs))
    return state


def apply(state: ProductState, patch: ProductPatch, refs: References) -> ProductState:
    """`state` after `patch`, checked as a whole."""
    changes: dict[str, Any] = {f.name: value for f in fields(patch)
                               if (value := getattr(patch, f.name)) is not UNSET}
    variants: tuple[VariantPatch, ...] = changes.pop("variants", ())
    if "type" in changes:
        changes["type_id"] = _id(refs.types, changes.pop("type"), "type").id
    if "brand" in changes:
        brand = changes.pop("brand")
        changes["brand_id"] = _id(refs.brands, brand, "brand") if brand else None
    changes.update(_placed(state, changes, refs))
    changes = _checked(changes)
    if variants:
        changes["variants"] = _variants(state, variants, refs)
    return check(replace(state, **changes), refs)


def _id(known: dict[str, Any], name: str, field: str) -> Any:
    if name not in known:
        raise InvalidInput(field, N_("There is no such entry."))
    return known[name]


def _placed(state: ProductState, changes: dict[str, Any], refs: References) -> dict[str, Any]:
    """Main category and categories, the main one among them."""
    main, ids = state.category_id, set(state.category_ids)
    if "categories" in changes:
        ids = {_id(refs.categories, slug, "categories") for slug in changes.pop("categories")}
        if "category" not in changes and main is not None and main not in ids:
            main = min(ids) if ids else None
    if "category" in changes:
        slug = changes.pop("category")
        main = _id(refs.categories, slug, "category") if slug else None
    if main is not None:
        ids.add(main)
    return {"category_id": main, "category_ids": tuple(sorted(ids))}


def _checked(changes: dict[str, Any]) -> dict[str, Any]:
    """Product fields in their stored shape."""
    if "name" in changes:
        changes["name"] = check_texts("name", changes["name"], required=True)
    if "description" in changes:
        changes["description"] = texts.check_html("description", changes["description"])
    if "seo" in changes:
        changes["seo"] = texts.check_seo(changes["seo"])
    if "slug" in changes:
        texts.check_slug(changes["slug"])
    if "status" in changes and changes["status"] not in _STATUSES:
        raise InvalidInput("status", N_("is draft, active or archived"))
    if "tax_class" in changes:
        changes["tax_class"] = texts.check_line("tax_class", changes["tax_class"], 20, required=True)
    if "options" in changes:
        changes["options"] = check_options(changes["options"])
    if "tags" in changes:
        changes["tags"] = check_tags(changes["tags"])
    if "external_ids" in changes:
        changes["external_ids"] = texts.check_map("external_ids", changes["external_ids"])
    return changes


def check_tags(tags: Iterable[str]) -> tuple[str, ...]:
    kept = tuple(dict.fromkeys(line for tag in tags if (line := texts.check_line("tags", tag, 60))))
    if len(kept) > 200:
        raise InvalidInput("tags", N_("has too many entries"))
    return kept


def _variants(state: ProductState, patches: Sequence[VariantPatch], refs: References) -> tuple[VariantState, ...]:
    by_id = {v.id: v for v in state.variants}
    by_sku = {v.sku: v.id for v in state.variants}
    last = max((v.position for v in state.variants), default=-1)
    touched: set[UUID] = set()
    for patch in patches:
        if patch.id is not None:
            if patch.id not in by_id:
                raise NotFound("variant")
            known = by_id[patch.id]
        elif isinstance(patch.sku, str) and patch.sku in by_sku:
            known = by_id[by_sku[patch.sku]]
        else:
            last += 1
            known = VariantState(uuid7(), "", position=last)
            by_sku[patch.sku if isinstance(patch.sku, str) else ""] = known.id
        if known.id in touched:
            raise SkuTaken(sku=known.sku or patch.sku)
        touched.add(known.id)
        by_id[known.id] = _variant(known, patch, refs)
    return tuple(sorted(by_id.values(), key=lambda v: (v.position, v.id)))


_PATCHED = tuple(f.name for f in fields(VariantPatch) if f.name != "id")


def _variant(state: VariantState, patch: VariantPatch, refs: References) -> VariantState:
    c: dict[str, Any] = {name: value for name in _PATCHED if (value := getattr(patch, name)) is not UNSET}
    if "components" in c:
        c["components"] = check_components(state.id, c["components"], refs.parts)
        c["is_bundle"] = bool(c["components"])
        if c["is_bundle"]:
            c["is_stocked"] = True
    if "sku" in c or not state.sku:
        c["sku"] = texts.check_line("sku", c.get("sku", ""), 80, required=True)
    for name, limit in (("barcode", 40), ("unit", 10), ("cost_currency", 3)):
        if name in c:
            c[name] = texts.check_line(name, c[name], limit, required=name == "unit")
    if "name" in c:
        c["name"] = check_texts("variants.name", c["name"])
    for name in ("customs", "external_ids"):
        if name in c:
            c[name] = texts.check_map(name, c[name])
    if "qty_step" in c:
        c["qty_step"] = check_step(c["qty_step"])
    _check_numbers(c)
    if state.sku:
        return replace(state, **c)
    return VariantState(id=state.id, **{"position": state.position, **c})  # new: half the cost of `replace`


def _check_numbers(c: dict[str, Any]) -> None:
    cost: Decimal | None = c.get("cost")
    if cost is not None and not (cost.is_finite() and 0 <= cost < Decimal(10) ** 14):
        raise InvalidInput("cost", N_("is not a possible cost"))
    if cost is not None:
        c["cost"] = round(cost, 6)
    numbers = [c.get("weight_g", 0), *(c.get("dimensions_mm") or ())]
    if any(not 0 <= n <= _UNITS for n in numbers) or abs(c.get("position", 0)) > _UNITS:
        raise InvalidInput("weight_g", N_("is out of range"))
    if c.get("dimensions_mm") is not None and len(c["dimensions_mm"]) != 3:
        raise InvalidInput("dimensions_mm", N_("is length, width and height"))


def check(state: ProductState, refs: References) -> ProductState:
    """The whole: values against the type, variants against the options."""
    kind = refs.types_by_id[state.type_id]
    complete = state.status == Status.ACTIVE
    check_variants(state.options, state.variants)
    variants = tuple(replace(v, attributes=check_values(v.attributes, kind, of_variant=True,
                                                        complete=complete and v.is_active))
                     if v.attributes or kind.required else v for v in state.variants)
    own = check_values(state.attributes, kind, of_variant=False, complete=complete)
    if own == state.attributes and variants == state.variants:
        return state
    return replace(state, attributes=own, variants=variants)


def add_addresses(state: ProductState, inputs: Iterable[MediaInput]) -> tuple[MediaState, ...]:
    """Images by address: one that is there already, ours too, gets the new texts, another is appended."""
    media = {address(m.file, m.url) or str(m.id): m for m in state.media}
    skus = {v.sku: v.id for v in state.variants}
    for item in inputs:
        url = item.url if item.url in media else check_address("url", item.url)
        known = media.get(url) or MediaState(uuid7(), url, position=len(media))
        alt = check_texts("alt", item.alt) or known.alt
        variant = _id(skus, item.variant_sku, "variant_sku") if item.variant_sku else known.variant_id
        media[url] = replace(known, alt=alt, variant_id=variant)
    return tuple(media.values())


def publish_in(state: ProductState, inputs: Iterable[PublicationInput],
               refs: References) -> tuple[PublicationState, ...]:
    """Publications by channel; a new one replaces that channel's old one."""
    known = {p.channel_id: p for p in state.publications}
    for item in inputs:
        if item.from_at and item.until_at and item.from_at >= item.until_at:
            raise InvalidInput("until_at", N_("is not after the beginning"))
        if any(at is not None and at.tzinfo is None for at in (item.from_at, item.until_at)):
            raise InvalidInput("from_at", N_("needs a time zone"))
        if not all(at is None or clock.is_in_reach(at) for at in (item.from_at, item.until_at)):
            raise InvalidInput("from_at", N_("is too far from today"))
        channel = _id(refs.channels, item.channel, "channel")
        known[channel] = PublicationState(channel, item.from_at, item.until_at)
    return tuple(known[key] for key in sorted(known))


def skus_of(inputs: Iterable[ProductInput | ProductPatch]) -> set[str]:
    """The SKUs that bundles among these inputs take."""
    return {part.sku for item in inputs for variant in item.variants
            if variant.components is not UNSET for part in variant.components}


def references_of(inputs: Sequence[ProductInput | ProductPatch], *, type_ids: Sequence[int] = ()) -> References:
    """Everything that these inputs name."""
    types: set[str] = set()
    brands: set[str] = set()
    categories: set[str] = set()
    channels: set[str] = set()
    for item in inputs:
        if item.type is not UNSET:
            types.add(item.type)
        if item.brand is not UNSET and item.brand:
            brands.add(item.brand)
        if item.category is not UNSET and item.category:
            categories.add(item.category)
        if item.categories is not UNSET:
            categories.update(item.categories)
        if isinstance(item, ProductInput):
            channels.update(p.channel for p in item.publications)
    return references.load(types=types, type_ids=type_ids, brands=brands, categories=categories, channels=channels,
                           parts=skus_of(inputs))


def row_error(index: int, error: DomainError) -> RowError:
    return RowError(index, error.code, str(error.params.get("field", "")), str(error.params.get("reason", error)))
