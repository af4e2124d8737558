from entrepot.kit.apps import ContextConfig


class PricingConfig(ContextConfig):
    name = "entrepot.pricing"
    label = "pricing"
