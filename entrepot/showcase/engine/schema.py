"""The fields of an index and how a document fills them.

A question must match in `text`, which has everything; a match in `name`, in `shelf` (the names of its categories) and
how well something sells add to the score. Filters are terms of one field; what facets count are columns whose values
carry their labels, so that a search needs no look-up.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from hashlib import blake2b
from pathlib import Path
from typing import Any

from entrepot.showcase import rules
from entrepot.showcase.contracts import SearchDocument
from entrepot.showcase.engine import analysis

SEPARATOR = "\x1f"
FOLLOW_HEAP_BYTES = 48_000_000
BUILD_HEAP_BYTES = 256_000_000  # few large segments: each costs every search a little


@lru_cache(1)
def products() -> Any:
    import tantivy

    builder = tantivy.SchemaBuilder()
    builder.add_text_field("product", tokenizer_name="raw", index_option="basic")
    builder.add_text_field("name", tokenizer_name="stemmed", index_option="freq")
    builder.add_text_field("shelf", tokenizer_name="stemmed", index_option="basic")
    builder.add_text_field("text", tokenizer_name="stemmed", index_option="freq")
    builder.add_text_field("grams", tokenizer_name="spaced", index_option="basic")
    builder.add_text_field("lead", tokenizer_name="plain", index_option="basic")
    builder.add_text_field("code", tokenizer_name="raw", index_option="basic")
    builder.add_text_field("filter", tokenizer_name="raw", index_option="basic")
    for column in ("category", "attribute"):
        builder.add_text_field(column, fast=True, tokenizer_name="raw", index_option="basic")
    # Brands are many: counted as numbers, since looking up the text of each takes longer than counting all of them.
    builder.add_text_field("brand", stored=True, tokenizer_name="raw", index_option="basic")
    builder.add_unsigned_field("brand_key", fast=True, indexed=True)
    builder.add_unsigned_field("document", fast=True)
    builder.add_unsigned_field("price", fast=True, indexed=True)
    builder.add_integer_field("rank", fast=True)
    builder.add_unsigned_field("stock", fast=True, indexed=True)
    builder.add_unsigned_field("offer", fast=True, indexed=True)
    builder.add_unsigned_field("sold", fast=True)
    return builder.build()


@lru_cache(1)
def spelling() -> Any:
    """One entry per word that occurs in a name, brand or category."""
    import tantivy

    builder = tantivy.SchemaBuilder()
    builder.add_text_field("word", stored=True, tokenizer_name="raw", index_option="basic")
    return builder.build()


def open_products(path: Path) -> Any:
    import tantivy

    path.mkdir(parents=True, exist_ok=True)
    index = tantivy.Index(products(), path=str(path))
    index.register_tokenizer("stemmed", analysis.stemmer())
    index.register_tokenizer("plain", analysis.plain())
    index.register_tokenizer("spaced", analysis.spaced())
    return index


def open_spelling(path: Path) -> Any:
    import tantivy

    (path / "words").mkdir(parents=True, exist_ok=True)
    return tantivy.Index(spelling(), path=str(path / "words"))


def entry(source: SearchDocument) -> Any:
    """The index entry of a document."""
    import tantivy

    name, shelves = analysis.segmented(source.name), " ".join(c[2] for c in source.categories)
    brand = source.brand[1] if source.brand else ""
    fields: dict[str, Any] = {
        "product": [source.product_id.hex], "name": [name], "text": [analysis.segmented(source.text)],
        "shelf": [f"{analysis.segmented(shelves)} {analysis.grams(shelves)}"],
        "grams": [analysis.grams(f"{source.name} {brand} {shelves}")], "lead": [f"{name} {analysis.segmented(brand)}"],
        "code": [c.lower() for c in source.codes], "filter": filters(source),
        "category": [_joined(c) for c in source.categories],
        **_brand(source),
        "attribute": [_joined(a) for a in source.attributes],
        "document": [source.document_id], "rank": [source.rank], "stock": [int(source.in_stock)],
        "offer": [int(source.on_offer)], "sold": [rules.sales_key(source.sold, source.rank)],
    }
    if source.price_minor is not None:
        fields["price"] = [source.price_minor]
    return tantivy.Document.from_dict(fields, products())


def _brand(source: SearchDocument) -> dict[str, list[Any]]:
    if not source.brand:
        return {}
    text = _joined(source.brand)
    return {"brand": [text], "brand_key": [int.from_bytes(blake2b(text.encode(), digest_size=8).digest()) >> 1]}


def _joined(parts: Iterable[str]) -> str:
    return SEPARATOR.join(part.replace(SEPARATOR, " ") for part in parts)


def filters(source: SearchDocument) -> list[str]:
    return [*(f"category:{slug}" for slug, _, _ in source.categories),
            *([f"brand:{source.brand[0]}"] if source.brand else []),
            *(f"collection:{slug}" for slug in source.collections),
            *(f"{code}={value}" for code, _, value, _ in source.attributes),
            *(f"sold:{step}" for step in range(1, rules.popularity(source.sold) + 1))]


def spelling_words(source: SearchDocument) -> set[str]:
    """Words worth correcting to."""
    text = " ".join((source.name, source.brand[1] if source.brand else "", *(c[2] for c in source.categories)))
    return {w for w in analysis.plain().analyze(analysis.segmented(text)) if len(w) > 2 and not w.isdigit()}
