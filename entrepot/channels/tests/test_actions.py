"""Files go through the contexts: good rows are in, bad rows come back to be corrected, twice changes nothing."""

from __future__ import annotations

import io
import json
import zipfile
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any
from uuid import UUID

import polars as pl
import pytest
from click.testing import CliRunner
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from openpyxl import Workbook

from entrepot.catalog import public as catalog
from entrepot.catalog.contracts import Component, MediaInput, Option, OptionValue, VariantInput
from entrepot.catalog.tests.factories import a_channel, a_product
from entrepot.channels import api, commands, tables
from entrepot.channels import public as channels
from entrepot.channels.errors import UnknownFormat, UnreadableFile
from entrepot.channels.online_retail.transform import COLUMNS
from entrepot.channels.tables import write_csv
from entrepot.channels.tests.test_formats import SAMPLES, needs_samples
from entrepot.channels.tests.test_online_retail import LATE, sale
from entrepot.inventory import public as inventory
from entrepot.inventory.contracts import Demand, Destination
from entrepot.kit import clock, db, invariants
from entrepot.kit.actor import ANONYMOUS, system
from entrepot.kit.errors import InvalidInput, NotFound, Unauthenticated
from entrepot.kit.ids import uuid7
from entrepot.pricing import public as pricing

pytestmark = pytest.mark.django_db(transaction=True)
BOB = system("test")


@pytest.fixture
def shop() -> str:
    a_channel("shop")
    inventory.create_warehouse("main", {"en": "Main"}, actor=BOB)
    inventory.serve_channel("shop", "main", Decimal(0), actor=BOB)
    return "shop"


def _import(path: Path, shop: str):  # type: ignore[no-untyped-def]
    return channels.import_catalogue(path, channel_code=shop, actor=BOB)


@needs_samples
@pytest.mark.parametrize(("file", "refused"), [
    ("shopify_jewelery.csv", []), ("shopify_apparel.csv", []), ("woocommerce_sample_products.csv", []),
    ("vendure_products.csv", ["sku_taken"] * 3)])  # its last product has the SKUs of another one
def test_a_foreign_file_is_in_once_and_wholly_accounted_for(shop: str, file: str, refused: list[str]) -> None:
    first = _import(SAMPLES / file, shop)
    assert first.changed
    assert first.counts["imported"] + first.counts.get("refused", 0) == first.rows
    assert [i["code"] for i in channels.list_issues(UUID(first.run_id), limit=99) if i["refused"]] == refused
    again = _import(SAMPLES / file, shop)
    assert not again.changed
    assert again.counts.get("created", 0) == again.counts.get("updated", 0) == 0
    assert invariants.violations() == []


@needs_samples
def test_what_a_foreign_file_says_is_what_the_shop_has(shop: str) -> None:
    _import(SAMPLES / "shopify_jewelery.csv", shop)
    variant = catalog.find_variant("chain-bracelet-blue")
    assert variant is not None
    assert variant.name["en"].startswith("7 Shakra Bracelet")
    channel = catalog.channel(shop)
    assert inventory.on_hand([variant.id]) == {(variant.id, "main"): Decimal(1)}
    quoted = pricing.list_prices(f"base-{shop}", None, 500)
    assert {p.amount_minor for p in quoted if p.variant_id == variant.id} == {4499}
    assert channel.id in variant.published_in


def test_bad_rows_are_listed_and_can_be_fed_again(shop: str, tmp_path: Path) -> None:
    path = tmp_path / "goods.csv"
    path.write_text("product,name:en,sku,price,stock:main\nmug,Mug,MUG,4.50,3\ntin,Tin,TIN,cheap,1\n,Nothing,X,1,\n")
    first = _import(path, shop)
    assert (first.counts["imported"], first.counts["refused"]) == (1, 2)
    header, rows = channels.refused_rows(UUID(first.run_id), actor=BOB)
    assert [(r["_line"], r["_column"]) for r in rows] == [("3", "price"), ("4", "product")]
    rows[0]["price"], rows[1]["product"] = "2.00", "nothing"
    path.write_bytes(write_csv(header, rows))
    second = _import(path, shop)
    assert second.counts["imported"] == 2
    assert set(catalog.facts_by_sku(["MUG", "TIN", "X"])) == {"MUG", "TIN", "X"}


