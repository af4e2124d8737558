"""The same request sent twice does its work once: `Idempotency-Key` on unsafe API calls.

A key is bound to the principal, the method, the path and the SHA-256 of the body. The first answer is stored,
encrypted, and replayed; another body is refused (422); while the first is at work, others are told to wait (409). A
lease frees the key of a process that died, but only when nothing was done: every transaction of the work marks the key
just before it commits. A key that is marked and has no answer is never worked on again, and whoever asks hears what was
changed (409, `outcome_unknown`). The mark also fences: a process that slept through its lease cannot commit any more
once another has taken the key over. Operations that make their own promise in the same transaction as their effect
(placing an order) are exempt: see `exempt`.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.http import HttpRequest, HttpResponse

from entrepot.kit import clock, db, vault
from entrepot.kit.actor import Actor, ActorKind
from entrepot.kit.context import request_id
from entrepot.kit.errors import N_, IdempotencyInFlight, IdempotencyMismatch, InvalidInput, OutcomeUnknown
from entrepot.kit.json import dumps_text

LEASE = timedelta(seconds=30)
KEEP = timedelta(hours=48)
UNGUESSABLE = 16  # characters: what visitors behind one address do not both think of
HEADER = "Idempotency-Key"
REPLAYED = "Idempotency-Replayed"
_KEPT_HEADERS = ("Location", "ETag")
_LARGEST = 1_000_000
_NOT_FINAL = frozenset({401, 408, 409, 423, 425, 429})  # the same request may well succeed a moment later

# Paths of operations that keep the key themselves, or whose answer may be stored nowhere.
_exempt: set[str] = set()


def exempt(route: str) -> None:
    """Leave a route (as in `resolver_match.route`, e.g. `api/v1/carts/<uuid:cart_id>/place`) alone."""
    _exempt.add(_plain(route))


def is_exempt(route: str) -> bool:
    """Whether the route looks after its own retries."""
    return _plain(route) in _exempt


def _plain(route: str) -> str:
    return route.replace("<uuidstr:", "<uuid:")  # ninja's own converter, written as `uuid` in our paths


@dataclass(frozen=True, slots=True)
class Claim:
    """The right to do the work of a key, until the lease ends and somebody else takes it over."""

    id: int
    place: str
    until: datetime

    def mark(self) -> None:
        """In every transaction of the work, just before it commits: the key knows of it, and what it changed."""
        if db.execute(_MARK, {"id": self.id, "until": self.until, "now": clock.now()}) == 0:
            raise IdempotencyInFlight(seconds=2)


_CLAIM = """
INSERT INTO kit_idempotencykey AS k
    (principal, key, fingerprint, leased_until, status, content_type, headers, body, created_at, audit_after,
     request_id)
VALUES (%(principal)s, %(key)s, %(fingerprint)s, %(until)s, NULL, '', '{}', NULL, %(now)s,
        (SELECT coalesce(max(id), 0) FROM kit_audit), %(request_id)s)
ON CONFLICT (principal, key) DO UPDATE SET
    leased_until = CASE WHEN k.status IS NULL AND k.committed_at IS NULL AND k.fingerprint = %(fingerprint)s
                             AND k.leased_until <= %(now)s
                        THEN %(until)s ELSE k.leased_until END,
    request_id = CASE WHEN k.status IS NULL AND k.committed_at IS NULL AND k.fingerprint = %(fingerprint)s
                           AND k.leased_until <= %(now)s
                      THEN %(request_id)s ELSE k.request_id END
RETURNING id, fingerprint, status, content_type, headers, body, changed, request_id,
    (status IS NULL AND committed_at IS NOT NULL AND leased_until <= %(now)s) AS lost,
    (status IS NULL AND committed_at IS NULL AND fingerprint = %(fingerprint)s AND leased_until = %(until)s) AS ours
"""
# A transaction that wrote nothing has no number yet, and nothing to remember.
_MARK = """
UPDATE kit_idempotencykey AS k SET
    committed_at = CASE WHEN pg_current_xact_id_if_assigned() IS NULL THEN k.committed_at ELSE %(now)s END,
    changed = k.changed || coalesce((
        SELECT jsonb_agg(jsonb_build_object('action', a.action, 'object_type', a.object_type, 'object_id', a.object_id))
        FROM (SELECT action, object_type, object_id FROM kit_audit
              WHERE id > k.audit_after AND xid = pg_current_xact_id_if_assigned()::text::bigint
              ORDER BY id LIMIT 20) AS a), '[]')
