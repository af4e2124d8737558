"""Recording what happened."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

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


# Only the oldest are looked at: what is older than its time is always among them.
_FORGET = """
DELETE FROM insight_commerceevent WHERE id IN (
    SELECT id FROM (SELECT id, at FROM insight_commerceevent ORDER BY id LIMIT %(limit)s) AS oldest
    WHERE at < %(before)s)
"""


def forget_events(before: datetime, limit: int, *, actor: Actor) -> int:
    """Delete events from before a moment, at most so many. Figures come from the ledgers and stay."""
    actor.require(COLLECT)
    return db.execute(_FORGET, {"before": before, "limit": limit})


def forget_customer(customer_id: UUID, *, actor: Actor) -> int:
    """The person has left: what was done stays counted, and nobody did it."""
    actor.require(COLLECT)
    return db.execute("UPDATE insight_commerceevent SET subject = '' WHERE subject = %s", [str(customer_id)])
