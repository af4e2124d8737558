from entrepot.kit.apps import ContextConfig


class CatalogConfig(ContextConfig):
    name = "entrepot.catalog"
    label = "catalog"
