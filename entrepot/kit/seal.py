"""Sealing of the audit trail: batches of rows under Merkle roots, roots in a chain, the chain's head signed outside.

A row is sealed once every transaction that could still write before it has ended (`xid` below the oldest running
one), so no row slips in behind a seal. `verify` finds edits, deletions, swaps and cut tails; a rewrite of everything
in the database, chain included, contradicts the signed checkpoints. Those lie in `audit-checkpoints-*.jsonl` of the
home folder and, when `ENTREPOT_AUDIT_ANCHOR` names one, in a folder elsewhere (another host, write-once storage).
"""

from __future__ import annotations

import base64
import hashlib
import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from django.conf import settings
from django.db import transaction

from entrepot.kit import clock, db, merkle
from entrepot.kit.errors import N_, NotFound
from entrepot.kit.home import home, secret
from entrepot.kit.json import dumps, loads

BATCH = 10_000
FILE = "audit-checkpoints-{}.jsonl"
_LOCK = 7_236_401
_LONGEST_TRANSACTION = timedelta(hours=1)
_COLUMNS = ("id, at, actor_kind, actor_id, actor_label, action, object_type, object_id, old::text AS old,"
            " new::text AS new, reason, request_id, xid")
# Ended: below the oldest running transaction, or numbered by the cluster that a dump came from.
_ENDED = ("(a.xid < pg_snapshot_xmin(pg_current_snapshot())::text::bigint"
          " OR a.xid > pg_snapshot_xmax(pg_current_snapshot())::text::bigint)")


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that contradicts the seals: `kind` of contradiction, a sentence, and where."""

    kind: str
    text: str
    where: dict[str, object]


def row_hash(row: Any) -> bytes:
    """The leaf hash of an audit row: every column, in a fixed order, in a form that does not depend on the session."""
    fields = [row.id, _utc(row.at), row.actor_kind, row.actor_id, row.actor_label, row.action,
              row.object_type, row.object_id, row.old, row.new, row.reason, row.request_id, row.xid]
    return merkle.leaf_hash(dumps(fields))


def _utc(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="microseconds")


def _chained(previous: str, at: datetime, count: int, root: str) -> str:
    return hashlib.sha256(dumps([previous, _utc(at), count, root])).hexdigest()


def seal(*, batch: int = BATCH) -> int:
    """Seal what is final and not sealed yet; writes a checkpoint when anything was. Returns the number of rows."""
    total = 0
    while sealed := _seal_batch(batch):
        total += sealed
        if sealed < batch:
            break
    if total:
        write_checkpoint()
    return total


def _seal_batch(batch: int) -> int:
    with transaction.atomic():
        if not db.value("SELECT pg_try_advisory_xact_lock(%s)", [_LOCK]):
            return 0  # another worker is at it
        found = db.rows(f"SELECT {_COLUMNS} FROM kit_audit a WHERE {_ENDED}"  # noqa: S608 constants
                        " AND NOT EXISTS (SELECT 1 FROM kit_audit_leaf l WHERE l.audit_id = a.id)"
                        " AND a.id >= coalesce((SELECT min(first_id) FROM kit_audit_seal WHERE at > %s),"
                        " (SELECT max(last_id) FROM kit_audit_seal), 0)"
                        " ORDER BY a.id LIMIT %s", [clock.now() - _LONGEST_TRANSACTION, batch])
        if not found:
            return 0
        hashes = [row_hash(r) for r in found]
        _write(found, hashes)
    return len(found)


def _write(found: list[Any], hashes: list[bytes]) -> None:
    now, root = clock.now(), merkle.root(hashes).hex()
    previous = db.value("SELECT chain FROM kit_audit_seal ORDER BY id DESC LIMIT 1") or ""
    seal_id = db.value(
        "INSERT INTO kit_audit_seal (at, first_id, last_id, count, root, chain) VALUES (%s, %s, %s, %s, %s, %s)"
        " RETURNING id", [now, found[0].id, found[-1].id, len(found), root, _chained(previous, now, len(found), root)])
    db.execute("INSERT INTO kit_audit_leaf (audit_id, seal_id, hash) SELECT id, %s, hash"
               " FROM unnest(%s::bigint[], %s::bytea[]) AS leaf(id, hash)", [seal_id, [r.id for r in found], hashes])


def _key() -> Ed25519PrivateKey:
    return Ed25519PrivateKey.from_private_bytes(hashlib.sha256(secret("ENTREPOT_AUDIT_KEY").encode()).digest())


def public_key() -> str:
    """For whoever keeps checkpoints elsewhere: the Ed25519 key that verifies their signatures (base64)."""
    raw = _key().public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
    return base64.b64encode(raw).decode()


def checkpoint_files() -> list[Path]:
    """One file per database of this home, here and at the anchor."""
    anchor, name = os.environ.get("ENTREPOT_AUDIT_ANCHOR"), FILE.format(settings.DATABASES["default"]["NAME"])
    return [home() / name, *([Path(anchor) / name] if anchor else [])]


def write_checkpoint() -> None:
    """Append the signed head of the chain: how many rows are sealed, and the hash over all of them."""
    head = db.row("SELECT id, chain, at, (SELECT sum(count) FROM kit_audit_seal)::bigint AS size"
                  " FROM kit_audit_seal ORDER BY id DESC LIMIT 1")
    body = {"seal": head.id, "size": head.size, "chain": head.chain, "at": head.at.isoformat()}
    line = {**body, "signature": base64.b64encode(_key().sign(dumps(body))).decode()}
    for path in checkpoint_files():
        with path.open("ab") as file:
            file.write(dumps(line) + b"\n")
            file.flush()
            os.fsync(file.fileno())


def verify() -> list[Finding]:
    """Everything that contradicts the seals; nothing when the trail is what was sealed."""
    heads: dict[int, tuple[int, str]] = {}
    found: list[Finding] = []
    size, chain = 0, ""
    for sealed in db.rows("SELECT id, at, first_id, last_id, count, root, chain FROM kit_audit_seal ORDER BY id"):
        found += _verify_seal(sealed, chain)
        size, chain = size + sealed.count, sealed.chain
        heads[sealed.id] = (size, chain)
    return found + list(_verify_checkpoints(heads)) + _verify_sealing_goes_on()


def _verify_seal(sealed: Any, previous: str) -> list[Finding]:
    found: list[Finding] = []
    leaves = db.rows(f"SELECT l.audit_id, l.hash, {_joined()} FROM kit_audit_leaf l LEFT JOIN kit_audit a"  # noqa: S608
                     " ON a.id = l.audit_id WHERE l.seal_id = %s ORDER BY l.audit_id", [sealed.id])
    for leaf in leaves:
        if leaf.id is None:
            found.append(Finding("deleted", N_("An audit row was removed."), {"audit_id": leaf.audit_id}))
        elif row_hash(leaf) != bytes(leaf.hash):
            found.append(Finding("edited", N_("An audit row was changed."), {"audit_id": leaf.audit_id}))
    if len(leaves) != sealed.count or merkle.root([bytes(x.hash) for x in leaves]).hex() != sealed.root:
        found.append(Finding("broken_seal", N_("The rows of a seal do not give its root."), {"seal": sealed.id}))
    if sealed.chain != _chained(previous, sealed.at, sealed.count, sealed.root):
        found.append(Finding("broken_chain", N_("A seal does not continue the one before."), {"seal": sealed.id}))
    return found


def _joined() -> str:
    return ", ".join("a." + column.strip() for column in _COLUMNS.split(","))


def _verify_checkpoints(heads: dict[int, tuple[int, str]]) -> Iterator[Finding]:
    public = _key().public_key()
    for path in checkpoint_files():
        if heads and not path.exists():
            yield Finding("no_checkpoints", N_("The file of signed checkpoints is missing."), {"file": path.name})
        for number, line in enumerate(path.read_bytes().splitlines() if path.exists() else [], start=1):
            where: dict[str, object] = {"file": path.name, "line": number}
            try:
                body = loads(line)
                public.verify(base64.b64decode(body.pop("signature")), dumps(body))
            except (ValueError, KeyError, TypeError, InvalidSignature):
                yield Finding("bad_checkpoint", N_("A checkpoint is not signed by us."), where)
                continue
            if heads.get(body["seal"]) != (body["size"], body["chain"]):
                where["seal"] = body["seal"]
                yield Finding("forged", N_("The trail is not the one that was signed."), where)


def _verify_sealing_goes_on() -> list[Finding]:
    """Rows that ought to have been sealed long ago point to a switched-off sealer, or to rows put in behind it."""
    late = db.rows(f"SELECT a.id FROM kit_audit a WHERE {_ENDED} AND NOT EXISTS"  # noqa: S608 constants
                   " (SELECT 1 FROM kit_audit_leaf l WHERE l.audit_id = a.id)"
                   " AND EXISTS (SELECT 1 FROM kit_audit_seal s WHERE s.first_id > a.id AND s.at < %s)"
                   " ORDER BY a.id LIMIT 20", [clock.now() - _LONGEST_TRANSACTION])
    return [Finding("slipped_in", N_("An audit row lies behind seals and is in none."), {"audit_id": r.id})
            for r in late]


def proof(audit_id: int) -> dict[str, Any]:
    """What an auditor needs to check one row offline: the row's hash, its path to the root, the seal."""
    found = proofs([audit_id])
    if audit_id not in found:
        raise NotFound("sealed audit row")
    return found[audit_id]


def proofs(audit_ids: Sequence[int]) -> dict[int, dict[str, Any]]:
    """The proofs of many rows: each seal's tree is built once."""
    held = db.rows("SELECT l.audit_id, s.id, s.root, s.chain FROM kit_audit_leaf l JOIN kit_audit_seal s"
                   " ON s.id = l.seal_id WHERE l.audit_id = ANY(%s)", [list(audit_ids)])
    trees: dict[int, tuple[dict[int, int], list[bytes]]] = {}
    for seal_id in {h.id for h in held}:
        leaves = db.rows("SELECT audit_id, hash FROM kit_audit_leaf WHERE seal_id = %s ORDER BY audit_id", [seal_id])
        trees[seal_id] = ({leaf.audit_id: n for n, leaf in enumerate(leaves)}, [bytes(leaf.hash) for leaf in leaves])
    found = {}
    for h in held:
        place, hashes = trees[h.id]
        index = place[h.audit_id]
        found[h.audit_id] = {"audit_id": h.audit_id, "seal": h.id, "root": h.root, "chain": h.chain,
                             "leaf": hashes[index].hex(),
                             "path": [[side, value.hex()] for side, value in merkle.path(index, hashes)]}
    return found
