"""Imports and exports as jobs: nothing is lost or done twice when a worker dies, and what was refused comes back."""

from __future__ import annotations

import io
from typing import Any
from uuid import UUID

import openpyxl
import pytest

from entrepot.catalog import public as catalog
from entrepot.channels import files
from entrepot.channels import public as channels
from entrepot.channels.actions import export, import_catalogue, upload
from entrepot.channels.errors import FileGone, Interrupted, UnknownFormat, WrongState
from entrepot.channels.models import FilePart, ImportRun
from entrepot.channels.tests.test_actions import BOB, shop  # noqa: F401  a fixture
from entrepot.identity import public as identity
from entrepot.inventory import public as inventory
from entrepot.kit import clock, db, notices
from entrepot.kit.actor import Actor, ActorKind, system
from entrepot.kit.errors import InvalidInput, PermissionDenied

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("shop")]

HEADER = "product,name:en,sku,price,stock:main\n"


def _upload(text: str | bytes, name: str = "goods.csv", **options: Any) -> UUID:
    data = text if isinstance(text, bytes) else text.encode()
    return channels.receive_file(name, [data], actor=BOB, **options)


def _run(run_id: UUID) -> dict[str, Any]:
    found = channels.get_run(run_id)
    assert found is not None
    return found


def _imported(text: str) -> UUID:
    run_id = _upload(text)
    channels.start_import(run_id, actor=BOB)
    upload.run_import(run_id)
    return run_id


def test_a_file_waits_for_its_start_and_its_job_is_queued_with_it() -> None:
    run_id = _upload(HEADER + "mug,Mug,MUG,4.50,3\n")
    assert (_run(run_id)["state"], _run(run_id)["total"]) == ("uploaded", 1)
    assert catalog.find_variant("MUG") is None
    channels.start_import(run_id, actor=BOB)
    job = db.row("SELECT task_name, args FROM procrastinate_jobs WHERE status = 'todo'"
                 " AND task_name = 'channels.run_import'")
    assert job.args == {"run_id": str(run_id)}
    with pytest.raises(WrongState):
        channels.start_import(run_id, actor=BOB)
    upload.run_import(run_id)
    assert _run(run_id)["state"] == "done"
    assert catalog.find_variant("MUG") is not None


def test_a_worker_that_dies_midway_leaves_a_run_that_another_finishes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(import_catalogue, "BATCH", 2)
    run_id = _upload(HEADER + "".join(f"p{n},Product {n},SKU-{n},{n}.00,1\n" for n in range(1, 8)))
    channels.start_import(run_id, actor=BOB)
    taken: list[int] = []
    honest = import_catalogue._CatalogueImport.take

    def dies(self: Any, items: Any) -> None:
        if len(taken) == 2:
            raise MemoryError
        taken.append(1)
        honest(self, items)

    monkeypatch.setattr(import_catalogue._CatalogueImport, "take", dies)
    with pytest.raises(MemoryError):
        upload.run_import(run_id)
    ImportRun.objects.update(state="running")  # as a killed process leaves it
    assert len(catalog.facts_by_sku([f"SKU-{n}" for n in range(1, 8)])) == 4
    monkeypatch.setattr(import_catalogue._CatalogueImport, "take", honest)
    upload.run_import(run_id)
    run = _run(run_id)
    assert (run["state"], run["rows"], run["counts"]["imported"], run["counts"]["created"]) == ("done", 7, 7, 7)
    assert len(catalog.facts_by_sku([f"SKU-{n}" for n in range(1, 8)])) == 7
    upload.run_import(run_id)  # a job that comes twice finds it done
    assert _run(run_id)["counts"]["imported"] == 7


