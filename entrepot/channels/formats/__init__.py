"""Catalogue files of other systems, read as they are.

A format is a set of columns that tells it apart and a reader. `detect` looks at the header alone.
"""

from __future__ import annotations

from collections.abc import Sequence

from entrepot.channels.contracts import Reader
from entrepot.channels.formats import entrepot, parquet, shopify, vendure, woocommerce

FORMATS: dict[str, tuple[frozenset[str], Reader]] = {
    "entrepot": (entrepot.COLUMNS, entrepot.read),
    "shopify": (shopify.COLUMNS, shopify.read),
    "woocommerce": (woocommerce.COLUMNS, woocommerce.read),
    "vendure": (vendure.COLUMNS, vendure.read),
    "flat": (parquet.COLUMNS, parquet.read),
}


def detect(header: Sequence[str]) -> str | None:
    """The name of the format whose telling columns are all in the header."""
    columns = {h.strip() for h in header}
    return next((name for name, (needed, _) in FORMATS.items() if needed <= columns), None)
