"""Commands of this context; loaded without Django."""

COMMANDS = {"key": "entrepot.identity.commands:key", "staff": "entrepot.identity.commands:staff"}
