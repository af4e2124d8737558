"""The import and export desks: look before anything changes, follow, correct what was refused, take a table home."""

from __future__ import annotations

import io
import re
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from entrepot.catalog import public as catalog
from entrepot.channels import public as channels
from entrepot.channels import tasks
from entrepot.kit import db
from entrepot.orders.tests.factories import a_shop
from entrepot.web.tests.test_office import client_of

pytestmark = pytest.mark.django_db(transaction=True)
GOODS = "product,name:en,sku,price,stock:main,colour\nmug,Mug,MUG,4.50,3,red\ntin,Tin,TIN,dear,1,\n"


def upload(client: Client, text: str, name: str = "goods.csv", **fields: str) -> Any:
    file = SimpleUploadedFile(name, text.encode())
    return client.post(reverse("admin:desk_import_upload"), {"file": file, **fields})


def work() -> None:
    """What the worker would do now."""
    for job in db.rows("SELECT id, task_name, args FROM procrastinate_jobs WHERE task_name LIKE 'channels.%'"
                       " AND status = 'todo' ORDER BY id"):
        getattr(tasks, job.task_name.partition(".")[2]).func(**job.args)
        db.execute("DELETE FROM procrastinate_jobs WHERE id = %s", [job.id])


def test_a_file_is_looked_at_imported_and_what_was_refused_is_corrected() -> None:
    a_shop()
    client = client_of("owner")
    address = upload(client, GOODS)["Location"]
    before = client.get(address).content.decode()
    for told in ("Mug", "MUG", "4.50", "This is not an amount.", "colour", "Import 2 rows"):
        assert told in before, told
    assert catalog.find_variant("MUG") is None
    run = channels.list_runs()[0]["id"]
    client.post(reverse("admin:desk_import_do", args=[run, "start"]), {})
    waiting = client.get(address).content.decode()
    assert "data-poll" in waiting
    part = client.get(reverse("admin:desk_import_progress", args=[run])).content.decode()
    assert "<progress" in part
    assert "<html" not in part
    work()
    done = client.get(address).content.decode()
    assert "1 row was refused" in done
    assert "data-reload" in client.get(reverse("admin:desk_import_progress", args=[run])).content.decode()
    answer = client.get(reverse("admin:desk_import_refused", args=[run]))
    text = answer.content.decode("utf-8-sig")
    assert "goods.refused.csv" in answer["Content-Disposition"]
    assert "This is not an amount." in text
    mended = upload(client, text.replace("dear", "2.00"), "goods.refused.csv", corrects=str(run))
    second = channels.list_runs()[0]["id"]
    assert "corrects an earlier import" in client.get(mended["Location"]).content.decode()
    client.post(reverse("admin:desk_import_do", args=[second, "start"]), {})
    work()
    assert "Every row is in." in client.get(mended["Location"]).content.decode()
    assert catalog.find_variant("TIN") is not None


@pytest.mark.parametrize(("name", "text", "told"), [
    ("a.csv", "a,b\n1,2\n", "none of the known"), ("a.pdf", "%PDF-1.7", "must be a CSV"),
    ("a.xlsx", "plain", "the content does not")])
def test_a_file_of_another_kind_comes_back_with_the_reason(name: str, text: str, told: str) -> None:
    a_shop()
    answer = upload(client_of("owner"), text, name)
    assert answer.status_code == 422
    page = answer.content.decode()
    assert told in page
    assert 'aria-describedby="file-error"' in page
    assert channels.list_runs() == []


def test_a_file_can_be_forgotten_before_its_start_and_only_then() -> None:
    a_shop()
    client = client_of("owner")
    upload(client, GOODS)
    run = channels.list_runs()[0]["id"]
    client.post(reverse("admin:desk_import_do", args=[run, "discard"]), {})
    assert channels.list_runs() == []
    upload(client, GOODS)
    run = channels.list_runs()[0]["id"]
    client.post(reverse("admin:desk_import_do", args=[run, "start"]), {})
    client.post(reverse("admin:desk_import_do", args=[run, "discard"]), {})
    client.post(reverse("admin:desk_import_do", args=[run, "stop"]), {})
    assert [r["state"] for r in channels.list_runs()] == ["stopped"]


def test_the_history_costs_no_more_with_five_runs_than_with_one() -> None:
    a_shop()
    client = client_of("owner")

    def statements() -> int:
        client.get(reverse("admin:desk_imports"))
        with CaptureQueriesContext(connection) as seen:
            assert client.get(reverse("admin:desk_imports")).status_code == 200
        return len(seen)

    upload(client, GOODS)
    one = statements()
    for _ in range(4):
        upload(client, GOODS)
    assert statements() <= one


def test_the_example_file_is_one_that_can_be_imported() -> None:
    a_shop()
    client = client_of("owner")
    text = client.get(reverse("admin:desk_import_template")).content.decode("utf-8-sig")
    address = upload(client, text)["Location"]
    page = client.get(address).content.decode()
    assert "will be refused" not in page
    assert "not known" not in page


def test_an_export_is_asked_for_followed_and_taken_home() -> None:
    shop = a_shop()
    client = client_of("owner")
    page = reverse("admin:desk_exports")
    assert client.post(page, {"what": "catalogue", "format": "xlsx", "channel": shop.channel.code}).status_code == 302
    assert "data-poll" in client.get(page).content.decode()
    work()
    link = re.search(r'href="([^"]+/file/)"', client.get(page).content.decode())
    assert link is not None
    body = client.get(link[1]).getvalue()
    import openpyxl

    assert openpyxl.load_workbook(io.BytesIO(body)).worksheets[0].max_row == len(shop.items) + 1
    assert client.post(page, {"what": "orders", "since": "yesterday"}).status_code == 422


def test_who_may_not_read_customers_sees_no_export_of_them() -> None:
    a_shop()
    client = client_of("catalogue")
    page = client.get(reverse("admin:desk_exports")).content.decode()
    assert 'value="catalogue"' in page
    assert 'value="customers"' not in page
    assert client.post(reverse("admin:desk_exports"), {"what": "customers"}).status_code == 422
    assert channels.list_exports() == []
