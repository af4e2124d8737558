"""What other contexts may call."""

from entrepot.experiments.actions import create_flag, delete_flag, update_flag
from entrepot.experiments.queries import is_on, list_flags

__all__ = ["create_flag", "delete_flag", "is_on", "list_flags", "update_flag"]
