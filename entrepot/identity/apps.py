from entrepot.kit.apps import ContextConfig


class IdentityConfig(ContextConfig):
    name = "entrepot.identity"
    label = "identity"
