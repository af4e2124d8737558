"""The same request sent twice does its work once: `Idempotency-Key` on unsafe API calls.

A key is bound to the principal, the method, the path and the SHA-256 of the body. The first answer is stored,
encrypted, and replayed; another body is refused (422); while the first is at work, others are told to wait (409). A
lease frees the key of a process that died. Operations that make their own promise in the same transaction as their
effect (placing an order) are exempt: see `exempt`.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.http import HttpRequest, HttpResponse

from entrepot.kit import clock, db, vault
from entrepot.kit.actor import Actor, ActorKind
from entrepot.kit.errors import N_, IdempotencyInFlight, IdempotencyMismatch, InvalidInput
from entrepot.kit.json import dumps_text

LEASE = timedelta(seconds=30)
KEEP = timedelta(hours=48)
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
    return _plain(route) in _exempt


def _plain(route: str) -> str:
    return route.replace("<uuidstr:", "<uuid:")  # ninja's own converter, written as `uuid` in our paths


@dataclass(frozen=True, slots=True)
class Claim:
    """The right to do the work of a key, until the lease ends."""

    id: int
    place: str


_CLAIM = """
INSERT INTO kit_idempotencykey AS k
    (principal, key, fingerprint, leased_until, status, content_type, headers, body, created_at)
VALUES (%(principal)s, %(key)s, %(fingerprint)s, %(until)s, NULL, '', '{}', NULL, %(now)s)
ON CONFLICT (principal, key) DO UPDATE SET
    leased_until = CASE WHEN k.status IS NULL AND k.fingerprint = %(fingerprint)s AND k.leased_until <= %(now)s
                        THEN %(until)s ELSE k.leased_until END
RETURNING id, fingerprint, status, content_type, headers, body,
    (status IS NULL AND fingerprint = %(fingerprint)s AND leased_until = %(until)s) AS ours
"""


def principal_of(actor: Actor) -> str:
    """Whose keys: a visitor is their address, so that nobody reads a stranger's answer by guessing a key."""
    return f"{actor.kind}:{actor.ip if actor.kind is ActorKind.ANONYMOUS else actor.id}"


def fingerprint(request: HttpRequest) -> str:
    digest = hashlib.sha256(f"{request.method} {request.get_full_path()}\n".encode())
    digest.update(request.body)
    return digest.hexdigest()


def begin(request: HttpRequest, actor: Actor, key: str) -> Claim | HttpResponse:
    """Claim the key, or return the stored answer. Raises IdempotencyMismatch or IdempotencyInFlight."""
    if not 1 <= len(key) <= 200 or not key.isascii() or not key.isprintable():
        raise InvalidInput("Idempotency-Key", N_("A key has 1 to 200 printable ASCII characters."))
    now, principal, print_ = clock.now(), principal_of(actor), fingerprint(request)
    found = db.row(_CLAIM, {"principal": principal, "key": key, "fingerprint": print_, "now": now,
                            "until": now + LEASE})
    place = f"kit_idempotencykey:{principal}:{key}"
    if found.fingerprint != print_:
        raise IdempotencyMismatch
    if found.status is not None:
        return _replay(found, place)
    if not found.ours:
        raise IdempotencyInFlight(seconds=2)
    return Claim(found.id, place)


def _replay(found: Any, place: str) -> HttpResponse:
    response = HttpResponse(vault.decrypt(found.body, place), status=found.status, content_type=found.content_type)
    for name, value in found.headers.items():
        response[name] = value
    response[REPLAYED] = "true"
    return response


def finish(claim: Claim, response: HttpResponse) -> None:
    """Keep the answer, or free the key when the answer is not the last word (a 5xx, a conflict, a limit)."""
    if response.status_code >= 500 or response.status_code in _NOT_FINAL or response.streaming \
            or len(response.content) > _LARGEST:
        db.execute("DELETE FROM kit_idempotencykey WHERE id = %s AND status IS NULL", [claim.id])
        return
    headers = {name: response[name] for name in _KEPT_HEADERS if response.has_header(name)}
    db.execute("UPDATE kit_idempotencykey SET status = %s, content_type = %s, headers = %s::jsonb, body = %s,"
               " leased_until = NULL WHERE id = %s AND status IS NULL",
               [response.status_code, response.get("Content-Type", "")[:80], dumps_text(headers),
                vault.encrypt(response.content, claim.place), claim.id])


def clean() -> int:
    """Forget keys past their time."""
    return db.execute("DELETE FROM kit_idempotencykey WHERE created_at < %s", [clock.now() - KEEP])
