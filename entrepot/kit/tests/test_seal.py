"""Whatever is done to the sealed trail is found: edits, deletions, swaps, cut tails, and a rewrite of everything."""

from __future__ import annotations

import threading
from pathlib import Path
from typing import Any

import pytest
from django.db import connection, transaction
from hypothesis import given
from hypothesis import strategies as st

from entrepot.kit import audit, db, merkle, seal
from entrepot.kit.actor import system

pytestmark = pytest.mark.usefixtures("patient_sealing")


@pytest.fixture(autouse=True)
def _own_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(seal, "home", lambda: tmp_path)


def act(count: int) -> None:
    with transaction.atomic():
        for n in range(count):
            audit.record(system("test"), "parcel.drop", "parcel", n, new={"n": n, "price": 1.10}, reason="ünï")


def as_owner(statement: str, params: Any = None) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute(statement, params)


def kinds() -> set[str]:
    return {f.kind for f in seal.verify()}


@pytest.mark.django_db(transaction=True)
def test_untouched_trail_verifies_over_many_batches() -> None:
    act(25)
    assert seal.seal(batch=10) == 25
    act(3)
    assert seal.seal(batch=10) == 3
    assert seal.seal() == 0
    assert db.value("SELECT count(*) FROM kit_audit_seal") == 4
    assert seal.verify() == []


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(("statement", "kind"), [
    ("UPDATE kit_audit SET actor_label = 'someone else' WHERE id = 5", "edited"),
    ("UPDATE kit_audit SET new = jsonb_set(new, '{n}', '7') WHERE id = 5", "edited"),
    ("UPDATE kit_audit SET at = at + interval '1 microsecond' WHERE id = 5", "edited"),
    ("DELETE FROM kit_audit WHERE id = 5", "deleted"),
    ("UPDATE kit_audit a SET object_id = b.object_id, new = b.new FROM kit_audit b"
     " WHERE (a.id, b.id) IN ((5, 6), (6, 5))", "edited"),
    ("UPDATE kit_audit_leaf SET hash = decode(repeat('00', 32), 'hex') WHERE audit_id = 5", "broken_seal"),
    ("DELETE FROM kit_audit_leaf WHERE audit_id = 5", "broken_seal"),
    ("UPDATE kit_audit_seal SET at = at - interval '1 day' WHERE id = 1", "broken_chain"),
    ("UPDATE kit_audit_seal SET root = repeat('0', 64) WHERE id = 1", "broken_chain"),
])
def test_manipulation_is_found(statement: str, kind: str) -> None:
    act(10)
    seal.seal()
    as_owner(statement)
    assert kind in kinds()


@pytest.mark.django_db(transaction=True)
def test_cut_tail_is_found_by_the_signed_checkpoint() -> None:
    act(5)
    seal.seal()
    act(5)
    seal.seal()
    as_owner("DELETE FROM kit_audit_leaf WHERE seal_id = 2; DELETE FROM kit_audit_seal WHERE id = 2;"
             " DELETE FROM kit_audit WHERE id > 5")
    assert kinds() == {"forged"}


@pytest.mark.django_db(transaction=True)
def test_rewrite_of_rows_leaves_and_chain_contradicts_the_checkpoint() -> None:
    act(5)
    seal.seal()
    as_owner("UPDATE kit_audit SET reason = 'never mind' WHERE id = 3; DELETE FROM kit_audit_leaf;"
             " DELETE FROM kit_audit_seal")
    path = seal.checkpoint_files()[0]
    kept = path.read_bytes()
    seal.seal()
    path.write_bytes(kept)  # the copy that lies elsewhere
    assert kinds() == {"forged"}
    line = seal.loads(kept)
    path.write_bytes(seal.dumps({**line, "size": 4}) + b"\n")
    assert kinds() == {"bad_checkpoint"}
    path.unlink()
    assert kinds() == {"no_checkpoints"}


@pytest.mark.django_db(transaction=True)
def test_row_of_a_running_transaction_waits_and_is_sealed_later() -> None:
    written, go_on = threading.Event(), threading.Event()

    def slow() -> None:
        with transaction.atomic():
            audit.record(system("slow"), "parcel.drop", "parcel", 1)
            written.set()
            go_on.wait(10)
        connection.close()

    worker = threading.Thread(target=slow)
    worker.start()
    assert written.wait(10)
    act(2)  # their numbers are higher, their transaction ended first
    assert seal.seal.__wrapped__() == 0  # type: ignore[attr-defined]
    go_on.set()
    worker.join()
    assert seal.seal() == 3
    assert seal.verify() == []


@pytest.mark.django_db(transaction=True)
def test_proof_of_a_row_holds_offline() -> None:
    act(7)
    seal.seal()
    for audit_id in range(1, 8):
        found = seal.proof(audit_id)
        steps = [(side, bytes.fromhex(value)) for side, value in found["path"]]
        assert merkle.root_by_path(bytes.fromhex(found["leaf"]), steps).hex() == found["root"]
        assert merkle.root_by_path(bytes(32), steps).hex() != found["root"]


@pytest.mark.django_db(transaction=True)
def test_seals_cannot_be_changed_by_the_application() -> None:
    from django.db import DatabaseError

    act(1)
    seal.seal()
    for table in ("kit_audit_seal", "kit_audit_leaf"):
        with pytest.raises(DatabaseError, match="append-only"):
            db.execute(f"DELETE FROM {table}")  # noqa: S608


def test_known_roots_of_rfc_6962() -> None:
    """The test vectors of the Certificate Transparency reference implementation."""
    inputs = [bytes.fromhex(h) for h in ("", "00", "10", "2021", "3031", "40414243", "5051525354555657",
                                         "606162636465666768696a6b6c6d6e6f")]
    leaves = [merkle.leaf_hash(i) for i in inputs]
    assert merkle.root([]).hex() == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
    assert merkle.root(leaves[:1]).hex() == "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d"
    assert merkle.root(leaves[:3]).hex() == "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77"
    assert merkle.root(leaves).hex() == "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328"


@given(st.lists(st.binary(max_size=4), min_size=1, max_size=40), st.data())
def test_every_leaf_leads_to_the_root(data: list[bytes], draw: st.DataObject) -> None:
    leaves = [merkle.leaf_hash(d) for d in data]
    index = draw.draw(st.integers(0, len(leaves) - 1))
    assert merkle.root_by_path(leaves[index], merkle.path(index, leaves)) == merkle.root(leaves)
