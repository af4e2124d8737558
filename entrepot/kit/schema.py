"""What a migration is for: tables. Words that people read on forms and lists change often and touch no table."""

from __future__ import annotations

from typing import Any

from django.db.migrations.autodetector import MigrationAutodetector
from django.db.models import Field

WORDS = frozenset({"verbose_name", "help_text", "choices", "error_messages", "editable"})


class SchemaAutodetector(MigrationAutodetector):
    """Compares models and migrations by what the database sees.

    Each migration that only changes words costs every new installation, and every run of the tests, a tenth of a second
    per field.
    """

    def deep_deconstruct(self, obj: Any) -> Any:
        found = super().deep_deconstruct(obj)
        if not isinstance(obj, Field):
            return found
        path, args, kwargs = found
        return path, args, {key: value for key, value in kwargs.items() if key not in WORDS}

    def generate_altered_options(self) -> None:
        """Names, order and rights of a model: none of it is in its table."""
