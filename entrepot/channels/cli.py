"""Commands of this context; loaded without Django."""

COMMANDS = {"import": "entrepot.channels.commands:import_", "export": "entrepot.channels.commands:export"}
