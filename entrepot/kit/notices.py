"""Notices to colleagues: said once to whoever holds a right, read and muted by each for themselves."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from entrepot.kit import clock, db
from entrepot.kit.actor import Actor
from entrepot.kit.json import dumps_text

MOST_COUNTED = 99

_TELL = """
INSERT INTO kit_notice (at, kind, permission, user_id, params, address, key)
VALUES (%s, %s, %s, %s, %s::jsonb, %s, %s) ON CONFLICT (key) DO NOTHING RETURNING id
"""
_TO_MAIL = """
INSERT INTO procrastinate_jobs (queue_name, task_name, priority, args)
SELECT 'default', 'web.mail_notice', 0, jsonb_build_object('notice_id', %s::bigint)
WHERE EXISTS (SELECT 1 FROM kit_noticereader WHERE %s = ANY(mailed))
"""
# What a person may see: addressed to them, or to a right that they hold; without what they do not want to hear of.
_MINE = """
FROM kit_notice n LEFT JOIN kit_noticereader r ON r.user_id = %(me)s
WHERE (n.user_id = %(me)s OR (n.user_id IS NULL AND n.permission = ANY(%(rights)s)))
  AND n.kind <> ALL(coalesce(r.muted, '{}'))
"""
_UNREAD = "n.id > coalesce(r.seen_id, 0) AND n.id <> ALL(coalesce(r.read, '{}'))"


@dataclass(frozen=True, slots=True)
class Told:
    """A notice as one person sees it."""

    id: int
    at: datetime
    kind: str
    params: dict[str, Any]
    address: str
    is_read: bool


@dataclass(frozen=True, slots=True)
class Wishes:
    """What a person does not want to see, and what they also want by mail."""

    muted: frozenset[str]
    mailed: frozenset[str]


def tell(kind: str, *, key: str, params: Mapping[str, Any] | None = None, address: str = "", permission: str = "",
         user_id: int | None = None) -> bool:
    """Say something once (by `key`) to one person or to all who hold a permission. False when it was said before."""
    said = db.value(_TELL, [clock.now(), kind, permission, user_id, dumps_text(dict(params or {})), address[:300],
                            key[:120]])
    if said is not None:
        db.execute(_TO_MAIL, [said, kind])
    return said is not None


def _who(actor: Actor) -> dict[str, Any]:
    return {"me": actor.user_id or 0, "rights": sorted(actor.permissions)}


def count_unread(actor: Actor) -> int:
    """How many are new, not looking past 99."""
    sql = f"SELECT count(*) FROM (SELECT 1 {_MINE} AND {_UNREAD} LIMIT %(most)s) AS fresh"  # noqa: S608  constants alone
    found = db.value(sql, {**_who(actor), "most": MOST_COUNTED + 1})
    return int(found)


def latest(actor: Actor, *, limit: int = 50, before: int | None = None) -> list[Told]:
    """This person's notices, newest first, those before the id `before`."""
    rows = db.rows(f"SELECT n.id, n.at, n.kind, n.params, n.address, NOT ({_UNREAD}) AS is_read {_MINE}"
                   " AND (%(before)s::bigint IS NULL OR n.id < %(before)s) ORDER BY n.id DESC LIMIT %(limit)s",
                   {**_who(actor), "before": before, "limit": limit})
    return [Told(*r) for r in rows]


def get_notice(notice_id: int, actor: Actor) -> Told | None:
    """None when it is not for this person."""
    found = db.row(f"SELECT n.id, n.at, n.kind, n.params, n.address, NOT ({_UNREAD}) {_MINE} AND n.id = %(id)s",
                   {**_who(actor), "id": notice_id})
    return Told(*found) if found else None


_READ_ONE = """
INSERT INTO kit_noticereader (user_id, seen_id, read, muted, mailed)
VALUES (%(me)s, 0, ARRAY[%(id)s::bigint], '{}', '{}')
ON CONFLICT (user_id) DO UPDATE SET read = (%(id)s::bigint || kit_noticereader.read)[1:500]
WHERE %(id)s <> ALL(kit_noticereader.read)
"""


def mark_read(notice_id: int, *, actor: Actor) -> None:
    """Read, for this person; once more is no error."""
    db.execute(_READ_ONE, {"me": actor.user_id, "id": notice_id})


def mark_all_read(*, actor: Actor) -> None:
    """Everything up to now; what was read one by one before needs no remembering any more."""
    db.execute("INSERT INTO kit_noticereader (user_id, seen_id, read, muted, mailed)"
               " SELECT %(me)s, coalesce(max(id), 0), '{}', '{}', '{}' FROM kit_notice ON CONFLICT (user_id)"
               " DO UPDATE SET seen_id = excluded.seen_id, read = '{}'", {"me": actor.user_id})


def wishes_of(user_id: int) -> Wishes:
    """Which kinds of notice the person does not want, and which by mail too."""
    found = db.row("SELECT muted, mailed FROM kit_noticereader WHERE user_id = %s", [user_id])
    return Wishes(frozenset(found.muted), frozenset(found.mailed)) if found else Wishes(frozenset(), frozenset())


def choose(*, muted: Sequence[str], mailed: Sequence[str], actor: Actor) -> None:
    """Keep this person's wishes; they replace those before."""
    db.execute("INSERT INTO kit_noticereader (user_id, seen_id, read, muted, mailed)"
               " VALUES (%(me)s, 0, '{}', %(muted)s, %(mailed)s)"
               " ON CONFLICT (user_id) DO UPDATE SET muted = %(muted)s, mailed = %(mailed)s",
               {"me": actor.user_id, "muted": list(muted), "mailed": list(mailed)})


def who_want_mail(kind: str) -> list[int]:
    """Users who want this kind of notice by mail too."""
    return [r.user_id for r in db.rows("SELECT user_id FROM kit_noticereader WHERE %s = ANY(mailed)", [kind])]
