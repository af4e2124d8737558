"""Who asked for a run: kept with it, so that the worker acts with that person's rights as they are by then."""

from __future__ import annotations

from typing import Any

from entrepot.channels.errors import AskerGone
from entrepot.identity import public as identity
from entrepot.kit.actor import Actor, ActorKind, system


def told(actor: Actor) -> dict[str, Any]:
    return {"kind": actor.kind.value, "id": actor.id, "label": actor.label, "user_id": actor.user_id}


def actor_of(asked_by: dict[str, Any]) -> Actor:
    """Raises AskerGone for a disabled account and for a revoked or expired key."""
    found: Actor | None = None
    if asked_by["kind"] == ActorKind.SYSTEM:
        found = system(asked_by["id"])
    elif asked_by["kind"] == ActorKind.KEY:
        found = identity.actor_of_key_id(int(asked_by["id"]))
    elif asked_by["user_id"] is not None:
        found = identity.actor_of_user(int(asked_by["user_id"]))
    if found is None:
        raise AskerGone(label=asked_by["label"])
    return found
