from entrepot.kit.apps import ContextConfig


class PaymentsConfig(ContextConfig):
    name = "entrepot.payments"
    label = "payments"
