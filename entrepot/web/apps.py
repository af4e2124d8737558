from entrepot.kit.apps import ContextConfig


class WebConfig(ContextConfig):
    name = "entrepot.web"
    label = "web"
