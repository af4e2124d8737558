from entrepot.kit.apps import ContextConfig


class ChannelsConfig(ContextConfig):
    name = "entrepot.channels"
    label = "channels"
