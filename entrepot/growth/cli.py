"""Commands of this context; loaded without Django."""

COMMANDS = {"maintenance": "entrepot.growth.commands:maintenance"}
