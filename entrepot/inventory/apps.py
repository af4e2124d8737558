from entrepot.kit.apps import ContextConfig


class InventoryConfig(ContextConfig):
    name = "entrepot.inventory"
    label = "inventory"
