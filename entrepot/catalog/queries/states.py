"""Stored products as `ProductState` values: one statement to lock, one to read, for any number."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from entrepot.catalog.rules.state import MediaState, ProductState, PublicationState, VariantState
from entrepot.kit import db

# Arrays come out of sub-selects so that one plan serves any number (see `queries.facts`).
_LOCK = "SELECT id FROM catalog_product WHERE id = ANY((SELECT %s::uuid[])::uuid[]) ORDER BY id FOR NO KEY UPDATE"

_LOAD = """
SELECT p.id, p.type_id, p.slug, p.created_at, p.status, p.name, p.description, p.seo, p.brand_id, p.category_id,
       ARRAY(SELECT category_id FROM catalog_product_categories WHERE product_id = p.id ORDER BY 1) AS category_ids,
       p.tax_class, p.attributes, p.options, p.tags, p.external_ids, p.version,
       (SELECT coalesce(jsonb_agg(jsonb_build_array(
                v.id, v.sku, v.barcode, v.name, v.options, v.attributes, v.position, v.is_active, v.is_bundle,
                v.is_stocked, v.needs_shipping, v.weight_g, v.dimensions_mm, v.unit, v.qty_step::text, v.customs,
                v.cost::text, v.cost_currency, v.external_ids,
                CASE WHEN v.is_bundle THEN (SELECT jsonb_agg(jsonb_build_array(b.component_id, b.quantity::text)
                                                             ORDER BY b.component_id)
                                            FROM catalog_bundleitem b WHERE b.bundle_id = v.id) END)
                ORDER BY v.position, v.id), '[]')
        FROM catalog_variant v WHERE v.product_id = p.id) AS variants,
       (SELECT coalesce(jsonb_agg(jsonb_build_array(m.id, m.url, m.file, m.alt, m.position, m.variant_id, m.width,
                                                    m.height, m.renditions) ORDER BY m.position, m.id), '[]')
        FROM catalog_media m WHERE m.product_id = p.id) AS media,
       (SELECT coalesce(jsonb_agg(jsonb_build_array(u.channel_id, u.from_at, u.until_at) ORDER BY u.channel_id), '[]')
        FROM catalog_publication u WHERE u.product_id = p.id) AS publications
FROM catalog_product p WHERE p.id = ANY((SELECT %s::uuid[])::uuid[]) ORDER BY p.id
"""


def lock(ids: Iterable[UUID]) -> list[UUID]:
    """Lock these products in the order of their ids; those that exist. Read them after, not before."""
    return [r.id for r in db.rows(_LOCK, [sorted(set(ids))])]


def load(ids: Iterable[UUID]) -> dict[UUID, ProductState]:
    return {r.id: _product(r) for r in db.rows(_LOAD, [sorted(set(ids))])}


def _product(r: Any) -> ProductState:
    return ProductState(
        r.id, r.type_id, r.slug, r.created_at, r.status, r.name, r.description, r.seo, r.brand_id, r.category_id,
        tuple(r.category_ids), r.tax_class, r.attributes, tuple(r.options), tuple(r.tags), r.external_ids, r.version,
        tuple(_variant(v) for v in r.variants), tuple(_media(m) for m in r.media),
        tuple(PublicationState(c, _moment(f), _moment(u)) for c, f, u in r.publications))


def _variant(v: list[Any]) -> VariantState:
    (id_, sku, barcode, name, options, attributes, position, active, bundle, stocked, shipped, weight, dimensions, unit,
     step, customs, cost, currency, external, parts) = v
    components = tuple((UUID(c), Decimal(q)) for c, q in parts or ())
    return VariantState(
        UUID(id_), sku, barcode, name, options, attributes, position, active, bundle, stocked, shipped, weight,
        tuple(dimensions) if dimensions else None, unit, Decimal(step), customs,
        None if cost is None else Decimal(cost), currency, external, components)


def _media(m: list[Any]) -> MediaState:
    id_, url, file, alt, position, variant, width, height, renditions = m
    return MediaState(UUID(id_), url, file, alt, position, UUID(variant) if variant else None, width, height,
                      tuple(renditions))


def _moment(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None
