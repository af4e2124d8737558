from entrepot.kit.apps import ContextConfig


class GrowthConfig(ContextConfig):
    name = "entrepot.growth"
    label = "growth"
