from entrepot.kit.apps import ContextConfig


class IdentityConfig(ContextConfig):
    name = "entrepot.identity"
    label = "identity"

    def ready(self) -> None:
        super().ready()
        from entrepot.identity import hooks  # noqa: F401  registers receivers
