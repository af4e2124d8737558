from entrepot.kit.apps import ContextConfig


class ServiceConfig(ContextConfig):
    name = "entrepot.service"
    label = "service"
