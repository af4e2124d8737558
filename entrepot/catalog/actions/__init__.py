"""The verbs of the catalogue; its only writers."""
