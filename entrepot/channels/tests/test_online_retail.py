"""Every invoice line becomes what it is, and nothing disappears."""

from __future__ import annotations

from datetime import datetime

import polars as pl
import pytest

from entrepot.channels.online_retail.transform import COLUMNS, classify
from entrepot.kit.home import PROJECT

DATA = PROJECT.parent / "shared" / "data" / "online_retail" / "online_retail.parquet"
EARLY, LATE = datetime(2011, 1, 3, 9), datetime(2011, 2, 3, 9)  # noqa: DTZ001 the table has no zone


def frame(*rows: tuple[object, ...]) -> pl.DataFrame:
    return pl.DataFrame(rows, schema=list(COLUMNS), orient="row",
                        schema_overrides={"Quantity": pl.Int32, "UnitPrice": pl.Float64})


def kinds(*rows: tuple[object, ...]) -> list[tuple[str, str]]:
    return [(r[0], r[1]) for r in classify(frame(*rows)).rows.select("kind", "line_kind").iter_rows()]


def sale(number: str = "5001", code: str = "22423", quantity: int = 3, price: float = 2.55, customer: str = "17850.0",
         at: datetime = EARLY) -> tuple[object, ...]:
    return (number, code, "CAKESTAND", quantity, at, price, customer, "United Kingdom")


def test_each_kind_of_line() -> None:
    found = kinds(sale(), sale(code="POST"), sale(code="AMAZONFEE"), sale(code="M"), sale(price=0.0),
                  sale(price=0.0, customer=""), sale("C5002", quantity=-1), sale("A5003", "B", 1, 11062.06, ""),
                  sale("A5004", "B", 1, -11062.06, ""), sale(number=""), sale(quantity=-2))
    assert found == [
        ("order_line", "product"), ("order_line", "postage"), ("order_line", "fee"), ("order_line", "adjustment"),
        ("order_line", "gift"), ("stock_adjustment", "gift"), ("credit_line", "product"),
        ("order_line", "adjustment"), ("credit_line", "adjustment"), ("refused", "product"), ("refused", "product")]


def test_credit_is_matched_to_the_latest_earlier_sale_as_a_whole() -> None:
    later = sale("5002", at=LATE)
    table = frame(sale(), later, sale("C5003", quantity=-4, at=LATE), sale("C5004", quantity=-3, at=LATE))
    assert classify(table).matches == {3: [(2, 3), (1, 1)]}  # the last credit finds only two pieces left: stands alone


@pytest.mark.parametrize("other", [{"customer": ""}, {"price": 2.54}, {"code": "22424"}, {"at": LATE}])
def test_credit_of_something_else_stands_alone(other: dict[str, object]) -> None:
    table = frame(sale(**other), sale("C5003", quantity=-1, at=EARLY))  # type: ignore[arg-type]
    assert classify(table).matches == {}


def test_duplicates_are_kept_and_flagged() -> None:
    rows = classify(frame(sale(), sale(), sale("5002"))).rows
    assert rows["duplicate"].to_list() == [False, True, False]
    assert rows["kind"].to_list() == ["order_line"] * 3


def test_amounts_are_rounded_half_away_from_zero_per_line() -> None:
    prices = [sale(quantity=1, price=1.255), sale(quantity=1, price=0.001), sale(quantity=3, price=0.335)]
    rows = classify(frame(*prices)).rows
    assert rows["minor"].to_list() == [126, 0, 101]


@pytest.mark.skipif(not DATA.exists(), reason="the Online Retail table is not here")
def test_the_whole_table_is_accounted_for_to_the_penny() -> None:
    found = classify(pl.read_parquet(DATA))
    sums = dict(found.rows.group_by("kind").agg(pl.col("minor").sum()).iter_rows())
    assert found.counts == {"credit_line": 9290, "order_line": 530144, "stock_adjustment": 2475}
    assert sum(found.counts.values()) == 541_909
    assert sums["order_line"] - sums["credit_line"] == 974_774_793
    assert len(found.matches) == 7183
