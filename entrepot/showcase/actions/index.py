"""Keep this machine's search index right: follow the feed of changes, or build all of it anew."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from uuid import UUID

from entrepot.kit.actor import Actor
from entrepot.showcase import queries
from entrepot.showcase.documents import searchable
from entrepot.showcase.engine import store
from entrepot.showcase.engine.schema import BUILD_HEAP_BYTES
from entrepot.showcase.engine.store import FORMAT, State
from entrepot.showcase.engine.writer import GenerationWriter
from entrepot.showcase.permissions import REBUILD

_BATCH = 5000


def follow_changes(*, actor: Actor, wait_s: float = 600) -> int:
    """Bring the index up to the last change of the feed. Returns how many changes it took in.

    An index that is missing, of another format, ahead of the feed (the database was restored) or so far behind that
    the feed no longer reaches back to it is built anew.
    """
    actor.require(REBUILD)
    with store.writing(wait_s=wait_s):
        state = store.state()
        if not _can_follow(state):
            return _build(None)
        return _follow(state)


def _can_follow(state: State) -> bool:
    return bool(state.generation and state.format == FORMAT and (store.folder() / state.generation).exists()
                and queries.first_change() <= state.applied + 1 and queries.last_change() >= state.applied)


def _follow(state: State) -> int:
    taken = 0
    while changes := queries.list_changes(state.applied, _BATCH):
        _apply(state.generation, sorted({product_id for _, product_id in changes}))
        state = State(state.generation, changes[-1][0])
        store.save(state)
        taken += len(changes)
    return taken


def _apply(generation: str, product_ids: Sequence[UUID]) -> None:
    with GenerationWriter(generation) as writer:
        writer.remove_everywhere(product_ids)
        for found in queries.list_documents_of(product_ids):
            writer.of(found.channel_id, found.language).add(
                searchable(found.id, found.product_id, found.body, found.rank, found.sold))


def rebuild_index(*, actor: Actor, advance: Callable[[int], None] | None = None) -> int:
    """Build a new generation beside the current one and swap it in. Returns how many documents it has."""
    actor.require(REBUILD)
    with store.writing():
        return _build(advance)


def _build(advance: Callable[[int], None] | None) -> int:
    applied = queries.last_change()  # before the first document is read: what changes from here on is followed after
    generation, count = store.new_generation(), 0
    with GenerationWriter(generation, heap_bytes=BUILD_HEAP_BYTES) as writer:
        for found in queries.each_document():
            writer.of(found.channel_id, found.language).add(
                searchable(found.id, found.product_id, found.body, found.rank, found.sold))
            count += 1
            if advance:
                advance(1)
    store.save(State(generation, applied))
    store.drop_others(generation)
    _follow(store.state())
    return count
