"""What other contexts may call."""

from entrepot.insight.actions import record_event
from entrepot.insight.affinity import refresh_affinity
from entrepot.insight.queries import events_of, get_figures
from entrepot.insight.targets import Span, Target, day_targets, list_targets, set_target

__all__ = ["Span", "Target", "day_targets", "events_of", "get_figures", "list_targets", "record_event",
           "refresh_affinity", "set_target"]