@pytest.mark.parametrize("suffix", [".csv", ".xlsx"])
def test_an_export_comes_back_unchanged(shop: str, tmp_path: Path, suffix: str) -> None:
    path = tmp_path / "goods.csv"
    path.write_text(
        "product,name:en,name:zh-hans,type,brand,categories,tags,channels,description:en,option_names:en,attr:material,"
        "sku,options,weight_g,dimensions_mm,price,sale_price,cost,stock:main\n"
        "mug,Mug,马克杯,cups,kiln,cups,blue; gift,shop,<p>Holds tea.</p>,size=Size; size/s=Small; size/l=Large,clay,"
        "MUG-S,size=s,300,80x80x90,4.50,3.90,1.25,3\nmug,,,,,,,,,,,MUG-L,size=l,450,,6.00,,1.5,0\n")
    first = _import(path, shop)
    assert first.counts.get("refused", 0) == 0, channels.list_issues(UUID(first.run_id))
    one, two = tmp_path / f"one{suffix}", tmp_path / f"two{suffix}"
    assert channels.export_catalogue(one, channel_code=shop, actor=BOB) == 1
    back = _import(one, shop)
    assert (back.counts.get("refused", 0), back.changed) == (0, False)
    channels.export_catalogue(two, channel_code=shop, actor=BOB)
    if suffix == ".csv":
        assert one.read_bytes() == two.read_bytes()
        assert "马克杯" in one.read_text("utf-8-sig")


def test_an_export_comes_back_with_the_pictures_that_are_here(shop: str, tmp_path: Path, settings: Any) -> None:
    settings.MEDIA_ROOT = tmp_path / "media"
    product = a_product("Cup", channel=shop)
    svg = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 8 8"><rect width="8" height="8"/></svg>'
    catalog.add_generated_svgs({product: [(svg, {"en": "A cup"}, None)]}, size=8, actor=BOB)
    catalog.add_media(product, url="https://pictures.example/cup.jpg", actor=BOB)
    before = catalog.product_sources([product])[0].media
    channels.export_catalogue(tmp_path / "one.csv", channel_code=shop, actor=BOB)
    assert "/media/" in (tmp_path / "one.csv").read_text("utf-8-sig")
    back = _import(tmp_path / "one.csv", shop)
    assert (back.counts.get("refused", 0), back.changed) == (0, False)
    assert catalog.product_sources([product])[0].media == before


@pytest.mark.parametrize(("name", "content", "error"), [
    ("x.csv", b"a,b\n1,2\n", UnknownFormat), ("x.csv", b"\xff\xfe\x00bad", UnreadableFile),
    ("x.xlsx", b"no zip", UnreadableFile), ("x.parquet", b"PAR1xxxxPAR1", UnreadableFile)])
def test_a_file_of_another_kind_changes_nothing(shop: str, tmp_path: Path, name: str, content: bytes,
                                                error: type[Exception]) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises(error):
        _import(path, shop)
    assert db.value("SELECT count(*) FROM channels_importrun") == 0


def test_a_character_that_the_database_cannot_keep_costs_its_own_row_alone(shop: str, tmp_path: Path) -> None:
    path = tmp_path / "flat.parquet"
    titles = ["Cup", "Bo\0wl", "Plate", "Sp\0oon"]
    pl.DataFrame({"id": list("abcd"), "title": titles, "description": [""] * 4, "category": ["kitchen"] * 4,
                  "price": [100] * 4, "quantity": [1] * 4}).write_parquet(path)
    done = _import(path, shop)
    assert (done.rows, done.counts["imported"], done.counts["refused"]) == (4, 2, 2)
    rows = channels.refused_rows(UUID(done.run_id), actor=BOB)[1]
    assert [(r["_line"], r["_column"], r["title"]) for r in rows] == [("2", "title", "Bo\ufffdwl"),
                                                                      ("4", "title", "Sp\ufffdoon")]


