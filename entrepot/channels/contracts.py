"""What catalogue files are read into, whoever wrote them. Amounts are minor units of the import's currency."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Protocol

Row = dict[str, str]
HISTORY_COLUMNS = ("InvoiceNo", "StockCode", "Description", "Quantity", "InvoiceDate", "UnitPrice", "CustomerID",
                   "Country")  # of the Online Retail table


@dataclass(slots=True)
class ImportedVariant:
    """One sellable thing of a file. `options` maps option names to value names, as written in the file."""

    line: int
    sku: str = ""
    name: str = ""
    options: dict[str, str] = field(default_factory=dict)
    attributes: dict[str, Any] = field(default_factory=dict)
    price_minor: int | None = None
    sale_minor: int | None = None
    sale_from: date | None = None
    sale_until: date | None = None
    stock: dict[str, Decimal] = field(default_factory=dict)  # by warehouse code; "" is the import's default
    backorder: bool = False
    is_stocked: bool = True
    needs_shipping: bool = True
    barcode: str = ""
    weight_g: int = 0
    dimensions_mm: tuple[int, int, int] | None = None
    unit: str = ""
    qty_step: Decimal | None = None
    cost: Decimal | None = None
    components: tuple[tuple[str, Decimal], ...] = ()  # of a bundle: SKU and quantity
    image: str = ""
    row: Row = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class OptionNames:
    """The words of an option where a file keeps codes and words apart."""

    code: str
    name: dict[str, str]
    values: dict[str, dict[str, str]]  # {value code: {language: word}}


@dataclass(slots=True)
class ImportedProduct:
    """One product of a file, with every row it came from. Texts are by language."""

    line: int
    slug: str
    name: dict[str, str]
    description: dict[str, str] = field(default_factory=dict)  # HTML as found
    seo: dict[str, dict[str, str]] = field(default_factory=dict)
    type_code: str = "general"
    brand: str = ""
    categories: list[tuple[str, ...]] = field(default_factory=list)  # paths from the root down
    tags: list[str] = field(default_factory=list)
    images: list[str] = field(default_factory=list)
    attributes: dict[str, Any] = field(default_factory=dict)
    tax_class: str = "standard"
    is_active: bool = True
    channels: tuple[str, ...] | None = None  # None: the import's channel when active
    rating: Decimal | None = None
    external_ids: dict[str, str] = field(default_factory=dict)
    option_names: tuple[OptionNames, ...] = ()
    variants: list[ImportedVariant] = field(default_factory=list)
    rows: list[tuple[int, Row]] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Issue:
    """A row that was refused (or only flagged): where, why, and the row as it came."""

    line: int
    column: str
    code: str
    reason: str  # an English gettext msgid with placeholders already filled
    refused: bool
    row: Row


@dataclass(frozen=True, slots=True)
class Grouping:
    """A set of products the file names as one (WooCommerce's grouped product): becomes a collection."""

    line: int
    slug: str
    name: dict[str, str]
    skus: tuple[str, ...]
    row: Row = field(default_factory=dict)


Item = ImportedProduct | Grouping | Issue


@dataclass(frozen=True, slots=True)
class Settings:
    """How a file is to be read: what the format itself does not say."""

    currency: str
    language: str


class Reader(Protocol):
    """Turns a table's rows into products and issues; every row ends in exactly one of them."""

    def __call__(self, rows: Iterator[tuple[int, Row]], settings: Settings) -> Iterator[Item]: ...


@dataclass(frozen=True, slots=True)
class ImportResult:
    """The account of a run: `counts` sums to `rows`."""

    run_id: str
    kind: str
    rows: int
    counts: dict[str, int]
    issues: int
    changed: bool
    seconds: float
    started_at: datetime
