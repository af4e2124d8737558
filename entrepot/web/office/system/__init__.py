"""Desks of the system: imports and exports, set-up, settings, people, keys and webhooks, jobs, the audit trail."""
