"""Commands of the showcase; loaded without Django."""

COMMANDS = {"reindex": "entrepot.showcase.commands:reindex"}