def _torn_sheet() -> bytes:
    book, whole, torn = Workbook(), io.BytesIO(), io.BytesIO()
    for cells in (["product", "name:en"], ["mug", "Mug"]):
        book.worksheets[0].append(cells)
    book.save(whole)
    with zipfile.ZipFile(whole) as found, zipfile.ZipFile(torn, "w") as made:
        for name in found.namelist():
            made.writestr(name, found.read(name)[:-40] if "sheet1" in name else found.read(name))
    return torn.getvalue()


@pytest.mark.parametrize(("name", "content"), [
    ("late.csv", b"a,b\n" + b"1,2\n" * 5000 + b"\xff\xfe,2\n"), ("wide.csv", b"a,b\n1,2\n" + b"x" * 300_000 + b",2\n"),
    ("torn.xlsx", _torn_sheet())])
def test_a_file_that_breaks_further_on_is_refused_too(tmp_path: Path, name: str, content: bytes) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises(UnreadableFile):
        list(tables.open_table(path)[1])


def test_a_stranger_may_not_import(shop: str, tmp_path: Path) -> None:
    with pytest.raises(Unauthenticated):
        channels.import_catalogue(tmp_path / "x.csv", actor=ANONYMOUS)


def _history(tmp_path: Path) -> Path:
    rows = [sale(), sale("5002", "POST", 1, 18.0, at=LATE), sale("5003", customer="", at=LATE),
            sale("C5004", quantity=-2, at=LATE), sale("C5005", "D", -1, 5.0, at=LATE),
            sale("5006", price=0.0, quantity=-4, customer="", at=LATE), sale("5006", code="22423"), sale("", "X")]
    path = tmp_path / "retail.parquet"
    pl.DataFrame(rows, schema=list(COLUMNS), orient="row",
                 schema_overrides={"Quantity": pl.Int32, "UnitPrice": pl.Float64}).write_parquet(path)
    return path


def _sums() -> tuple[int, int]:
    """What was sold and what was credited, in minor units."""
    sold, credited = db.rows("SELECT sum(gross_minor) FILTER (WHERE gross_minor > 0),"
                             " -sum(gross_minor) FILTER (WHERE gross_minor < 0) FROM reporting.order_lines_v1")[0]
    return int(sold), int(credited)


def test_history_becomes_orders_credit_notes_and_stock(tmp_path: Path) -> None:
    path = _history(tmp_path)
    first = channels.import_online_retail(path, actor=BOB)
    assert first.changed
    kinds = ("order_line", "credit_line", "stock_adjustment")
    assert sum(first.counts[k] for k in kinds) + first.issues == 8
    assert _sums() == (3 * 255 * 3 + 1800, 2 * 255 + 500)
    first_on, people = db.rows("SELECT min(business_on), count(DISTINCT customer_id) FROM reporting.order_lines_v1")[0]
    assert (first_on, people) == (date(2011, 1, 3), 1)
    returned = db.value("SELECT sum(returned_qty) FROM orders_orderline")
    assert returned == 2
    assert invariants.violations() == []


def test_the_same_history_twice_changes_nothing(tmp_path: Path) -> None:
    path = _history(tmp_path)
    channels.import_online_retail(path, actor=BOB)
    before = _sums()
    again = channels.import_online_retail(path, actor=BOB)
    assert not again.changed
    assert _sums() == before


def test_a_file_that_cannot_be_written_is_refused_before_the_work(shop: str, tmp_path: Path) -> None:
    nowhere, file = tmp_path / "no" / "such.csv", tmp_path / "a.csv"
    file.write_text("product,name:en,sku,price\n")
    for command, words in ((commands.export, ["catalogue", str(nowhere)]),
                           (commands.import_, ["catalogue", str(file), "--refused", str(nowhere)])):
        told = CliRunner().invoke(command, words)
        assert told.exit_code == 2
        assert "Nothing can be written" in told.output
        assert "Traceback" not in told.output


