from typing import Any

from django.core import checks

from entrepot.kit.apps import ContextConfig


class PaymentsConfig(ContextConfig):
    name = "entrepot.payments"
    label = "payments"

    def ready(self) -> None:
        super().ready()
        checks.register(_providers_are_whole)


def _providers_are_whole(**kwargs: Any) -> list[checks.CheckMessage]:
    """A provider with half its keys would take orders that nobody can pay."""
    from entrepot.payments.providers import problems

    return [checks.Error(problem, id="payments.E001") for problem in problems()]
