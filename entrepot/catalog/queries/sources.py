"""Everything that documents about products are made of, for any number of products in two statements."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from entrepot.catalog.contracts import (
    AttributeInfo,
    AttributeSource,
    BrandInfo,
    CategoryRef,
    MediaSource,
    Option,
    OptionValue,
    ProductSource,
    PublicationSource,
    Rendition,
    VariantSource,
)
from entrepot.catalog.queries.media import address
from entrepot.kit import db

_PRODUCTS = """
SELECT p.id, t.code AS type_code, t.name AS type_name, p.slug, p.status, p.name, p.description, p.seo,
       CASE WHEN b.id IS NOT NULL THEN jsonb_build_array(b.id, b.slug, b.name) END AS brand,
       main.path::text AS main_path,
       ARRAY(SELECT c.path::text FROM catalog_product_categories pc JOIN catalog_category c ON c.id = pc.category_id
             WHERE pc.product_id = p.id) AS paths,
       ARRAY(SELECT collection_id FROM catalog_collectionitem i WHERE i.product_id = p.id ORDER BY 1) AS collection_ids,
       p.tax_class, p.attributes, p.options, p.tags, p.external_ids, p.rating, p.created_at, p.updated_at, p.version,
       (SELECT coalesce(jsonb_agg(jsonb_build_array(
                v.id, v.sku, v.barcode, v.name, v.options, v.attributes, v.is_active, v.is_bundle, v.is_stocked,
                v.needs_shipping, v.weight_g, v.dimensions_mm, v.unit, v.qty_step::text,
                CASE WHEN v.is_bundle THEN (SELECT jsonb_agg(jsonb_build_array(i.component_id, i.quantity::text)
                                                             ORDER BY i.component_id)
                                            FROM catalog_bundleitem i WHERE i.bundle_id = v.id) END)
                ORDER BY v.position, v.id), '[]')
        FROM catalog_variant v WHERE v.product_id = p.id) AS variants,
       (SELECT coalesce(jsonb_agg(jsonb_build_array(m.id, m.file, m.url, m.alt, m.width, m.height, m.renditions,
                                                    m.variant_id) ORDER BY m.position, m.id), '[]')
        FROM catalog_media m WHERE m.product_id = p.id) AS media,
       (SELECT coalesce(jsonb_agg(jsonb_build_array(u.channel_id, u.from_at, u.until_at) ORDER BY u.channel_id), '[]')
        FROM catalog_publication u WHERE u.product_id = p.id) AS publications
FROM catalog_product p JOIN catalog_producttype t ON t.id = p.type_id
LEFT JOIN catalog_brand b ON b.id = p.brand_id LEFT JOIN catalog_category main ON main.id = p.category_id
WHERE p.id = ANY((SELECT %s::uuid[])::uuid[]) ORDER BY p.id
"""

_WORDS = """
SELECT 'attribute' AS kind, code AS key, jsonb_build_array(code, name, kind, unit, choices, is_facet) AS told
FROM catalog_attribute WHERE code = ANY(%(codes)s)
UNION ALL
SELECT 'category', id::text, jsonb_build_array(id, slug, name) FROM catalog_category
WHERE id = ANY(%(categories)s::bigint[])
"""


class _Words:
    """Definitions of the attributes and names of the categories that a batch of products uses."""

    def __init__(self, rows: list[Any]) -> None:
        codes: set[str] = set()
        ids: set[str] = set()
        for r in rows:
            codes.update(r.attributes, *(v[5] for v in r.variants))
            ids.update(*(path.split(".") for path in r.paths))
        self.attributes: dict[str, AttributeInfo] = {}
        self.categories: dict[str, CategoryRef] = {}
        if codes or ids:
            for w in db.rows(_WORDS, {"codes": list(codes), "categories": [int(i) for i in ids]}):
                if w.kind == "attribute":
                    self.attributes[w.key] = AttributeInfo(*w.told)
                else:
                    self.categories[w.key] = CategoryRef(*w.told)

    def values(self, held: Mapping[str, Any]) -> tuple[AttributeSource, ...]:
        known = self.attributes
        return tuple(self._value(known[code], value) for code, value in held.items() if code in known)

    @staticmethod
    def _value(a: AttributeInfo, value: Any) -> AttributeSource:
        chosen = value if isinstance(value, list) else [value]
        labels = tuple(a.choices.get(c) or {"en": str(c)} for c in chosen) if a.choices else ()
        return AttributeSource(a.code, a.name, a.kind, a.unit, value, labels, a.is_facet)

    def path(self, path: str | None) -> tuple[CategoryRef, ...]:
        return tuple(self.categories[label] for label in path.split(".")) if path else ()


def product_sources(product_ids: Iterable[UUID]) -> list[ProductSource]:
    """The products that exist, in the order of their ids, drafts and archived ones too."""
    rows = db.rows(_PRODUCTS, [list(product_ids)])
    words = _Words(rows)
    return [_source(r, words) for r in rows]


def _source(r: Any, words: _Words) -> ProductSource:
    labels = dict.fromkeys(label for path in r.paths for label in path.split("."))
    return ProductSource(
        r.id, r.type_code, r.type_name, r.slug, r.status, r.name, r.description, r.seo,
        BrandInfo(*r.brand) if r.brand else None, words.path(r.main_path),
        tuple(words.categories[label] for label in labels), tuple(r.collection_ids), r.tax_class,
        words.values(r.attributes), tuple(_option(o) for o in r.options), tuple(r.tags), r.external_ids, r.rating,
        r.created_at, r.updated_at, r.version, tuple(_variant(v, words) for v in r.variants),
        tuple(_media(m) for m in r.media),
        tuple(PublicationSource(c, _moment(f), _moment(u)) for c, f, u in r.publications))


def _option(o: Mapping[str, Any]) -> Option:
    return Option(o["code"], o["name"], tuple(OptionValue(v["code"], v["name"]) for v in o["values"]))


def _variant(v: list[Any], words: _Words) -> VariantSource:
    (id_, sku, barcode, name, options, attributes, active, bundle, stocked, shipped, weight, sides,
     unit, step, parts) = v
    return VariantSource(UUID(id_), sku, barcode, name, options, words.values(attributes), active, bundle, stocked,
                         shipped, weight, unit, Decimal(step), tuple((UUID(c), Decimal(q)) for c, q in parts or ()),
                         (sides[0], sides[1], sides[2]) if sides else None)


def _media(m: list[Any]) -> MediaSource:
    id_, file, url, alt, width, height, renditions, variant = m
    made = tuple(Rendition(address(x["file"], ""), x["width"], x["height"], x["type"]) for x in renditions)
    return MediaSource(UUID(id_), address(file, url), alt, width, height, made, UUID(variant) if variant else None)


def _moment(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None
