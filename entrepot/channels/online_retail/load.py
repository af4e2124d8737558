"""Writes what `transform` decided through the contexts that own it, in one transaction: all of it or nothing."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import polars as pl

from entrepot.catalog import public as catalog
from entrepot.catalog.contracts import ChannelInfo, ChannelInput, ProductInput, PublicationInput, VariantInput
from entrepot.channels.formats.values import slugify
from entrepot.channels.online_retail.transform import COUNTRIES, Classified
from entrepot.customers import public as customers
from entrepot.inventory import public as inventory
from entrepot.kit.actor import Actor
from entrepot.kit.json import dumps_text
from entrepot.kit.money import split_minor
from entrepot.orders import public as orders
from entrepot.pricing import public as pricing
from entrepot.pricing.contracts import PriceListInput
from entrepot.pricing.errors import CodeTaken

CODE = "online-retail"
ZONE = ZoneInfo("Europe/London")
Step = Callable[[str, int], None]


@dataclass(slots=True)
class Loaded:
    """How many rows of each kind are new in the database."""

    written: dict[str, int] = field(default_factory=dict)

    @property
    def changed(self) -> bool:
        return any(self.written.values())


def load(found: Classified, *, step: Step, actor: Actor) -> Loaded:
    """Products, customers, orders, credit notes and stock adjustments of a classified table. Idempotent."""
    channel = ensure_place(actor)
    rows, loaded = found.rows, Loaded()
    variants = _products(rows, channel, loaded, actor)
    step("products", loaded.written["products"])
    people = _customers(rows, loaded, actor)
    step("customers", loaded.written["customers"])
    sold = rows.filter(pl.col("kind") == "order_line").with_columns(
        position=pl.int_range(1, pl.len() + 1).over("InvoiceNo"))
    _orders(sold, channel, people, variants, loaded, actor)
    step("orders", sold.height)
    _credits(found, sold, channel, people, variants, loaded, actor)
    step("credits", rows.filter(pl.col("kind") == "credit_line").height)
    _stock(rows, variants, loaded, actor)
    step("stock", rows.filter(pl.col("kind") == "stock_adjustment").height)
    return loaded


def ensure_place(actor: Actor) -> ChannelInfo:
    """The channel, price list and warehouse that the history belongs to."""
    known = {c.code: c for c in catalog.channels()}
    channel = known.get(CODE) or catalog.create_channel(ChannelInput(
        CODE, {"en": "Online Retail", "zh-hans": "在线零售"}, "GBP", "GB", ("en", "zh-hans"), "Europe/London",
        is_default=not known), actor=actor)
    if CODE not in {w.code for w in inventory.warehouses()}:
        inventory.create_warehouse(CODE, {"en": "Online Retail", "zh-hans": "在线零售"}, address={"country": "GB"},
                                   actor=actor)
        inventory.serve_channel(CODE, CODE, Decimal(0), actor=actor)
    return channel


def local(moment: datetime) -> datetime:
    """The table's wall-clock times are those of London."""
    return moment.replace(tzinfo=ZONE)


def _products(rows: pl.DataFrame, channel: ChannelInfo, loaded: Loaded, actor: Actor) -> dict[str, UUID]:
    """One product per stock code that was sold, returned or counted as goods, named as it is most often described."""
    goods = rows.filter(pl.col("line_kind").is_in(["product", "gift"]) & (pl.col("kind") != "refused"))
    names = (goods.filter(pl.col("Description") != "").group_by("StockCode", "Description")
             .agg(pl.len(), sold=(pl.col("UnitPrice") > 0).sum()).sort("sold", "len", "Description", descending=True)
             .unique("StockCode", keep="first", maintain_order=True))
    prices = (goods.filter((pl.col("kind") == "order_line") & (pl.col("unit_minor") > 0))
              .group_by("StockCode", "unit_minor").agg(pl.len(), last=pl.col("InvoiceDate").max())
              .sort("last", "len", descending=True).unique("StockCode", keep="first", maintain_order=True))
    titles = dict(names.select("StockCode", "Description").iter_rows())
    codes = sorted(goods["StockCode"].unique())
    if "general" not in {t["code"] for t in catalog.list_product_types()}:
        catalog.create_product_type("general", {"en": "General", "zh-hans": "通用"}, actor=actor)
    made = catalog.bulk_import_products([
        ProductInput(type="general", slug=_slug(titles.get(code) or "item", code),
                     name={"en": (titles.get(code) or code)[:200]}, external_ids={CODE: code},
                     variants=(VariantInput(sku=code),), publications=(PublicationInput(CODE),))
        for code in codes], actor=actor)
    loaded.written["products"] = made.created + made.updated
    ids = {sku: facts.id for sku, facts in catalog.facts_by_sku(codes).items()}
    try:
        pricing.create_price_list(PriceListInput(f"base-{CODE}", {"en": "Online Retail"}, "GBP", channel_id=channel.id),
                                  actor=actor)
    except CodeTaken:
        loaded.written["price_lists"] = 0
    pricing.set_prices(f"base-{CODE}", [(ids[code], Decimal(1), minor) for code, minor in
                                        prices.select("StockCode", "unit_minor").iter_rows() if code in ids],
                       actor=actor)
    return ids