def test_an_export_is_told_to_people_and_programs_and_writes_what_its_name_says(shop: str, tmp_path: Path) -> None:
    catalog.publish(a_product("Mug"), shop, actor=BOB)
    for name, code in (("shop.json", 2), ("shop", 2), ("shop.CSV", 0), ("shop.xlsx", 0)):
        told = CliRunner().invoke(commands.export, ["catalogue", str(tmp_path / name), "--channel", shop, "--json"])
        assert (told.exit_code, (tmp_path / name).exists()) == (code, code == 0), told.output
        assert code or json.loads(told.stdout) == {"catalogue": 1, "file": str(tmp_path / name)}


def _refused(result: Any) -> dict[int, str]:
    return {i["line"]: i["code"] for i in channels.list_issues(UUID(result.run_id), limit=99) if i["refused"]}


@pytest.mark.parametrize("bad", [
    {"type": "My type!"}, {"brand": "b" * 300}, {"categories": "c" * 300}, {"attr:a/b": "x" * 3000}])
def test_a_product_that_the_shop_cannot_take_does_not_keep_back_the_others(
        shop: str, tmp_path: Path, bad: dict[str, str]) -> None:
    columns = ["product", "name:en", "sku", "price", *bad]
    rows = [{"product": f"p{n}", "name:en": "Thing", "sku": f"S{n}", "price": "1"} for n in range(7)]
    rows[3] |= bad
    path = tmp_path / "goods.csv"
    path.write_bytes(write_csv(columns, rows))
    result = _import(path, shop)
    assert list(_refused(result)) == [5]
    assert (result.counts["imported"], result.counts["refused"], result.counts["created"]) == (6, 1, 6)


def test_stock_that_orders_were_promised_stays_and_the_other_rows_are_in(shop: str, tmp_path: Path) -> None:
    path = tmp_path / "goods.csv"
    path.write_text("product,name:en,sku,price,stock:main\nmug,Mug,MUG,4.50,5\ntin,Tin,TIN,3,1\n")
    _import(path, shop)
    mug, tin = (catalog.find_variant(sku) for sku in ("MUG", "TIN"))
    assert mug is not None
    assert tin is not None
    with transaction.atomic():
        inventory.reserve([Demand(uuid7(), mug.id, Decimal(4))], owner_id=uuid7(), channel_id=catalog.channel(shop).id,
                          destination=Destination(), strategy="priority", now=clock.now(), actor=BOB)
    path.write_text("product,name:en,sku,price,stock:main\nmug,Mug,MUG,4.50,3\ntin,Tin,TIN,3,2\n")
    assert _refused(_import(path, shop)) == {2: "stock_is_promised"}
    assert inventory.on_hand([mug.id, tin.id]) == {(mug.id, "main"): Decimal(5), (tin.id, "main"): Decimal(2)}


def test_a_sale_that_ends_before_it_begins_is_one_refused_row(shop: str, tmp_path: Path) -> None:
    path = tmp_path / "goods.csv"
    path.write_text("Type,SKU,Name,Regular price,Sale price,Categories,Date sale price starts,Date sale price ends,"
                    "Published\nsimple,A,Mug,10,8,Cups,2024-05-02,2024-05-01,1\nsimple,B,Tin,10,,Cups,,,1\n")
    result = _import(path, shop)
    assert list(_refused(result)) == [2]
    assert catalog.find_variant("B") is not None


