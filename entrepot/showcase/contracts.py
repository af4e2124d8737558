"""The questions visitors ask of the shop and the shapes of the answers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from uuid import UUID


class Sort(StrEnum):
    """Orders of a listing; `-price` is the dearest first. Products without a price are left out of price orders."""

    NEWEST = "newest"
    PRICE = "price"
    PRICE_DESC = "-price"
    NAME = "name"


class SearchSort(StrEnum):
    """Orders of what was found; a minus is the most first."""

    RELEVANCE = "relevance"
    BESTSELLING = "bestselling"
    NEWEST = "newest"
    PRICE = "price"
    PRICE_DESC = "-price"


@dataclass(frozen=True, slots=True)
class ListingRequest:
    """One page of a shelf; `cursor` is `next` of the page before, empty for the first."""

    channel_id: int
    language: str
    category: str = ""  # slug; everything below it belongs to it
    collection: str = ""  # slug; not together with a category
    sort: Sort = Sort.NEWEST
    cursor: str = ""
    limit: int = 24


@dataclass(frozen=True, slots=True)
class SearchRequest:
    """`text` may be empty: then the filters alone decide. Several values of one filter widen it, filters narrow."""

    channel_id: int
    language: str
    text: str = ""
    categories: tuple[str, ...] = ()  # slugs
    brands: tuple[str, ...] = ()  # slugs
    attributes: Mapping[str, tuple[str, ...]] = field(default_factory=dict)  # code -> values
    price_from_minor: int | None = None
    price_to_minor: int | None = None
    in_stock: bool | None = None
    sort: SearchSort = SearchSort.RELEVANCE
    offset: int = 0
    limit: int = 24
    facets: bool = True
    collections: tuple[str, ...] = ()  # slugs
    on_offer: bool | None = None


@dataclass(frozen=True, slots=True)
class FacetValue:
    """One choice of a facet, and how many hits it would leave."""

    value: str
    label: str
    count: int
    selected: bool = False
    parent: str = ""  # of a category: the slug above it


@dataclass(frozen=True, slots=True)
class Facet:
    """One way to narrow the result; the counts leave this facet's own selection out of account."""

    code: str  # "category", "brand", "in_stock", "on_offer", "price" or "attr[<code>]"
    label: str
    values: tuple[FacetValue, ...]


@dataclass(frozen=True, slots=True)
class SearchHits:
    """What the engine found, without touching the database: ids of documents, best first."""

    document_ids: tuple[int, ...]
    total: int
    facets: tuple[Facet, ...] = ()
    did_you_mean: str = ""  # the query as it was corrected and searched, when a word is unknown
    relaxed: bool = False  # no product has all the words; these have most of them


@dataclass(frozen=True, slots=True)
class SearchResult:
    """Hits with their cards: each the JSON of a listing entry, ready to send."""

    cards: tuple[bytes, ...]
    hits: SearchHits
    next_offset: int | None


@dataclass(frozen=True, slots=True)
class Suggestions:
    """What to offer while somebody types; cards are JSON documents, ready to send."""

    queries: tuple[str, ...]
    categories: tuple[tuple[str, str], ...]  # slug, name
    cards: tuple[bytes, ...]


@dataclass(frozen=True, slots=True)
class SearchDocument:
    """What the index knows of one product in one channel and language."""

    document_id: int
    product_id: UUID
    name: str
    text: str
    codes: tuple[str, ...]  # SKUs and barcodes
    categories: tuple[tuple[str, str, str], ...]  # slug, parent slug, name
    brand: tuple[str, str] | None  # slug, name
    attributes: tuple[tuple[str, str, str, str], ...]  # code, name, value, label
    price_minor: int | None
    in_stock: bool
    rank: int
    collections: tuple[str, ...] = ()  # slugs
    on_offer: bool = False  # the price that its card shows is reduced
    sold: int = 0  # in how many orders of late


@dataclass(frozen=True, slots=True)
class Neighbours:
    """What stands beside a product: cards as JSON, best first."""

    together: tuple[bytes, ...]  # bought in the same orders
    similar: tuple[bytes, ...]


@dataclass(frozen=True, slots=True)
class SynonymInfo:
    """Words that mean the same in a language."""

    id: int
    language: str
    words: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class PinInfo:
    """A product put at this place, from 1, when the query is asked; 0 buries it."""

    id: int
    query: str
    language: str
    product_id: UUID
    position: int


@dataclass(frozen=True, slots=True)
class QueryReportRow:
    """How often a query was asked, and how often nothing was found."""

    query: str
    language: str
    asked: int
    empty: int


@dataclass(frozen=True, slots=True)
class Status:
    """How fresh the showcase is. `oldest_mark_at` is the oldest change that documents do not show yet."""

    documents: int
    waiting: int
    oldest_mark_at: datetime | None
    last_change: int
    index_applied: int
    index_generation: str
    is_fresh: bool
