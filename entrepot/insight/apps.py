from entrepot.kit.apps import ContextConfig


class InsightConfig(ContextConfig):
    name = "entrepot.insight"
    label = "insight"
