from entrepot.kit.apps import ContextConfig


class ShowcaseConfig(ContextConfig):
    name = "entrepot.showcase"
    label = "showcase"
