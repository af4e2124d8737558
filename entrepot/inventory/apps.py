from entrepot.kit.apps import ContextConfig


class InventoryConfig(ContextConfig):
    name = "entrepot.inventory"
    label = "inventory"

    def ready(self) -> None:
        from entrepot.inventory.rules import STRATEGIES, check_strategies

        check_strategies(STRATEGIES)
        super().ready()
