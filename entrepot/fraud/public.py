"""What other contexts may call."""

from entrepot.fraud.actions import assess, create_rule, ensure_rules, forget_orders, note_failed_payment, update_rule
from entrepot.fraud.queries import assessment_of, assessments_of, list_assessments, list_rules, replay
from entrepot.fraud.rules import KINDS, MAX_MINUTES, MAX_SCORE

__all__ = [
    "KINDS",
    "MAX_MINUTES",
    "MAX_SCORE",
    "assess",
    "assessment_of",
    "assessments_of",
    "create_rule",
    "ensure_rules",
    "forget_orders",
    "list_assessments",
    "list_rules",
    "note_failed_payment",
    "replay",
    "update_rule",
]
