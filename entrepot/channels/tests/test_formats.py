"""Foreign files are read as they are: every row ends in a product or in an issue with line and column."""

from __future__ import annotations

import zipfile
from decimal import Decimal
from pathlib import Path

import polars
import pytest
from hypothesis import given
from hypothesis import strategies as st

from entrepot.channels import files, tables
from entrepot.channels.contracts import Grouping, ImportedProduct, ImportedVariant, Issue, Item, OptionNames, Settings
from entrepot.channels.errors import TooLargeUnpacked, TooLongForSheet, TooManyCells, TooManyColumns, TooManyRows
from entrepot.channels.formats import FORMATS, detect, entrepot
from entrepot.channels.tables import count_rows, open_table, protect, unprotect, write_csv, write_xlsx
from entrepot.kit.errors import InvalidInput
from entrepot.kit.home import PROJECT
from entrepot.kit.sheets import is_formula

SAMPLES = PROJECT.parent / "shared" / "data" / "importer_samples"
POUNDS = Settings("GBP", "en")
needs_samples = pytest.mark.skipif(not SAMPLES.is_dir(), reason="the sample files are not here")


def read(path: Path) -> tuple[str | None, int, list[Item]]:
    header, rows = open_table(path)
    name = detect(header)
    assert name, header
    numbered = list(rows)
    return name, len(numbered), list(FORMATS[name][1](iter(numbered), POUNDS))


def table(tmp_path: Path, text: str) -> list[Item]:
    path = tmp_path / "file.csv"
    path.write_text(text)
    return read(path)[2]


@needs_samples
@pytest.mark.parametrize(("file", "name", "products", "variants"), [
    ("shopify_apparel.csv", "shopify", 20, 22), ("shopify_home-and-garden.csv", "shopify", 20, 21),
    ("shopify_jewelery.csv", "shopify", 20, 23), ("woocommerce_sample_products.csv", "woocommerce", 17, 22),
    ("vendure_products.csv", "vendure", 54, 88)])
def test_sample_files_are_read_whole(file: str, name: str, products: int, variants: int) -> None:
    found, rows, items = read(SAMPLES / file)
    made = [i for i in items if isinstance(i, ImportedProduct)]
    accounted = sum(len(p.rows) for p in made) + sum(
        1 for i in items if isinstance(i, Grouping) or (isinstance(i, Issue) and i.refused))
    assert found == name
    assert accounted == rows
    assert (len(made), sum(len(p.variants) for p in made)) == (products, variants)


@needs_samples
def test_woocommerce_variations_prices_and_groups() -> None:
    _, _, items = read(SAMPLES / "woocommerce_sample_products.csv")
    products = {p.external_ids["woocommerce"]: p for p in items if isinstance(p, ImportedProduct)}
    hoodie = products["45"]
    assert hoodie.variants[0].options == {"Color": "Red", "Logo": "No"}
    assert (hoodie.variants[0].price_minor, hoodie.variants[0].sale_minor) == (4500, 4200)
    assert products["48"].variants[0].weight_g == 90  # .2 lbs
    assert products["64"].channels == ()  # hidden
    assert not products["89"].is_active  # sold elsewhere
    group = next(i for i in items if isinstance(i, Grouping))
    assert group.skus == ("woo-hoodie-with-logo", "woo-tshirt", "woo-beanie")


@needs_samples
def test_shopify_compare_at_price_is_the_regular_one() -> None:
    _, _, items = read(SAMPLES / "shopify_jewelery.csv")
    bracelet = next(i for i in items if isinstance(i, ImportedProduct) and i.slug == "chain-bracelet")
    assert [(v.price_minor, v.sale_minor, v.options) for v in bracelet.variants] == [
        (4499, 4299, {"Color": "Blue"}), (4499, 4299, {"Color": "Black"})]
    assert len(bracelet.images) == 2


@needs_samples
def test_vendure_rows_continue_the_product_above() -> None:
    _, _, items = read(SAMPLES / "vendure_products.csv")
    laptop = next(i for i in items if isinstance(i, ImportedProduct) and i.slug == "laptop")
    assert laptop.brand == "Apple"
    assert laptop.categories == [("Electronics", "Computers")]
    assert laptop.variants[3].options == {"screen size": "15 inch", "RAM": "16GB"}
    assert laptop.variants[3].price_minor == 229900


def test_bad_cells_name_line_column_and_reason(tmp_path: Path) -> None:
    items = table(tmp_path, "Handle,Title,Body (HTML),Variant Price,Option1 Name,Option1 Value\n"
                            "mug,Mug,,4.50,Size,Small\nmug,,,four,,Large\n,No handle,,3,,\ntin,,,1,,\n")
    issues = [(i.line, i.column, i.code) for i in items if isinstance(i, Issue)]
    assert issues == [(3, "Variant Price", "not_an_amount"), (4, "Handle", "missing"), (5, "Title", "missing")]
    assert [p.slug for p in items if isinstance(p, ImportedProduct)] == ["mug"]


