"""What the contexts above may call. Ids and contracts in, contracts out."""

from entrepot.catalog.actions.bulk import bulk_edit
from entrepot.catalog.actions.categories import (
    create_category,
    delete_category,
    ensure_categories,
    move_category,
    update_category,
)
from entrepot.catalog.actions.channels import create_channel, update_channel
from entrepot.catalog.actions.collections import (
    create_collection,
    delete_collection,
    preview_rule,
    set_collection_products,
    update_collection,
)
from entrepot.catalog.actions.imports import bulk_import_products
from entrepot.catalog.actions.media import (
    add_generated_svg,
    add_generated_svgs,
    add_media,
    delete_media,
    order_media,
    update_media,
)
from entrepot.catalog.actions.products import (
    add_variant,
    archive_product,
    create_product,
    generate_variants,
    publish,
    set_components,
    unpublish,
    update_product,
    update_variant,
)
from entrepot.catalog.actions.structure import (
    create_attribute,
    create_brand,
    create_product_type,
    delete_attribute,
    delete_brand,
    delete_product_type,
    ensure_brands,
    update_attribute,
    update_brand,
    update_product_type,
)
from entrepot.catalog.contracts import UNSET
from entrepot.catalog.queries.channels import channel, channels, default_channel
from entrepot.catalog.queries.facts import facts_by_sku, find_variant, variant_facts
from entrepot.catalog.queries.media import address as media_address
from entrepot.catalog.queries.products import (
    ProductFilter,
    find_products,
    get_product,
    product_history,
    product_id_of,
    product_ids,
    variants_of,
)
from entrepot.catalog.queries.sources import product_sources
from entrepot.catalog.queries.structure import (
    brands,
    categories_below,
    category_by_slug,
    category_tree,
    collection_by_slug,
    collections,
    in_language,
    list_attributes,
    list_categories,
    list_product_types,
    resolve_redirect,
)

__all__ = [
    "ProductFilter", "UNSET", "add_generated_svg", "add_generated_svgs", "add_media", "add_variant",
    "archive_product", "brands", "bulk_edit", "bulk_import_products", "categories_below", "category_by_slug",
    "category_tree", "channel", "channels", "collection_by_slug", "collections", "create_attribute",
    "create_brand", "create_category", "create_channel", "create_collection", "create_product",
    "create_product_type", "default_channel", "delete_attribute", "delete_brand", "delete_category",
    "delete_collection", "delete_media", "delete_product_type", "ensure_brands", "ensure_categories",
    "facts_by_sku", "find_products", "find_variant", "generate_variants", "get_product", "in_language",
    "list_attributes", "list_categories", "list_product_types", "media_address", "move_category", "order_media",
    "preview_rule", "product_history", "product_id_of", "product_ids", "product_sources", "publish",
    "resolve_redirect", "set_collection_products", "set_components", "unpublish", "update_attribute",
    "update_brand", "update_category", "update_channel", "update_collection", "update_media", "update_product",
    "update_product_type", "update_variant", "variant_facts", "variants_of",
]
