"""What other contexts may call."""

from entrepot.insight.actions import record_event
from entrepot.insight.affinity import refresh_affinity
from entrepot.insight.queries import get_figures

__all__ = ["get_figures", "record_event", "refresh_affinity"]