def test_who_was_thought_dead_does_not_write_a_batch_twice(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(import_catalogue, "BATCH", 1)
    run_id = _upload(HEADER + "p1,One,SKU-1,1.00,1\np2,Two,SKU-2,2.00,1\n")
    channels.start_import(run_id, actor=BOB)
    run = upload._begun(run_id)
    assert run is not None
    ImportRun.objects.filter(pk=run_id).update(batches=1)  # meanwhile somebody else finished the first batch
    with files.on_disk("x.csv", files.pieces(run_id)) as path, pytest.raises(Interrupted):
        import_catalogue.work_off(run, path, actor=BOB)
    assert catalog.find_variant("SKU-1") is None


def test_a_run_is_stopped_and_goes_on(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(import_catalogue, "BATCH", 1)
    run_id = _upload(HEADER + "p1,One,SKU-1,1.00,1\np2,Two,SKU-2,2.00,1\n")
    channels.start_import(run_id, actor=BOB)
    honest = import_catalogue._CatalogueImport.take

    def stopped(self: Any, items: Any) -> None:
        honest(self, items)
        if self.batches == 1:
            channels.stop_import(run_id, actor=BOB)

    monkeypatch.setattr(import_catalogue._CatalogueImport, "take", stopped)
    upload.run_import(run_id)
    assert (_run(run_id)["state"], set(catalog.facts_by_sku(["SKU-1", "SKU-2"]))) == ("stopped", {"SKU-1"})
    channels.start_import(run_id, channel_code="ignored: read as before", actor=BOB)
    upload.run_import(run_id)
    assert (_run(run_id)["state"], set(catalog.facts_by_sku(["SKU-1", "SKU-2"]))) == ("done", {"SKU-1", "SKU-2"})


def test_refused_rows_come_back_in_the_same_kind_of_file_with_the_rest_of_their_product() -> None:
    book = openpyxl.Workbook()
    for row in (["product", "name:en", "option_names:en", "options", "sku", "price"],
                ["mug", "Mug", "size=Size; size/s=Small; size/l=Large", "size=s", "MUG-S", "4.50"],
                ["mug", "", "", "size=l", "MUG-L", "dear"], ["tin", "Tin", "", "", "TIN", "2.00"]):
        book.worksheets[0].append(row)
    sheet = io.BytesIO()
    book.save(sheet)
    first = _upload(sheet.getvalue(), "goods.xlsx")
    channels.start_import(first, actor=BOB)
    upload.run_import(first)
    answer = channels.refused_file(first, actor=BOB)
    assert "goods.refused.xlsx" in answer["Content-Disposition"]
    back = openpyxl.load_workbook(io.BytesIO(answer.content))
    rows = list(back.worksheets[0].iter_rows(values_only=True))
    assert [r[4] for r in rows] == ["sku", "MUG-S", "MUG-L"]
    assert rows[2][-3:] == ("3", "price", "This is not an amount.")
    back.worksheets[0].cell(3, 6).value = "5.00"
    mended = io.BytesIO()
    back.save(mended)
    second = _upload(mended.getvalue(), "goods.refused.xlsx", corrects=first)
    channels.start_import(second, actor=BOB)
    upload.run_import(second)
    assert "refused" not in _run(second)["counts"]
    assert _run(second)["corrects_id"] == first
    assert set(catalog.facts_by_sku(["MUG-S", "MUG-L"])) == {"MUG-S", "MUG-L"}


def test_the_preview_tells_how_rows_will_be_read() -> None:
    run_id = _upload("product,name:en,sku,price,colour\nmug,Mug,MUG,4.50,blue\ntin,Tin,TIN,dear,red\n")
    seen = channels.preview(run_id, actor=BOB)
    assert (seen.header, seen.unread) == (["product", "name:en", "sku", "price", "colour"], ["colour"])
    assert [(p["name"], p["skus"], p["prices"]) for p in seen.products] == [({"en": "Mug"}, ["MUG"], [450])]
    assert [(i.line, i.column) for i in seen.issues] == [(3, "price")]
    assert catalog.find_variant("MUG") is None


@pytest.mark.parametrize(("name", "data"), [
    ("a.exe", b"MZ"), ("a.csv", b""), ("a.xlsx", b"plain text"), ("a.parquet", b"product,sku"),
    ("a.csv", b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR")])
def test_a_file_that_is_not_what_it_says_is_refused(name: str, data: bytes) -> None:
    with pytest.raises(InvalidInput):
        _upload(data, name)
    assert not FilePart.objects.exists()


def test_an_unknown_table_is_refused_and_not_kept() -> None:
    with pytest.raises(UnknownFormat):
        _upload("a,b\n1,2\n")
    assert not ImportRun.objects.exists()


@pytest.mark.parametrize(("encoding", "separator"), [("gb18030", ","), ("utf-16", "\t"), ("utf-8-sig", ";")])
def test_files_of_other_spreadsheets_are_read(encoding: str, separator: str) -> None:
    text = "product,name:zh-hans,sku,price\ncup,马克杯,CUP,4.50\n".replace(",", separator)
    run_id = _upload(text.encode(encoding))
    channels.start_import(run_id, actor=BOB)
    upload.run_import(run_id)
    assert (catalog.facts_by_sku(["CUP"])["CUP"].name)["zh-hans"] == "马克杯"


def test_the_worker_acts_with_the_rights_of_who_asked() -> None:
    identity.ensure_roles()
    clerk = identity.create_staff("clerk@example.com", "Clerk", "correct horse battery", ["catalogue"], actor=BOB)
    actor = identity.actor_of_user(clerk)
    assert actor is not None
    run_id = channels.receive_file("g.csv", [(HEADER + "mug,Mug,MUG,4.50,3\n").encode()], actor=actor)
    channels.start_import(run_id, actor=actor)
    upload.run_import(run_id)
    counts = _run(run_id)["counts"]
    assert (counts["imported"], counts["prices_left_out"], counts["stock_left_out"]) == (1, 1, 1)
    again = channels.receive_file("g.csv", [(HEADER + "tin,Tin,TIN,4.50,3\n").encode()], actor=actor)
    channels.start_import(again, actor=actor)
    identity.update_user(clerk, is_active=False, actor=system("test"))
    upload.run_import(again)
    assert (_run(again)["state"], _run(again)["error"]["params"]) == ("failed", {"label": "Clerk"})
    assert catalog.find_variant("TIN") is None


def test_an_export_is_written_once_whole_and_goes_to_those_who_may_read_it() -> None:
    _imported(HEADER + "mug,Mug,MUG,4.50,3\n")
    run_id = channels.ask_export("catalogue", as_xlsx=True, actor=BOB)
    with pytest.raises(FileGone):
        channels.export_file(run_id, actor=BOB)
    export.run_export(run_id)
    export.run_export(run_id)  # a job that comes twice
    assert FilePart.objects.filter(run_id=run_id).count() == 1
    book = openpyxl.load_workbook(io.BytesIO(b"".join(channels.export_file(run_id, actor=BOB))))  # type: ignore[arg-type]  # a synchronous stream
    rows = list(book.worksheets[0].iter_rows(values_only=True))
    assert rows[1][rows[0].index("sku")] == "MUG"
    clerk = Actor(ActorKind.STAFF, "7", "Clerk", frozenset({"channels.export"}))
    with pytest.raises(PermissionDenied):
        channels.ask_export("customers", actor=clerk)
    assert export.forget_files(clock.now() + export.KEEP * 2) == 1
    with pytest.raises(FileGone):
        channels.export_file(run_id, actor=BOB)


def _member(*, user_id: int) -> Actor:
    return Actor(ActorKind.STAFF, id=str(user_id), label="Bob", user_id=user_id, permissions=BOB.permissions)


def _heard(user_id: int) -> list[tuple[str, dict[str, Any], str]]:
    return [(n.kind, n.params, n.address) for n in notices.latest(_member(user_id=user_id))]


def test_who_started_an_import_hears_how_it_ended_whoever_brought_the_file(monkeypatch: pytest.MonkeyPatch) -> None:
    identity.ensure_roles()
    starter = identity.create_staff("starter@example.com", "Starter", "correct horse battery staple", ["owner"],
                                    actor=system("test"))
    run_id, address = _upload(HEADER + "mug,Mug,MUG,4.50,3\n"), "/office/desk/imports/{}/"
    actor = identity.actor_of_user(starter)
    assert actor is not None
    channels.start_import(run_id, actor=actor)

    def breaks(self: Any, items: Any) -> None:
        raise MemoryError

    with monkeypatch.context() as patched:
        patched.setattr(import_catalogue._CatalogueImport, "take", breaks)
        with pytest.raises(MemoryError):
            upload.run_import(run_id)
    failed = ("import.failed", {"file": "goods.csv"}, address.format(run_id))
    assert _heard(starter) == [failed]
    channels.start_import(run_id, actor=actor)
    upload.run_import(run_id)
    upload.run_import(run_id)
    assert _heard(starter) == [("import.done", {"file": "goods.csv", "rows": 1}, address.format(run_id)), failed]
    assert _heard(starter + 1) == []


def test_an_import_of_somebody_who_may_no_longer_fails_and_says_so() -> None:
    identity.ensure_roles()
    leaver = identity.create_staff("leaver@example.com", "Leaver", "correct horse battery staple", ["owner"],
                                   actor=system("test"))
    actor = identity.actor_of_user(leaver)
    assert actor is not None
    run_id = _upload(HEADER + "mug,Mug,MUG,4.50,3\n")
    channels.start_import(run_id, actor=actor)
    identity.create_staff("other@example.com", "Other", "correct horse battery staple", ["owner"], actor=system("test"))
    identity.update_user(leaver, is_active=False, actor=system("test"))
    upload.run_import(run_id)
    assert [kind for kind, _params, _address in _heard(leaver)] == ["import.failed"]
    assert _run(run_id)["state"] == "failed"


def test_an_import_into_no_language_or_a_closed_place_is_not_begun() -> None:
    run_id = _upload("Handle,Title,Body (HTML),Variant Price,Published,Variant Taxable,Variant Inventory Qty\n"
                     "mug,Mug,x,4.50,true,true,7\n")
    with pytest.raises(InvalidInput):
        channels.start_import(run_id, language="English!", actor=BOB)
    first = inventory.warehouses()[0].code
    inventory.create_warehouse("second", {"en": "Second"}, priority=9, actor=BOB)
    inventory.update_warehouse(first, is_active=False, actor=BOB)
    channels.start_import(run_id, actor=BOB)
    upload.run_import(run_id)
    assert {b["warehouse_code"] for b in inventory.list_balances(
        warehouse=None, sku=None, level=None, limit=9, cursor=None)[0]} == {"second"}
