"""What buying needs to know of variants, in one statement whatever their number and the size of the catalogue."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from entrepot.catalog.contracts import ChosenOption, Texts, VariantFacts
from entrepot.catalog.queries.media import address
from entrepot.kit import clock, db

_FACTS = """
SELECT v.id, v.product_id, v.sku, p.slug, p.name, v.name AS variant_name, v.options, p.options AS offered,
       t.code AS type_code, p.brand_id,
       ARRAY(SELECT DISTINCT a.label::bigint
             FROM catalog_product_categories pc JOIN catalog_category c ON c.id = pc.category_id,
                  string_to_array(c.path::text, '.') AS labels, unnest(labels) AS a(label)
             WHERE pc.product_id = p.id) AS category_ids,
       ARRAY(SELECT collection_id FROM catalog_collectionitem i WHERE i.product_id = p.id) AS collection_ids,
       p.tax_class, v.weight_g, v.qty_step, v.unit, v.cost, v.cost_currency, v.is_stocked, v.needs_shipping,
       v.is_active AND p.status = 'active' AS is_sellable,
       ARRAY(SELECT channel_id FROM catalog_publication u
             WHERE u.product_id = p.id AND (u.from_at IS NULL OR u.from_at <= %(now)s)
               AND (u.until_at IS NULL OR u.until_at > %(now)s)) AS published_in,
       CASE WHEN v.is_bundle THEN
            (SELECT jsonb_agg(jsonb_build_array(b.component_id, b.quantity::text) ORDER BY b.component_id)
             FROM catalog_bundleitem b WHERE b.bundle_id = v.id) END AS components,
       (SELECT ARRAY[m.file, m.url] FROM catalog_media m WHERE m.product_id = p.id
        ORDER BY m.variant_id IS NOT DISTINCT FROM v.id DESC, m.variant_id IS NOT NULL, m.position, m.id
        LIMIT 1) AS image,
       p.attributes || v.attributes AS attributes
FROM catalog_variant v JOIN catalog_product p ON p.id = v.product_id JOIN catalog_producttype t ON t.id = p.type_id
WHERE
"""


def facts_statement(ids: str) -> str:
    """The statement for those who join it to their own: `ids` is SQL for a uuid[], `%(now)s` the moment."""
    return f"{_FACTS}v.id = ANY({ids}::uuid[])"


# The array comes out of a sub-select so that its length is unknown to the planner: otherwise every call is planned anew
# for its own number of lines, which takes several times as long as the statement itself.
_BY_ID = facts_statement("(SELECT %(ids)s::uuid[])")
_BY_SKU = _FACTS + "v.sku = ANY((SELECT %(skus)s::text[])::text[])"


def variant_facts(ids: Iterable[UUID], *, now: datetime | None = None) -> dict[UUID, VariantFacts]:
    """Facts of the variants that exist, as they are at `now`."""
    wanted = list(ids)
    if not wanted:
        return {}
    return facts_of_rows(db.rows(_BY_ID, {"ids": db.array(wanted), "now": now or clock.now()}))


def facts_of_rows(rows: Iterable[Any]) -> dict[UUID, VariantFacts]:
    """Facts from rows that have (among others) the columns of `facts_statement`."""
    return {r.id: _facts(r) for r in rows}


def facts_by_sku(skus: Iterable[str], *, now: datetime | None = None) -> dict[str, VariantFacts]:
    """The same by SKU, for quick orders and imports."""
    wanted = list(skus)
    if not wanted:
        return {}
    return {r.sku: _facts(r) for r in db.rows(_BY_SKU, {"skus": wanted, "now": now or clock.now()})}


def find_variant(sku: str) -> VariantFacts | None:
    """The facts of the variant with exactly this SKU."""
    return facts_by_sku([sku]).get(sku)


def _facts(r: Any) -> VariantFacts:
    parts = r.components or ()
    return VariantFacts(
        r.id, r.product_id, r.sku, r.slug, full_name(r.name, r.variant_name), r.options, r.type_code, r.brand_id,
        frozenset(r.category_ids), frozenset(r.collection_ids), r.tax_class, r.weight_g, r.qty_step, r.unit, r.cost,
        r.cost_currency, r.is_stocked, r.needs_shipping, r.is_sellable, frozenset(r.published_in),
        tuple((UUID(c), Decimal(q)) for c, q in parts), address(*r.image) if r.image else "", r.attributes,
        _choices(r.options, r.offered) if r.options else ())


def _choices(options: dict[str, str], offered: Iterable[dict[str, Any]]) -> tuple[ChosenOption, ...]:
    """What the variant's codes are called; an option that the product has no longer is left out."""
    return tuple(ChosenOption(option["name"], value["name"]) for option in offered for value in option["values"]
                 if options.get(option["code"]) == value["code"])


def full_name(product: Texts, variant: Texts) -> Texts:
    """`{"en": "Tee, red"}`: the variant's words in each language of the product."""
    if not variant:
        return product
    other = variant.get("en") or next(iter(variant.values()))
    return {language: f"{text}, {variant.get(language) or other}" for language, text in product.items()}
