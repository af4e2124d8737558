from entrepot.kit.apps import ContextConfig


class FraudConfig(ContextConfig):
    name = "entrepot.fraud"
    label = "fraud"