def _slug(title: str, code: str) -> str:
    """Codes that differ only in case or signs get slugs of their own."""
    same = slugify(code) == code.lower()
    mark = slugify(code) if same and code == code.upper() else f"{slugify(code)}-{code.encode().hex()[-6:]}"
    return f"{slugify(title)[:150]}-{mark}"


def _customers(rows: pl.DataFrame, loaded: Loaded, actor: Actor) -> dict[str, UUID]:
    people = (rows.filter((pl.col("CustomerID") != "") & (pl.col("kind") != "refused")).sort("InvoiceDate")
              .unique("CustomerID", keep="last", maintain_order=True).select("CustomerID", "Country"))
    ids, loaded.written["customers"] = customers.import_customers(
        ((f"{CODE}:{id_}", f"Customer {id_}", COUNTRIES.get(country, "")) for id_, country in people.iter_rows()),
        actor=actor)
    return {key.removeprefix(f"{CODE}:"): id_ for key, id_ in ids.items()}


def _orders(sold: pl.DataFrame, channel: ChannelInfo, people: dict[str, UUID], variants: dict[str, UUID],
            loaded: Loaded, actor: Actor) -> None:
    heads = sold.group_by("InvoiceNo", maintain_order=True).agg(
        pl.col("InvoiceDate").min(), pl.col("CustomerID").first(), pl.col("Country").first(), pl.col("minor").sum())
    stamps = _stamps(heads["InvoiceDate"])

    def orders_of() -> Iterator[tuple[Any, ...]]:
        for number, at, customer, country, total in heads.iter_rows():
            placed, day = stamps[at]
            code = COUNTRIES.get(country, "")
            yield (_external(number), placed, day, channel.id, people.get(customer), "", "en", "GBP", total, 0, 0, 0,
                   True, total, dumps_text({"country": code, "country_name": country}))

    columns = ("InvoiceNo", "position", "line_kind", "StockCode", "Description", "Quantity", "unit_minor", "minor",
               "facts")

    def lines_of() -> Iterator[tuple[Any, ...]]:
        for number, position, kind, code, name, quantity, unit, minor, facts in (
            sold.with_columns(facts=_facts()).select(columns).iter_rows()
        ):
            yield (_external(number), position, kind, variants.get(code), code, name or code, quantity, unit, minor, 0,
                   0, 0, None, facts)

    count = orders.import_orders(orders_of(), lines_of(), actor=actor)
    loaded.written["orders"], loaded.written["order_lines"] = count.written, count.lines


def _external(number: str) -> str:
    return f"{CODE}:{number}"


def _stamps(moments: pl.Series) -> dict[datetime, tuple[datetime, date]]:
    return {m: (local(m), m.date()) for m in moments.unique()}


