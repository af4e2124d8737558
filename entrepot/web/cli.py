"""Commands of the web layer; loaded without Django."""

COMMANDS = {
    "serve": "entrepot.web.commands:serve",
    "worker": "entrepot.web.commands:worker",
    "up": "entrepot.web.commands:up",
    "migrate": "entrepot.web.commands:migrate",
    "check": "entrepot.web.commands:check",
    "doctor": "entrepot.web.commands:doctor",
    "stop-database": "entrepot.web.commands:stop_database",
}