WHERE k.id = %(id)s AND k.leased_until = %(until)s AND k.status IS NULL
"""


def principal_of(actor: Actor) -> str:
    """Whose keys. All visitors behind one address are one to us, so that only their keys keep them apart."""
    return f"{actor.kind}:{actor.ip if actor.kind is ActorKind.ANONYMOUS else actor.id}"


def fingerprint(request: HttpRequest) -> str:
    """What a key is bound to: method, path, the secrets that open a cart or an order, and body."""
    secrets = [request.META.get(name, "") for name in ("HTTP_CART_SECRET", "HTTP_ORDER_SECRET")]
    digest = hashlib.sha256(f"{request.method} {request.get_full_path()}\n{secrets}\n".encode())
    digest.update(request.body)
    return digest.hexdigest()


def check_key(key: str) -> None:
    """A key that cannot be read is refused: taken as none, the retry that it announces would do the work again."""
    if not 1 <= len(key) <= 200 or not key.isascii() or not key.isprintable():
        raise InvalidInput("Idempotency-Key", N_("A key has 1 to 200 printable ASCII characters."))


def begin(request: HttpRequest, actor: Actor, key: str) -> Claim | HttpResponse:
    """Claim the key, or return the stored answer. Raises IdempotencyMismatch, IdempotencyInFlight or
    OutcomeUnknown."""
    check_key(key)
    if actor.kind is ActorKind.ANONYMOUS and len(key) < UNGUESSABLE:
        raise InvalidInput("Idempotency-Key", N_("A visitor's key has at least 16 characters, for example a UUID."))
    now, principal, print_ = clock.now(), principal_of(actor), fingerprint(request)
    found = db.row(_CLAIM, {"principal": principal, "key": key, "fingerprint": print_, "now": now,
                            "until": now + LEASE, "request_id": request_id.get()})
    place = f"kit_idempotencykey:{principal}:{key}"
    if found.fingerprint != print_:
        raise IdempotencyMismatch
    if found.status is not None:
        return _replay(found, place)
    if found.lost:
        raise OutcomeUnknown(request_id=found.request_id, changed=found.changed)
    if not found.ours:
        raise IdempotencyInFlight(seconds=2)
    return Claim(found.id, place, now + LEASE)


def _replay(found: Any, place: str) -> HttpResponse:
    response = HttpResponse(vault.decrypt(found.body, place), status=found.status, content_type=found.content_type)
    for name, value in found.headers.items():
        response[name] = value
    response[REPLAYED] = "true"
    return response


_FREE = """
DELETE FROM kit_idempotencykey WHERE id = %(id)s AND status IS NULL AND leased_until = %(until)s
  AND (committed_at IS NULL OR %(refused)s)
"""


def finish(claim: Claim, response: HttpResponse) -> None:
    """Keep the answer, or free the key when the answer is not the last word (a 5xx, a conflict, a limit) and the work
    left nothing behind."""
    refused = response.status_code in _NOT_FINAL
    if refused or response.status_code >= 500 or response.streaming or len(response.content) > _LARGEST:
        if not db.execute(_FREE, {"id": claim.id, "until": claim.until, "refused": refused}):
            db.execute("UPDATE kit_idempotencykey SET leased_until = %s WHERE id = %s AND status IS NULL"
                       " AND leased_until = %s", [clock.now(), claim.id, claim.until])
        return
    headers = {name: response[name] for name in _KEPT_HEADERS if response.has_header(name)}
    db.execute("UPDATE kit_idempotencykey SET status = %s, content_type = %s, headers = %s::jsonb, body = %s,"
               " leased_until = NULL WHERE id = %s AND status IS NULL AND leased_until = %s",
               [response.status_code, response.get("Content-Type", "")[:80], dumps_text(headers),
                vault.encrypt(response.content, claim.place), claim.id, claim.until])


def clean() -> int:
    """Forget keys past their time."""
    return db.execute("DELETE FROM kit_idempotencykey WHERE created_at < %s", [clock.now() - KEEP])
