"""Closing the shop for maintenance and opening it again."""

from __future__ import annotations

from datetime import timedelta

from django.db import transaction

from entrepot.growth import queries
from entrepot.growth.contracts import Closure, Texts
from entrepot.growth.models import Door
from entrepot.growth.permissions import CLOSE
from entrepot.kit import audit, clock
from entrepot.kit.actor import Actor
from entrepot.kit.bylanguage import check_texts
from entrepot.kit.errors import N_, InvalidInput

MOST_MINUTES = 7 * 24 * 60


def close_shop(minutes: int, *, message: Texts | None = None, actor: Actor) -> Closure:
    """Put the sign on the door. Visitors are told when to come back; it stays until somebody opens."""
    actor.require(CLOSE)
    if not 1 <= minutes <= MOST_MINUTES:
        raise InvalidInput("minutes", N_("is a number within its limits"))
    words = check_texts("message", message or {}, limit=500, one_line=False)
    now = clock.now()
    closure = Closure(now + timedelta(minutes=minutes), words)
    with transaction.atomic():
        Door.objects.update_or_create(id=1, defaults={"until": closure.until, "message": words, "closed_at": now})
        audit.record(actor, "growth.close_shop", "growth.door", 1, new={"until": closure.until, "message": words})
    queries.forget()
    return closure


def open_shop(*, actor: Actor) -> None:
    """Let visitors in again; a shop that is open stays so."""
    actor.require(CLOSE)
    with transaction.atomic():
        removed, _each = Door.objects.filter(id=1).delete()
        if removed:
            audit.record(actor, "growth.open_shop", "growth.door", 1)
    queries.forget()
