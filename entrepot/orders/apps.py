from entrepot.kit.apps import ContextConfig


class OrdersConfig(ContextConfig):
    name = "entrepot.orders"
    label = "orders"
