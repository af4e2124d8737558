"""The audit trail as people read it: search, what changed in a row, what an auditor takes along."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction

from entrepot.kit import audit, db, seal
from entrepot.kit.actor import Actor
from entrepot.kit.errors import N_, InvalidInput, NotFound
from entrepot.kit.json import dumps
from entrepot.kit.permissions import AUDIT_READ

MOST_EXPORTED = 10_000


@dataclass(frozen=True, slots=True)
class TrailFilter:
    """Empty fields match everything; `actor` and `object_id` match what they begin with, `action` a part."""

    actor: str = ""
    action: str = ""
    object_type: str = ""
    object_id: str = ""
    since: datetime | None = None
    until: datetime | None = None


_ROWS = """
SELECT a.id, a.at, a.actor_kind, a.actor_id, a.actor_label, a.action, a.object_type, a.object_id, a.old, a.new,
       a.reason, a.request_id, l.seal_id
FROM kit_audit a LEFT JOIN kit_audit_leaf l ON l.audit_id = a.id
WHERE (%(before)s::bigint IS NULL OR a.id < %(before)s) AND (%(id)s::bigint IS NULL OR a.id = %(id)s)
  AND (%(actor)s = '' OR starts_with(lower(a.actor_label), %(actor)s) OR a.actor_id = %(actor)s)
  AND (%(action)s = '' OR strpos(a.action, %(action)s) > 0)
  AND (%(object_type)s = '' OR a.object_type = %(object_type)s)
  AND (%(object_id)s = '' OR starts_with(a.object_id, %(object_id)s))
  AND (%(since)s::timestamptz IS NULL OR a.at >= %(since)s) AND (%(until)s::timestamptz IS NULL OR a.at < %(until)s)
ORDER BY a.id DESC LIMIT %(limit)s
"""


def _rows(f: TrailFilter, before: int | None, limit: int, row_id: int | None = None) -> list[dict[str, Any]]:
    return [r._asdict() for r in db.rows(_ROWS, {
        "before": before, "id": row_id, "actor": f.actor.lower(), "action": f.action, "object_type": f.object_type,
        "object_id": f.object_id, "since": f.since, "until": f.until, "limit": limit})]


def search(wanted: TrailFilter, *, before: int | None = None, limit: int = 50, actor: Actor) -> list[dict[str, Any]]:
    """Rows of the trail, newest first."""
    actor.require(AUDIT_READ)
    return _rows(wanted, before, limit)


def get(audit_id: int, *, actor: Actor) -> dict[str, Any]:
    """One audit row with its names. Raises NotFound."""
    actor.require(AUDIT_READ)
    found = _rows(TrailFilter(), None, 1, audit_id)
    if not found:
        raise NotFound(N_("audit row"))
    return found[0]


def object_types(*, actor: Actor) -> list[str]:
    """Every kind of subject in the trail, by hops through its index rather than a walk over all rows."""
    actor.require(AUDIT_READ)
    return [r.kind for r in db.rows(
        "WITH RECURSIVE kinds AS ((SELECT object_type AS kind FROM kit_audit ORDER BY object_type LIMIT 1) UNION ALL"
        " SELECT (SELECT a.object_type FROM kit_audit a WHERE a.object_type > k.kind ORDER BY a.object_type LIMIT 1)"
        " FROM kinds k WHERE k.kind IS NOT NULL) SELECT kind FROM kinds WHERE kind IS NOT NULL ORDER BY kind")]


def changes(old: Any, new: Any) -> list[tuple[str, Any, Any, str]]:
    """(field, before, after, what happened) of two states of a record: `added`, `removed`, `changed` or `same`."""
    before, after = _flat(old), _flat(new)
    told = []
    for name in dict.fromkeys([*before, *after]):
        was, is_ = before.get(name), after.get(name)
        kind = "added" if name not in before else "removed" if name not in after else \
            "same" if was == is_ else "changed"
        told.append((name, was, is_, kind))
    return told


def _flat(value: Any, prefix: str = "") -> dict[str, Any]:
    """Nested records by dotted names; lists stay whole, for their order matters."""
    if value is None and not prefix:
        return {}
    if not isinstance(value, dict):
        return {prefix or "value": value}
    flat: dict[str, Any] = {}
    for key, inner in value.items():
        name = f"{prefix}.{key}" if prefix else str(key)
        flat |= _flat(inner, name) if isinstance(inner, dict) and inner else {name: inner}
    return flat


def seals(limit: int = 10) -> dict[str, Any]:
    """How much is sealed, since when, and the newest batches."""
    found = db.rows("SELECT id, at, first_id, last_id, count, root, chain FROM kit_audit_seal"
                    " ORDER BY id DESC LIMIT %s", [limit])
    total = db.row("SELECT count(*) AS seals, coalesce(sum(count), 0)::bigint AS rows, min(at) AS since"
                   " FROM kit_audit_seal")
    waiting = db.value("SELECT count(*) FROM kit_audit WHERE id >"
                       " (SELECT coalesce(max(last_id), 0) FROM kit_audit_seal)")
    return {"newest": [r._asdict() for r in found], **total._asdict(), "waiting": waiting}


def export(wanted: TrailFilter, *, actor: Actor) -> Iterator[bytes]:
    """JSON lines of the found rows, each with the proof that its seal holds it; a line with the public key first."""
    actor.require(AUDIT_READ)
    found = _rows(wanted, None, MOST_EXPORTED + 1)
    if len(found) > MOST_EXPORTED:
        raise InvalidInput("since", N_("This is too much at once: choose a shorter time."))
    with transaction.atomic():
        audit.record(actor, "system.export_audit", "audit", "", new={"rows": len(found)})
    proofs = seal.proofs([row["id"] for row in found if row["seal_id"] is not None])
    return _lines(found, proofs)


def _lines(found: list[dict[str, Any]], proofs: dict[int, dict[str, Any]]) -> Iterator[bytes]:
    yield dumps({"format": "entrepot-audit-1", "public_key": seal.public_key(), "rows": len(found)}) + b"\n"
    for row in found:
        yield dumps({**row, "proof": proofs.get(row["id"])}) + b"\n"
