"""What others may ask of the showcase."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any
from uuid import UUID

from django.db import transaction

from entrepot.kit import audit
from entrepot.kit.actor import Actor, system
from entrepot.showcase import queries
from entrepot.showcase.actions import index as _index
from entrepot.showcase.actions import rebuild as _rebuild
from entrepot.showcase.actions.affinity import keep_bestsellers, keep_companions
from entrepot.showcase.actions.counts import add_counts
from entrepot.showcase.actions.settings import delete_synonyms, pin, save_synonyms, unpin
from entrepot.showcase.atlas import bodies, count_products, freshness
from entrepot.showcase.atlas import products as product_addresses
from entrepot.showcase.atlas import shelves as shelf_addresses
from entrepot.showcase.contracts import ListingRequest, Neighbours, Sort
from entrepot.showcase.engine import reader, similar
from entrepot.showcase.permissions import REBUILD
from entrepot.showcase.queries import get_status as status
from entrepot.showcase.queries import list_cards as cards
from entrepot.showcase.queries import list_pins, list_query_report, list_synonyms
from entrepot.showcase.search import search, suggest

__all__ = [
    "add_counts", "ask_rebuild", "ask_reindex", "bestsellers", "bodies", "cards", "cards_by_slug", "cards_of",
    "count_products", "delete_synonyms", "document", "documents", "freshness", "keep_bestsellers", "keep_companions",
    "list_pins", "list_query_report", "list_synonyms", "listing", "mark_dirty", "neighbours", "pin",
    "product_addresses", "rebuild", "rebuild_index", "save_synonyms", "search", "shelf_addresses", "status", "suggest",
    "unpin",
]

_SYSTEM = system("showcase")  # derived data: rebuilding it changes nothing that anyone decided


def document(channel_id: int, language: str, slug: str) -> tuple[bytes, str] | None:
    """The product's page data as JSON bytes and its etag (one statement), or None."""
    return queries.get_document(channel_id, language, slug)


def documents(channel_id: int, language: str, slugs: Iterable[str]) -> dict[str, bytes]:
    """The page data of these products by slug (one statement); what is not shown in the channel is left out."""
    return queries.list_documents(channel_id, language, list(slugs))


def listing(channel_id: int, language: str, *, category: str = "", collection: str = "", sort: str = "newest",
            cursor: str = "", limit: int = 24) -> bytes:
    """A page `{"items": [...], "next": cursor or null}` as JSON bytes (one statement). Shelves are named by slug."""
    request = ListingRequest(channel_id, language, category, collection, Sort(sort), cursor, limit)
    return queries.get_page(request) or b'{"items":[],"next":null}'


def cards_of(channel_id: int, language: str, product_ids: Sequence[UUID]) -> list[bytes]:
    """Listing entries of these products, in this order; what is not shown in the channel is left out."""
    return queries.list_cards_of(channel_id, language, product_ids)


def cards_by_slug(channel_id: int, language: str, slugs: Sequence[str]) -> list[bytes]:
    """Listing entries of these products, in this order; what is not shown in the channel is left out."""
    return queries.list_cards_by_slug(channel_id, language, slugs)


def neighbours(channel_id: int, language: str, page: dict[str, Any], *, limit: int = 4) -> Neighbours:
    """What stands beside a product whose document is `page`: bought together, similar (one statement)."""
    scope = reader.scope(channel_id, language)
    alike = similar.find_similar(scope, page, limit) if scope else []
    return queries.list_neighbours(channel_id, language, UUID(page["id"]), alike)


def bestsellers(channel_id: int, language: str, limit: int = 8) -> list[bytes]:
    """Cards of what sells best in the channel (one statement)."""
    return queries.list_bestsellers(channel_id, language, limit)


def mark_dirty(product_ids: Iterable[UUID], *, actor: Actor = _SYSTEM) -> int:
    """Have these products' documents rebuilt soon. Joins the caller's transaction."""
    from entrepot.showcase.tasks import rebuild_soon

    marked = _rebuild.mark_dirty(product_ids, actor=actor)
    rebuild_soon()
    return marked


def rebuild(product_ids: Iterable[UUID] | None = None, *, actor: Actor = _SYSTEM,
            advance: Callable[[int], None] | None = None) -> int:
    """Rebuild these products' documents (None: all), and whatever else is marked, now; the index follows."""
    if product_ids is None:
        _rebuild.mark_all(actor=actor)
    else:
        _rebuild.mark_dirty(product_ids, actor=actor)
    looked = _rebuild.rebuild_marked(actor=actor, advance=advance)
    _index.follow_changes(actor=actor)
    return looked


def ask_rebuild(product_ids: Iterable[UUID] | None, *, actor: Actor) -> int:
    """Have the worker make these products' documents anew (None: all); says how many were marked."""
    from entrepot.showcase.tasks import rebuild_soon

    with transaction.atomic():
        if product_ids is None:
            marked = _rebuild.mark_all(actor=actor)
        else:
            marked = _rebuild.mark_dirty(product_ids, actor=actor)
        audit.record(actor, "showcase.rebuild_documents", "showcase", "", new={"products": marked})
        rebuild_soon()
    return marked


def ask_reindex(*, actor: Actor) -> None:
    """Have the worker build the search index anew."""
    from entrepot.showcase.tasks import reindex_soon

    actor.require(REBUILD)
    with transaction.atomic():
        audit.record(actor, "showcase.rebuild_index", "showcase", "")
        reindex_soon()


def rebuild_index(*, actor: Actor = _SYSTEM, advance: Callable[[int], None] | None = None) -> int:
    """Build this machine's search index anew from the documents and swap it in."""
    return _index.rebuild_index(actor=actor, advance=advance)
