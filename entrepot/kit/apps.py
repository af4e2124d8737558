from importlib import import_module
from importlib.util import find_spec

from django.apps import AppConfig, apps


class ContextConfig(AppConfig):
    """An Entrepot context: at start its permissions, handlers and tasks are registered."""

    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        for module in ("permissions", "handlers", "tasks", "invariants"):
            if find_spec(f"{self.name}.{module}"):
                import_module(f"{self.name}.{module}")


class KitConfig(ContextConfig):
    name = "entrepot.kit"
    label = "kit"

    def ready(self) -> None:
        super().ready()
        from entrepot.kit import checks, records  # noqa: F401  register the checks and the office's lists


def contexts() -> list[AppConfig]:
    """The installed Entrepot contexts, bottom to top."""
    return [c for c in apps.get_app_configs() if isinstance(c, ContextConfig)]
