from entrepot.kit.apps import ContextConfig


class CheckoutConfig(ContextConfig):
    name = "entrepot.checkout"
    label = "checkout"
