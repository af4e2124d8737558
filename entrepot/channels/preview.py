"""How a file will be read, shown before anything changes: its columns, its first rows, and what they become."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import islice
from typing import Any
from uuid import UUID

from entrepot.channels import files
from entrepot.channels.actions.import_catalogue import CATALOGUE, TOLD, settings_of
from entrepot.channels.contracts import Grouping, ImportedProduct, Issue, Row
from entrepot.channels.errors import FileGone
from entrepot.channels.formats import FORMATS
from entrepot.channels.models import ImportRun
from entrepot.channels.permissions import IMPORT
from entrepot.channels.tables import open_table
from entrepot.kit.actor import Actor
from entrepot.kit.errors import N_, NotFound

LOOKED_AT = 200
SHOWN = 8


@dataclass(slots=True)
class Preview:
    """`unread` are columns that the format does not know: they are passed over."""

    header: list[str]
    unread: list[str]
    rows: list[tuple[int, list[str]]]
    products: list[dict[str, Any]] = field(default_factory=list)
    issues: list[Issue] = field(default_factory=list)
    looked_at: int = 0
    currency: str = ""


class _Watched(dict[str, str]):
    """A row that remembers which columns were asked for."""

    asked: set[str]

    def get(self, column: str, default: Any = None) -> Any:
        self.asked.add(column)
        return super().get(column, default)


def preview(run_id: UUID, *, channel_code: str = "", language: str = "", actor: Actor) -> Preview:
    """Read the first rows as they would be imported into this channel. Raises FileGone."""
    actor.require(IMPORT)
    run = ImportRun.objects.filter(pk=run_id).first()
    if run is None:
        raise NotFound(N_("import"))
    if not files.is_kept(run_id):
        raise FileGone
    with files.on_disk(run.file_name, files.pieces(run_id)) as path:
        header, rows = open_table(path)
        head = list(islice(rows, LOOKED_AT))
    shown = [(line, [row.get(c, "") for c in header]) for line, row in head[:SHOWN]]
    found = Preview(header, [], shown, looked_at=len(head))
    if run.kind.startswith(CATALOGUE):
        _read(found, run, head, {"channel": channel_code or run.options.get("channel", ""),
                                 "language": language or run.options.get("language", "")})
    return found


def _read(found: Preview, run: ImportRun, head: list[tuple[int, Row]], options: dict[str, str]) -> None:
    _channel, settings = settings_of(options)
    asked: set[str] = set()
    found.currency = settings.currency
    for item in FORMATS[run.kind.removeprefix(CATALOGUE)][1](_watched(head, asked), settings):
        if isinstance(item, Issue):
            found.issues.append(item)
        elif isinstance(item, ImportedProduct) and len(found.products) < SHOWN:
            found.products.append(_told(item))
        elif isinstance(item, Grouping):
            found.products.append({"line": item.line, "name": item.name, "skus": list(item.skus), "prices": [],
                                   "stock": None, "is_active": True, "categories": []})
    found.unread = [c for c in found.header if c and c not in asked and c not in TOLD]
    found.products, found.issues = found.products[:SHOWN], found.issues[:SHOWN]


def _watched(head: list[tuple[int, Row]], asked: set[str]) -> Iterator[tuple[int, Row]]:
    for line, row in head:
        watched = _Watched(row)
        watched.asked = asked
        yield line, watched


def _told(product: ImportedProduct) -> dict[str, Any]:
    prices = sorted({v.price_minor for v in product.variants if v.price_minor is not None})
    stock = [q for v in product.variants for q in v.stock.values()]
    return {"line": product.line, "name": product.name, "skus": [v.sku for v in product.variants],
            "prices": prices[:1] + prices[-1:] if len(prices) > 1 else prices, "stock": sum(stock) if stock else None,
            "is_active": product.is_active, "categories": [" > ".join(path) for path in product.categories]}