@pytest.mark.parametrize("cells", ["dimensions_mm\nmug,Mug,MUG,4.50,²x1x1", "components\nmug,Mug,MUG,4.50,A*²"])
def test_signs_that_only_look_like_digits_are_one_refused_row(tmp_path: Path, cells: str) -> None:
    items = table(tmp_path, f"product,name:en,sku,price,{cells}\n")
    assert [(type(i), i.line) for i in items] == [(Issue, 2)]


def test_a_line_break_inside_a_cell_does_not_shift_line_numbers(tmp_path: Path) -> None:
    items = table(tmp_path, 'Handle,Title,Body (HTML),Variant Price\nmug,Mug,"<p>one\ntwo</p>",4.50\ntin,Tin,,x\n')
    assert [(i.line, i.column) for i in items if isinstance(i, Issue)] == [(4, "Variant Price")]


def test_an_unknown_header_is_no_format() -> None:
    assert detect(["a", "b"]) is None


words = st.text(st.characters(codec="utf-8", exclude_categories=("Cs", "Cc", "Zl", "Zp")), min_size=1, max_size=12).map(
    str.strip).filter(lambda t: t and t == unprotect(protect(t)))
codes = st.from_regex(r"[a-z][a-z0-9]{0,8}", fullmatch=True)


@st.composite
def catalogue(draw: st.DrawFn) -> list[ImportedProduct]:
    products = []
    for number in range(draw(st.integers(1, 3))):
        values = draw(st.lists(codes, min_size=1, max_size=3, unique=True))
        product = ImportedProduct(2, f"p{number}", {"en": draw(words), "zh-hans": draw(words)}, {"en": draw(words)},
                                  type_code=draw(codes), brand=draw(codes), tags=draw(st.lists(words, unique=True)),
                                  categories=[(draw(codes), draw(codes))], channels=(draw(codes),),
                                  attributes={draw(codes): draw(words)}, external_ids={draw(codes): draw(codes)})
        product.option_names = (OptionNames("size", {"en": draw(words)}, {v: {"en": draw(words)} for v in values}),)
        product.variants = [
            ImportedVariant(2, f"p{number}-{v}", options={"size": v}, price_minor=draw(st.integers(0, 10**9)),
                            sale_minor=draw(st.none() | st.integers(0, 10**6)), unit="pcs",
                            weight_g=draw(st.integers(0, 9999)),
                            qty_step=draw(st.sampled_from([Decimal(1), Decimal("0.5"), Decimal("0.125")])),
                            stock={"main": Decimal(draw(st.integers(0, 9999)))}) for v in values]
        products.append(product)
    return products


def _table_of(products: list[ImportedProduct]) -> tuple[list[str], list[dict[str, str]]]:
    return entrepot.header(products), [row for p in products for row in entrepot.rows_of(p, POUNDS)]


def test_a_backslash_of_an_older_file_stays_one() -> None:
    row = {"product": "a", "name:en": "A", "sku": "A", "tags": r"C:\tea; a\;b"}
    assert [p.tags for p in entrepot.read(iter([(2, row)]), POUNDS) if isinstance(p, ImportedProduct)] == [
        ["C:\\tea", "a;b"]]


@given(catalogue())
def test_our_own_table_comes_back_unchanged(products: list[ImportedProduct]) -> None:
    header, rows = _table_of(products)
    numbered = ((n, {c: row.get(c, "") for c in header}) for n, row in enumerate(rows, 2))
    again = [i for i in entrepot.read(numbered, POUNDS) if isinstance(i, ImportedProduct)]
    assert _table_of(again) == (header, rows)


@pytest.mark.parametrize("suffix", [".csv", ".xlsx"])
def test_files_of_our_own_keep_every_cell(tmp_path: Path, suffix: str) -> None:
    header = ["product", "sku", "price", "name:zh-hans"]
    rows = [{"product": "a", "sku": "=1+1", "price": "4.50", "name:zh-hans": "马克杯"},
            {"product": "b", "sku": "'quoted", "price": "-3", "name:zh-hans": "@茶"}]
    path = tmp_path / f"file{suffix}"
    if suffix == ".csv":
        path.write_bytes(write_csv(header, rows))
    else:
        with path.open("wb") as target:
            write_xlsx(header, rows, target)
    assert [row for _, row in open_table(path)[1]] == rows


@given(st.text(max_size=8))
def test_no_cell_can_start_a_formula(text: str) -> None:
    assert not is_formula(protect(text))
    assert unprotect(protect(text)) == text


