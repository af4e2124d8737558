"""Which rows of a file are one product: a refused row is corrected together with the others of its product."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from entrepot.channels.contracts import Row
from entrepot.channels.formats.values import cell

Key = Callable[[Row, str], str]


def _column(name: str) -> Key:
    return lambda row, above: cell(row, name)


def _woocommerce(row: Row, above: str) -> str:
    return cell(row, "Parent") or cell(row, "SKU") or f"id:{cell(row, 'ID')}"


_KEYS: dict[str, Key] = {
    "entrepot": _column("product"), "shopify": _column("Handle"), "woocommerce": _woocommerce,
    "vendure": lambda row, above: cell(row, "name") or above,  # a blank name continues the product above
}


def with_siblings(format_name: str, rows: Iterator[tuple[int, Row]], lines: set[int]) -> list[tuple[int, Row]]:
    """The rows of these lines, and every other row of the same products, in the order of the file."""
    key_of, above = _KEYS.get(format_name), ""
    if key_of is None:
        return [(line, row) for line, row in rows if line in lines]
    keyed: list[tuple[int, Row, str]] = []
    for line, row in rows:
        above = key_of(row, above)
        keyed.append((line, row, above))
    wanted = {key for line, _, key in keyed if line in lines and key}
    return [(line, row) for line, row, key in keyed if line in lines or key in wanted]
