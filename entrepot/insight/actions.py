"""Recording what happened."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from entrepot.insight.errors import UnknownEvent
from entrepot.insight.permissions import COLLECT
from entrepot.insight.rules import EVENTS
from entrepot.kit import clock, db
from entrepot.kit.actor import Actor
from entrepot.kit.json import dumps_text

_INSERT = """
INSERT INTO insight_commerceevent (at, name, channel_id, subject, key, value_minor, currency, params)
VALUES (%s, %s, %s, %s, %s, %s, %s, %s::jsonb) ON CONFLICT (key) DO NOTHING
"""


def record_event(name: str, *, channel_id: int | None = None, subject: str = "", key: str | None = None,
                 value_minor: int | None = None, currency: str = "", params: Mapping[str, Any] | None = None,
                 actor: Actor) -> bool:
    """Append a commerce event under its GA4 name; with `key`, at most once. True when it is new."""
    actor.require(COLLECT)
    if name not in EVENTS:
        raise UnknownEvent(name=name)
    return db.execute(_INSERT, [clock.now(), name, channel_id, subject[:80], key, value_minor, currency,
                                dumps_text(dict(params or {}))]) > 0
