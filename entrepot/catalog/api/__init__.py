"""HTTP of the catalogue: administration under /admin/catalog, the frame of the shop at top level."""

from entrepot.catalog.api import products, storefront, structure

ROUTES = [
    ("/admin/catalog/products", products.routes),
    ("/admin/catalog", structure.routes),
    ("/channels", storefront.channels),
    ("/categories", storefront.categories),
    ("/collections", storefront.collections),
]