def _facts() -> pl.Expr:
    """The row number, and what would be lost: a price finer than a penny, a mark of an exact duplicate."""
    fine = (pl.col("UnitPrice") * 100 - (pl.col("UnitPrice") * 100).round()).abs() > 1e-6
    return pl.concat_str(
        pl.lit('{"row":'), pl.col("row").cast(pl.String),
        pl.when("duplicate").then(pl.lit(',"duplicate":true')).otherwise(pl.lit("")),
        pl.when(fine).then(pl.concat_str(pl.lit(',"unit_price":"'), pl.col("UnitPrice").cast(pl.String), pl.lit('"')))
        .otherwise(pl.lit("")), pl.lit("}"))


def _credits(found: Classified, sold: pl.DataFrame, channel: ChannelInfo, people: dict[str, UUID],
             variants: dict[str, UUID], loaded: Loaded, actor: Actor) -> None:
    """A credit note per order that a cancellation takes back; what matches none goes with the first."""
    where = {row: (number, position) for row, number, position in
             sold.select("row", "InvoiceNo", "position").iter_rows()}
    notes: dict[str, dict[str, list[tuple[Any, ...]]]] = defaultdict(lambda: defaultdict(list))
    heads: dict[str, tuple[datetime, str]] = {}
    columns = ("row", "InvoiceNo", "line_kind", "StockCode", "Description", "Quantity", "minor", "InvoiceDate",
               "CustomerID", "facts")
    rows = found.rows.filter(pl.col("kind") == "credit_line").with_columns(facts=_facts())
    for row, number, kind, code, name, quantity, minor, at, customer, facts in rows.select(columns).iter_rows():
        heads.setdefault(number, (at, customer))
        parts = [(*where[r], pieces) for r, pieces in found.matches.get(row, [])] or [("", None, abs(quantity))]
        amounts = split_minor(minor, [pieces for _, _, pieces in parts])
        for (order, position, pieces), amount in zip(parts, amounts, strict=True):
            notes[number][order].append(
                (position, kind, variants.get(code), code, name or code, pieces, amount, 0, 0, facts))
    loaded.written |= _write_notes(notes, heads, channel, people, actor)


def _write_notes(notes: dict[str, dict[str, list[tuple[Any, ...]]]], heads: dict[str, tuple[datetime, str]],
                 channel: ChannelInfo, people: dict[str, UUID], actor: Actor) -> dict[str, int]:
    headers: list[tuple[Any, ...]] = []
    lines: list[tuple[Any, ...]] = []
    for number, by_order in notes.items():
        at, customer = heads[number]
        if len(by_order) > 1 and (alone := by_order.pop("", None)):
            by_order[next(iter(by_order))] += alone
        for part, (order, entries) in enumerate(by_order.items(), 1):
            external = _external(number) if part == 1 else f"{_external(number)}/{part}"
            headers.append((external, _external(order) if order else None, channel.id, people.get(customer), local(at),
                            at.date(), "GBP", True, sum(e[6] for e in entries), 0, dumps_text({"invoice": number})))
            lines += [(external, *entry) for entry in entries]
    count = orders.import_credit_notes(headers, lines, actor=actor)
    return {"credit_notes": count.written, "credit_lines": count.lines}


def _stock(rows: pl.DataFrame, variants: dict[str, UUID], loaded: Loaded, actor: Actor) -> None:
    """What was found or lost, after an opening receipt that keeps each ledger from ever going below zero."""
    moves = rows.filter(pl.col("kind") == "stock_adjustment").sort("InvoiceDate", "row")
    if moves.is_empty():
        loaded.written["stock_adjustments"] = 0
        return
    opening = local(moves["InvoiceDate"].min())  # type: ignore[arg-type]  # the column has dates
    lowest = moves.with_columns(run=pl.col("Quantity").cum_sum().over("StockCode")).group_by("StockCode").agg(
        pl.col("run").min())
    receipts = [(opening, variants[code], "receipt", Decimal(-low), "opening stock", f"{CODE}:opening:{code}")
                for code, low in lowest.sort("StockCode").iter_rows() if low < 0]
    changes = [(local(at), variants[code], "adjustment", Decimal(quantity), text or "stock count", f"{CODE}:row:{row}")
               for row, code, quantity, text, at in
               moves.select("row", "StockCode", "Quantity", "Description", "InvoiceDate").iter_rows()]
    loaded.written["stock_adjustments"] = inventory.import_movements(CODE, [*receipts, *changes], actor=actor)
