"""A flat table of products (Parquet or CSV): id, title, description, category, price in minor units, quantity."""

from __future__ import annotations

import html
from collections.abc import Iterator
from decimal import Decimal

from entrepot.channels.contracts import ImportedProduct, ImportedVariant, Item, Row, Settings
from entrepot.channels.formats.values import BadCell, cell, number, quantity, required, slugify
from entrepot.kit.errors import N_

COLUMNS = frozenset({"id", "title", "description", "category", "price", "quantity"})


def read(rows: Iterator[tuple[int, Row]], settings: Settings) -> Iterator[Item]:
    for line, row in rows:
        try:
            yield _product(line, row, settings)
        except BadCell as bad:
            yield bad.issue(line, row)


def _product(line: int, row: Row, settings: Settings) -> ImportedProduct:
    identity, title = required(row, "id"), required(row, "title")
    product = ImportedProduct(line, f"{slugify(title)[:150]}-{identity}".strip("-"), {settings.language: title[:300]})
    product.description = {settings.language: paragraphs(cell(row, "description"))}
    product.categories = [(cell(row, "category").replace("_", " "),)] if cell(row, "category") else []
    product.external_ids = {"flat": identity}
    rating = number(row, "average_rating")
    product.rating = rating.quantize(Decimal("0.01")) if rating else None
    price = number(row, "price")
    if price < 0 or price != int(price):
        raise BadCell("price", "not_an_amount", N_("This is not an amount."))
    variant = ImportedVariant(line, sku=identity, price_minor=int(price), row=row)
    variant.stock = {"": quantity(row, "quantity") or Decimal(0)}
    product.variants, product.rows = [variant], [(line, row)]
    return product


def paragraphs(text: str) -> str:
    """Plain text with `## headings` and blank lines between paragraphs, as HTML."""
    parts = []
    for block in text.split("\n\n"):
        block = block.strip()
        if block.startswith("#"):
            parts.append(f"<h3>{html.escape(block.lstrip('# '))}</h3>")
        elif block:
            parts.append(f"<p>{html.escape(block)}</p>")
    return "".join(parts)
