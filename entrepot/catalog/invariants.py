"""What must always be true of the catalogue."""

from entrepot.kit.errors import N_
from entrepot.kit.invariants import register

register("catalog.main_category_among_categories", N_("A product's main category is one of its categories."), """
SELECT p.id AS product_id, p.category_id FROM catalog_product p
WHERE p.category_id IS NOT NULL AND NOT EXISTS (
    SELECT 1 FROM catalog_product_categories pc WHERE pc.product_id = p.id AND pc.category_id = p.category_id)
""")

register("catalog.tree_is_whole", N_("A category's path is its parent's path and itself."), """
SELECT c.id AS category_id, c.path::text AS path
FROM catalog_category c LEFT JOIN catalog_category up ON up.id = c.parent_id
WHERE c.path IS DISTINCT FROM coalesce(up.path, '') || c.id::text
""")

register("catalog.bundles_have_parts", N_("A bundle has parts, and only a bundle has."), """
SELECT v.id AS variant_id, v.sku FROM catalog_variant v
WHERE v.is_bundle <> EXISTS (SELECT 1 FROM catalog_bundleitem b WHERE b.bundle_id = v.id)
""")

register("catalog.parts_are_stocked", N_("Parts of bundles are stocked variants and no bundles."), """
SELECT b.bundle_id, b.component_id FROM catalog_bundleitem b JOIN catalog_variant v ON v.id = b.component_id
WHERE v.is_bundle OR NOT v.is_stocked
""")

register("catalog.external_ids_indexed", N_("Every external id of a product can be looked up, and no other."), """
(SELECT p.id AS product_id, e.key AS system, e.value FROM catalog_product p, jsonb_each_text(p.external_ids) e
 EXCEPT SELECT product_id, system, value FROM catalog_externalid)
UNION ALL
(SELECT product_id, system, value FROM catalog_externalid
 EXCEPT SELECT p.id, e.key, e.value FROM catalog_product p, jsonb_each_text(p.external_ids) e)
""")

register("catalog.redirects_lead_somewhere", N_("An old slug leads to what exists, and is not in use again."), """
SELECT r.kind, r.slug FROM catalog_redirect r
WHERE NOT CASE r.kind
    WHEN 'product' THEN EXISTS (SELECT 1 FROM catalog_product o WHERE o.id::text = r.target_id)
    WHEN 'category' THEN EXISTS (SELECT 1 FROM catalog_category o WHERE o.id::text = r.target_id)
    WHEN 'collection' THEN EXISTS (SELECT 1 FROM catalog_collection o WHERE o.id::text = r.target_id)
    ELSE EXISTS (SELECT 1 FROM catalog_brand o WHERE o.id::text = r.target_id) END
OR CASE r.kind
    WHEN 'product' THEN EXISTS (SELECT 1 FROM catalog_product o WHERE o.slug = r.slug)
    WHEN 'category' THEN EXISTS (SELECT 1 FROM catalog_category o WHERE o.slug = r.slug)
    WHEN 'collection' THEN EXISTS (SELECT 1 FROM catalog_collection o WHERE o.slug = r.slug)
    ELSE EXISTS (SELECT 1 FROM catalog_brand o WHERE o.slug = r.slug) END
""")

register("catalog.values_are_of_the_type", N_("A product has only attributes that its type has."), """
SELECT p.id AS product_id, k.code FROM catalog_product p, jsonb_object_keys(p.attributes) AS k(code)
WHERE NOT EXISTS (SELECT 1 FROM catalog_producttype_attributes ta JOIN catalog_attribute a ON a.id = ta.attribute_id
                  WHERE ta.producttype_id = p.type_id AND a.code = k.code)
""")