def test_a_number_is_written_as_a_number_and_read_as_one() -> None:
    rows = [{"slug": "-5", "attr:below": "-0.75"}, {"slug": "-5+1", "attr:below": "+5"}]
    table = write_csv(["slug", "attr:below"], rows)
    assert table.decode("utf-8-sig").split() == ["slug,attr:below", "-5,-0.75", "'-5+1,'+5"]
    assert [unprotect(text) for text in ("'-5", "-5", "'-5+1")] == ["-5", "-5", "-5+1"]  # older files too


_SHEET = '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">{}</worksheet>'


def _workbook(path: Path, **parts: str) -> Path:
    """A spreadsheet of ours with some of its parts (slashes written as double lines) replaced."""
    plain = path.with_name("plain.xlsx")
    with plain.open("wb") as target:
        write_xlsx(["slug", "name"], [{"slug": "mug", "name": "Mug"}], target)
    with zipfile.ZipFile(plain) as source, zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as packed:
        for name in {*source.namelist(), *(key.replace("__", "/") + ".xml" for key in parts)}:
            own = parts.get(name.removesuffix(".xml").replace("/", "__"))
            packed.writestr(name, source.read(name) if own is None else own)
    return path


def _text_cell(place: str, text: str) -> str:
    return f'<c r="{place}" t="inlineStr"><is><t>{text}</t></is></c>'


def test_a_small_sheet_that_claims_to_be_huge_is_read_as_what_it_holds(tmp_path: Path) -> None:
    sheet = _SHEET.format('<dimension ref="A1:XFD1048576"/><sheetData><row r="1">' + _text_cell("A1", "slug")
                          + '</row><row r="1048576">' + _text_cell("A1048576", "mug") + _text_cell("XFD1048576", "x")
                          + "</row></sheetData>")
    header, rows = open_table(_workbook(tmp_path / "a.xlsx", xl__worksheets__sheet1=sheet))
    assert (header, list(rows)) == (["slug"], [(1048576, {"slug": "mug"})])


@pytest.mark.parametrize(("cells", "refusal"), [
    ('<row r="1">' + _text_cell("XFD1", "slug") + "</row>", TooManyColumns),
    ('<row r="1">' + _text_cell("A1", "slug") + '</row><row r="1999999999">' + _text_cell("A9", "x") + "</row>",
     TooManyRows)])
def test_sheets_beyond_what_a_spreadsheet_holds_are_refused(tmp_path: Path, cells: str, refusal: type) -> None:
    path = _workbook(tmp_path / "a.xlsx", xl__worksheets__sheet1=_SHEET.format(f"<sheetData>{cells}</sheetData>"))
    with pytest.raises(refusal):
        list(open_table(path)[1])


def test_a_small_parquet_of_millions_of_rows_is_refused_before_it_is_read(tmp_path: Path) -> None:
    path = tmp_path / "a.parquet"
    polars.select(polars.repeat("x", tables.MAX_CELLS // 2 + 1).alias("slug")).with_columns(
        polars.col("slug").alias("name")).write_parquet(path)
    assert path.stat().st_size < 2**20
    with pytest.raises(TooManyCells):
        open_table(path)


def test_a_small_parquet_that_swells_when_it_is_unpacked_is_refused(tmp_path: Path,
                                                                    monkeypatch: pytest.MonkeyPatch) -> None:
    """Long texts that are nearly the same take no room in the file: here one part in a thousand of the memory."""
    path = tmp_path / "a.parquet"
    number = polars.int_range(2_000).cast(polars.String)
    polars.select(number.alias("slug"), (polars.lit("x" * 190_000) + number).alias("name")).write_parquet(path)
    assert path.stat().st_size < 2**20
    monkeypatch.setattr(tables, "MAX_UNPACKED", 256 << 20)
    header, rows = open_table(path)
    assert (header, count_rows(path)) == (["slug", "name"], 2_000)
    with pytest.raises(TooLargeUnpacked):
        list(rows)


@pytest.mark.parametrize(("part", "size", "is_fine"), [
    ("xl__styles", files.MAX_OTHERS, False), ("xl__sharedStrings", files.MAX_OTHERS, True),
    ("xl__calcChain", files.MAX_OTHERS, True), ("docProps__core", files.MAX_OTHERS, False)])
def test_parts_that_are_read_whole_may_not_swell(tmp_path: Path, part: str, size: int, is_fine: bool) -> None:
    path = _workbook(tmp_path / "a.xlsx", **{part: " " * size})
    if is_fine:
        files.check(path)
        return
    with pytest.raises(InvalidInput):
        files.check(path)


def test_a_spreadsheet_cuts_no_text_off_and_leaves_out_what_it_cannot_hold(tmp_path: Path) -> None:
    path = tmp_path / "goods.xlsx"
    tables.write_table(path, ["a", "b"], [{"a": "te\x07a", "b": "x" * 32_767}])
    assert [row for _line, row in tables.open_table(path)[1]] == [{"a": "tea", "b": "x" * 32_767}]
    with pytest.raises(TooLongForSheet):
        tables.write_table(path, ["a"], [{"a": "x" * 32_768}])
