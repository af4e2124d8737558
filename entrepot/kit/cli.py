"""Commands of the kit; loaded without Django."""

COMMANDS = {"dump": "entrepot.kit.copies:dump", "restore": "entrepot.kit.copies:restore"}
