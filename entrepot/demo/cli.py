"""Commands of the demo; loaded without Django."""

COMMANDS = {"demo": "entrepot.demo.commands:demo"}
