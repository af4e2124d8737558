"""What other contexts may call."""

from entrepot.fraud.actions import assess, create_rule, ensure_rules, note_failed_payment, update_rule
from entrepot.fraud.queries import assessment_of, list_assessments, list_rules, replay

__all__ = [
    "assess",
    "assessment_of",
    "create_rule",
    "ensure_rules",
    "list_assessments",
    "list_rules",
    "note_failed_payment",
    "replay",
    "update_rule",
]
