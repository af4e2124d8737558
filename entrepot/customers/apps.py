from entrepot.kit.apps import ContextConfig


class CustomersConfig(ContextConfig):
    name = "entrepot.customers"
    label = "customers"
