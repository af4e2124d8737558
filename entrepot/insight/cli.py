"""Commands of this context; loaded without Django."""

COMMANDS = {"figures": "entrepot.insight.commands:figures"}
