from entrepot.kit.apps import ContextConfig


class ExperimentsConfig(ContextConfig):
    name = "entrepot.experiments"
    label = "experiments"
