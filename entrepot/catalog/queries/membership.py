"""A collection's rule as a WHERE clause, and the one statement that brings memberships up to date."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any
from uuid import UUID

from entrepot.catalog.rules.membership import Attribute, Group, Has, Listed, Not, Rule
from entrepot.kit import db
from entrepot.kit.json import dumps_text

_LISTED = {
    "brand": "p.brand_id = ANY({}::bigint[])",
    "type": "p.type_id IN (SELECT id FROM catalog_producttype WHERE code = ANY({}::text[]))",
    "tag": "p.tags && {}::varchar[]",
    "category": "EXISTS (SELECT 1 FROM catalog_product_categories pc JOIN catalog_category c ON c.id = pc.category_id"
                " JOIN catalog_category top ON c.path <@ top.path"
                " WHERE pc.product_id = p.id AND top.id = ANY({}::bigint[]))",
}
_VARIANT = "EXISTS (SELECT 1 FROM catalog_variant v WHERE v.product_id = p.id AND v.is_active AND v.{})"
_HAS = {
    "bundle": _VARIANT.format("is_bundle"),
    "stocked": _VARIANT.format("is_stocked"),
    "shipped": _VARIANT.format("needs_shipping"),
    "image": "EXISTS (SELECT 1 FROM catalog_media m WHERE m.product_id = p.id)",
}
# The attribute's value on the product, or on one of its active variants.
_VALUE = ("EXISTS (SELECT 1 FROM (SELECT p.attributes -> {code} AS value UNION ALL SELECT v.attributes -> {code}"
          " FROM catalog_variant v WHERE v.product_id = p.id AND v.is_active) held WHERE {test})")
_TEST = {
    "set": "held.value IS NOT NULL",
    "in": "held.value = ANY({}::jsonb[]) OR EXISTS (SELECT 1 FROM jsonb_array_elements(CASE jsonb_typeof(held.value)"
          " WHEN 'array' THEN held.value ELSE '[]' END) part WHERE part = ANY({}::jsonb[]))",
    # jsonb orders numbers by value and, with the same type on both sides, texts (dates) by their text
    "at_least": "jsonb_typeof(held.value) = jsonb_typeof({}::jsonb) AND held.value >= {}::jsonb",
    "at_most": "jsonb_typeof(held.value) = jsonb_typeof({}::jsonb) AND held.value <= {}::jsonb",
}


class Clause:
    """Collects named parameters while rules are written as SQL."""

    def __init__(self) -> None:
        self.params: dict[str, Any] = {}

    def _bind(self, value: Any) -> str:
        name = f"r{len(self.params)}"
        self.params[name] = value
        return f"%({name})s"

    def of(self, rule: Rule) -> str:
        match rule:
            case Group(word, parts):
                return "(" + (" AND " if word == "all" else " OR ").join(self.of(p) for p in parts) + ")"
            case Not(part):
                return f"NOT {self.of(part)}"
            case Listed(field, values):
                return "coalesce(" + _LISTED[field].format(self._bind(list(values))) + ", false)"
            case Has(field, wanted):
                return _HAS[field] if wanted else f"NOT {_HAS[field]}"
            case Attribute():
                return self._attribute(rule)

    def _attribute(self, rule: Attribute) -> str:
        if rule.operator == "in":
            value = self._bind([dumps_text(v) for v in rule.values])
        else:
            value = self._bind(dumps_text(rule.values[0]))
        test = _TEST[rule.operator].replace("{}", value)
        clause = _VALUE.format(code=f"{self._bind(rule.code)}::text", test=test)
        return f"NOT {clause}" if rule.operator == "set" and not rule.values[0] else clause


_REFRESH = """
WITH wanted AS ({wanted}), gone AS (
    DELETE FROM catalog_collectionitem i
    WHERE i.collection_id = ANY(%(collections)s::bigint[]) {scope}
      AND NOT EXISTS (SELECT 1 FROM wanted w WHERE w.collection_id = i.collection_id AND w.product_id = i.product_id)
    RETURNING i.product_id
), added AS (
    INSERT INTO catalog_collectionitem (collection_id, product_id, position)
    SELECT w.collection_id, w.product_id, 0 FROM wanted w
    WHERE NOT EXISTS (SELECT 1 FROM catalog_collectionitem i
                      WHERE i.collection_id = w.collection_id AND i.product_id = w.product_id)
    ORDER BY w.product_id
    ON CONFLICT (collection_id, product_id) DO NOTHING
    RETURNING product_id
)
SELECT product_id FROM gone UNION SELECT product_id FROM added
"""


def refresh(rules: Mapping[int, Rule], products: Iterable[UUID] | None) -> list[UUID]:
    """Make memberships of these collections right for these products (None: all). Returns whose membership changed."""
    if not rules:
        return []
    clause = Clause()
    scope = "" if products is None else "p.id = ANY(%(products)s) AND "
    parts = [f"SELECT {int(key)}::bigint AS collection_id, p.id AS product_id FROM catalog_product p"  # noqa: S608 own SQL
             f" WHERE {scope}{clause.of(rule)}" for key, rule in rules.items()]
    sql = _REFRESH.format(wanted=" UNION ALL ".join(parts),
                          scope="" if products is None else "AND i.product_id = ANY(%(products)s)")
    params = {**clause.params, "collections": list(rules), "products": None if products is None else list(products)}
    return [r.product_id for r in db.rows(sql, params)]


def count(rule: Rule) -> int:
    """How many products the rule would choose."""
    clause = Clause()
    where = clause.of(rule)
    return int(db.value(f"SELECT count(*) FROM catalog_product p WHERE {where}", clause.params))  # noqa: S608 own SQL


def newest(rule: Rule, limit: int) -> list[UUID]:
    """The newest products the rule would choose."""
    clause = Clause()
    where = clause.of(rule)
    return [r.id for r in db.rows(f"SELECT p.id FROM catalog_product p WHERE {where}"  # noqa: S608 own SQL
                                  " ORDER BY p.created_at DESC, p.id DESC LIMIT %(most)s",
                                  {**clause.params, "most": limit})]