def test_an_import_at_once_that_cannot_go_on_is_over(shop: str, tmp_path: Path) -> None:
    path = tmp_path / "goods.csv"
    path.write_text("product,name:en,sku,price,stock:nowhere\nmug,Mug,MUG,4.50,5\n")
    with pytest.raises(NotFound):
        _import(path, shop)
    path.write_text("product,name:en,sku,price,stock:main\nmug,Mug,MUG,4.50,5\n")
    with pytest.raises(ZeroDivisionError):
        channels.import_catalogue(path, channel_code=shop, advance=lambda rows: rows // 0 and None, actor=BOB)
    assert [run["state"] for run in channels.list_runs()] == ["failed", "failed"]
    assert channels.list_runs()[1]["error"]["params"] == {"what": "warehouse"}


def test_a_file_that_is_imported_at_once_is_looked_at_like_any_other() -> None:
    with api._on_disk(SimpleUploadedFile("a.csv", "product,名称\n".encode("gb18030"))) as path:
        assert path.read_text() == "product,名称\n"
    with pytest.raises(InvalidInput), api._on_disk(SimpleUploadedFile("a.xlsx", b"PK no archive")):
        pass


def _odd_shop() -> None:
    """Products whose words, codes and values are all that the catalogue allows."""
    for code, kind in (("RAM", "text"), ("vegan", "boolean"), ("fits", "choices"), ("num", "number"), ("day", "date")):
        choices = {"a": {"en": "A"}, "b": {"en": "B"}} if kind == "choices" else None
        catalog.create_attribute(code, {"en": code}, kind, choices=choices, actor=BOB)
    catalog.create_product_type("odd", {"en": "Odd"}, attributes=["RAM", "vegan", "fits", "num", "day"], actor=BOB)
    catalog.create_brand("Big_Co", {"en": "Big Co."}, actor=BOB)
    size = Option("Size", {"en": "Size; cm"}, (OptionValue("s", {"en": "10; 12"}), OptionValue("m", {"en": "a=b/c"})))
    for n, odd in enumerate([
            {"attributes": {"RAM": "a|b; c", "vegan": False, "fits": ["a", "b"], "num": 1e-7, "day": "2026-01-31"}},
            {"attributes": {"vegan": True}, "brand": "Big_Co", "tags": ("salt; pepper", "C:\\tea")},
            {"media": (MediaInput("https://x.org/a;b.jpg"),), "description": {"en": "'=1\r\n<p>x</p>"}},
            {"options": (size,), "variants": (VariantInput("S;1", {"Size": "s"}), VariantInput("S;2", {"Size": "m"}))},
            {"variants": (VariantInput("SET", components=(Component("S;1", Decimal("1.5")),)),)},
            {"variants": (VariantInput("DEAR", cost=Decimal("3.5"), cost_currency="USD"),)},
            {"variants": (VariantInput("CHEAP", cost=Decimal("3.5"), cost_currency="EUR"),)}]):
        a_product(f"'P {n}", type="odd", channel="shop", status="active", **odd)


@pytest.mark.parametrize("suffix", ["csv", "xlsx"])
def test_what_was_exported_changes_nothing_however_odd_it_is(shop: str, tmp_path: Path, suffix: str) -> None:
    _odd_shop()
    path = tmp_path / f"goods.{suffix}"
    channels.export_catalogue(path, channel_code=shop, actor=BOB)
    again = _import(path, shop)
    assert (_refused(again), again.counts["products"], again.counts["updated"]) == ({}, 7, 0)
    assert not again.changed
    assert {a["code"] for a in catalog.list_attributes()} == {"RAM", "vegan", "fits", "num", "day"}


def test_words_in_any_script_make_options_and_attributes(shop: str, tmp_path: Path) -> None:
    path = tmp_path / "goods.csv"
    path.write_text("Handle,Title,Body (HTML),Variant Price,Option1 Name,Option1 Value,Published,Variant Taxable\n"
                    "cup,杯子,x,4.50,颜色,红色,true,true\ncup,,,4.50,,蓝色,,\n")
    assert _refused(_import(path, shop)) == {}
    red = catalog.find_variant("cup-红色")
    assert red is not None
    product = catalog.get_product(red.product_id)
    assert product is not None
    assert [(o["name"], [v["name"] for v in o["values"]]) for o in product["options"]] == [
        ({"en": "颜色"}, [{"en": "红色"}, {"en": "蓝色"}])]
    path.write_text("product,name:en,sku,price,attr:材质\nmug,Mug,MUG,4.50,陶\n")
    assert _refused(_import(path, shop)) == {}
    assert not _import(path, shop).changed
    assert [a["name"] for a in catalog.list_attributes()] == [{"en": "材质"}]


def test_a_sale_of_a_file_has_whole_days_of_the_channel(tmp_path: Path) -> None:
    a_channel("shop", currency="CNY", country="CN", time_zone="Asia/Shanghai")
    path = tmp_path / "goods.csv"
    path.write_text("Type,SKU,Name,Regular price,Sale price,Categories,Date sale price starts,Date sale price ends,"
                    "Published\nsimple,A,Mug,10,8,Cups,2024-11-11,2024-11-11,1\nsimple,B,Tin,10,8,Cups,,9999-12-31,1\n")
    assert _refused(_import(path, "shop")) == {}
    lists = {given.code: (given.from_at, given.until_at) for given in pricing.list_price_lists("", 99)}
    assert lists["sale-shop-2024-11-11-2024-11-11"] == (datetime(2024, 11, 10, 16, tzinfo=UTC),
                                                        datetime(2024, 11, 11, 16, tzinfo=UTC))
    assert lists["sale-shop-9999-12-31"] == (None, None)


def test_a_group_is_whole_although_its_products_come_many_rows_later(shop: str, tmp_path: Path) -> None:
    rows = "".join(f"simple,S{n},Thing {n},1,Cups,1,\n" for n in range(501))
    path = tmp_path / "goods.csv"
    path.write_text("Type,SKU,Name,Regular price,Categories,Published,Grouped products\n"
                    f'grouped,G,Group,,,1,"S1, S500"\n{rows}')
    _import(path, shop)
    assert [c["products"] for c in catalog.list_collections(limit=9)] == [2]


def test_a_file_that_says_nothing_of_the_stock_leaves_it(shop: str, tmp_path: Path) -> None:
    path = tmp_path / "goods.csv"
    path.write_text("Handle,Title,Body (HTML),Variant Price,Published,Variant Taxable,Variant Inventory Qty\n"
                    "mug,Mug,x,4.50,true,true,7\n")
    _import(path, shop)
    path.write_text("Handle,Title,Body (HTML),Variant Price,Published,Variant Taxable\nmug,Mug,x,4.75,true,true\n")
    _import(path, shop)
    mug = catalog.find_variant("mug")
    assert mug is not None
    assert inventory.on_hand([mug.id]) == {(mug.id, "main"): Decimal(7)}


HISTORY = "InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice,CustomerID,Country\n"


def test_a_history_as_it_was_published_keeps_its_days(tmp_path: Path) -> None:
    path = tmp_path / "history.csv"
    path.write_text(HISTORY + "5001,22423,CAKE,3,12/1/2010 8:26,2.55,17850,United Kingdom\n"
                              "5002,22423,CA\x07KE,3,12/31/2010 9:00,2.55,17850,United Kingdom\n"
                              "5003,22423,CAKE,3,2011-07-01,2.55,17850,United Kingdom\n")
    result = channels.import_online_retail(path, actor=BOB)
    assert (result.counts["order_line"], result.issues) == (3, 0)
    assert [r.placed_at for r in db.rows("SELECT placed_at FROM orders_order ORDER BY 1")] == [
        datetime(2010, 12, 1, 8, 26, tzinfo=UTC), datetime(2010, 12, 31, 9, tzinfo=UTC),
        datetime(2011, 6, 30, 23, tzinfo=UTC)]


@pytest.mark.parametrize("bad", [
    ("three", "2011-01-03T09:00:00", "2.55"), ("3.5", "2011-01-03T09:00:00", "2.55"), ("3", "soon", "2.55"),
    ("3", "2011-01-03T09:00:00", "free"), ("3", "2011-01-03T09:00:00", "NaN"), ("3", "2011-01-03T09:00:00", "1e18"),
    ("3000000000", "2011-01-03T09:00:00", "2.55")])
def test_a_row_of_the_history_that_is_none_is_refused_alone(tmp_path: Path, bad: tuple[str, str, str]) -> None:
    path = tmp_path / "history.csv"
    path.write_text(HISTORY + "5001,22423,CAKE,3,2011-01-03T09:00:00,2.55,17850,United Kingdom\n"
                              f"5002,22423,CAKE,{bad[0]},{bad[1]},{bad[2]},17850,United Kingdom\n"
                              f"5003,{'x' * 90},CAKE,3,2011-01-03T09:00:00,2.55,17850,United Kingdom\n")
    result = channels.import_online_retail(path, actor=BOB)
    assert (result.counts["order_line"], result.counts["refused"]) == (1, 2)
    path.write_text(HISTORY)
    assert channels.import_online_retail(path, actor=BOB).rows == 0
