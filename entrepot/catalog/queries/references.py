"""Names to ids: what a product input refers to, in two statements."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from entrepot.catalog.contracts import AttributeInfo, TypeInfo
from entrepot.catalog.rules.variants import Part
from entrepot.kit import db


@dataclass(slots=True)
class References:
    """The types, brands, categories, channels and bundle parts that an input may name."""

    types: dict[str, TypeInfo] = field(default_factory=dict)
    types_by_id: dict[int, TypeInfo] = field(default_factory=dict)
    brands: dict[str, int] = field(default_factory=dict)
    categories: dict[str, int] = field(default_factory=dict)
    channels: dict[str, int] = field(default_factory=dict)
    parts: dict[str, Part] = field(default_factory=dict)


_TYPES = """
SELECT t.id, t.code, t.required, t.per_variant,
       (SELECT coalesce(jsonb_agg(jsonb_build_object('code', a.code, 'name', a.name, 'kind', a.kind, 'unit', a.unit,
                                                     'choices', a.choices, 'is_facet', a.is_facet)), '[]')
        FROM catalog_producttype_attributes ta JOIN catalog_attribute a ON a.id = ta.attribute_id
        WHERE ta.producttype_id = t.id) AS attributes
FROM catalog_producttype t
WHERE t.code = ANY((SELECT %s::text[])::text[]) OR t.id = ANY((SELECT %s::bigint[])::bigint[])
"""

_NAMES = """
SELECT 'brand' AS kind, slug AS name, id, NULL::uuid AS part, NULL::boolean AS is_bundle, NULL::boolean AS is_stocked
FROM catalog_brand WHERE slug = ANY((SELECT %(brands)s::text[])::text[])
UNION ALL SELECT 'category', slug, id, NULL, NULL, NULL
    FROM catalog_category WHERE slug = ANY((SELECT %(categories)s::text[])::text[])
UNION ALL SELECT 'channel', code, id, NULL, NULL, NULL
    FROM catalog_channel WHERE code = ANY((SELECT %(channels)s::text[])::text[])
UNION ALL SELECT 'part', sku, NULL, id, is_bundle, is_stocked
    FROM catalog_variant WHERE sku = ANY((SELECT %(parts)s::text[])::text[])
"""


def load(*, types: Iterable[str] = (), type_ids: Iterable[int] = (), brands: Iterable[str] = (),
         categories: Iterable[str] = (), channels: Iterable[str] = (), parts: Iterable[str] = ()) -> References:
    found = References()
    for row in db.rows(_TYPES, [sorted(set(types)), sorted(set(type_ids))]):
        kind = _type(row)
        found.types[kind.code] = found.types_by_id[kind.id] = kind
    wanted = {"brands": sorted(set(brands)), "categories": sorted(set(categories)), "channels": sorted(set(channels)),
              "parts": sorted(set(parts))}
    ids = {"brand": found.brands, "category": found.categories, "channel": found.channels}
    for row in db.rows(_NAMES, wanted) if any(wanted.values()) else ():
        if row.kind == "part":
            found.parts[row.name] = Part(row.part, row.is_bundle, row.is_stocked)
        else:
            ids[row.kind][row.name] = row.id
    return found


def _type(row: Any) -> TypeInfo:
    attributes = {a["code"]: AttributeInfo(**a) for a in row.attributes}
    return TypeInfo(row.id, row.code, attributes, frozenset(row.required), frozenset(row.per_variant))


def attributes(codes: Iterable[str]) -> dict[str, AttributeInfo]:
    sql = "SELECT code, name, kind, unit, choices, is_facet FROM catalog_attribute WHERE code = ANY(%s)"
    return {r.code: AttributeInfo(*r) for r in db.rows(sql, [sorted(set(codes))])}
