"""Write an index: documents in, out and anew. The caller holds `store.writing()`."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from types import TracebackType
from typing import Any, Self
from uuid import UUID

from entrepot.showcase.contracts import SearchDocument
from entrepot.showcase.engine import schema, store


class ScopeWriter:
    """Collects changes to the index of one channel and language, and puts them on disk at once."""

    def __init__(self, path: Path, heap_bytes: int) -> None:
        self._products = schema.open_products(path)
        self._spelling = schema.open_spelling(path)
        self._known = self._spelling.searcher()
        self._fresh: set[str] = set()
        self._writer = self._products.writer(heap_bytes, 1)

    def remove(self, product_id: UUID) -> None:
        self._writer.delete_documents_by_term("product", product_id.hex)

    def add(self, source: SearchDocument) -> None:
        self._writer.add_document(schema.entry(source))
        self._fresh |= schema.spelling_words(source)

    def finish(self) -> None:
        """On disk, merged, visible to who looks next."""
        self._writer.commit()
        self._writer.wait_merging_threads()
        self._learn()

    def _learn(self) -> None:
        import tantivy

        new = [w for w in self._fresh if not self._known.doc_freq("word", w)]
        if not new:
            return
        writer = self._spelling.writer(15_000_000, 1)
        for word in sorted(new):
            writer.add_document(tantivy.Document.from_dict({"word": [word]}, schema.spelling()))
        writer.commit()
        writer.wait_merging_threads()


class GenerationWriter:
    """Writers of one generation by channel and language, opened when first needed; a context manager.

    Leaving the block normally finishes all of them; leaving it by an error leaves the disk as it was.
    """

    def __init__(self, generation: str, *, heap_bytes: int = schema.FOLLOW_HEAP_BYTES) -> None:
        self.generation, self._heap_bytes = generation, heap_bytes
        self._writers: dict[tuple[int, str], ScopeWriter] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None,
                 trace: TracebackType | None) -> None:
        if kind is None:
            for writer in self._writers.values():
                writer.finish()
        self._writers.clear()

    def of(self, channel_id: int, language: str) -> ScopeWriter:
        key = (channel_id, language)
        if key not in self._writers:
            self._writers[key] = ScopeWriter(
                store.scope_folder(self.generation, channel_id, language), self._heap_bytes)
        return self._writers[key]

    def remove_everywhere(self, product_ids: Iterable[UUID]) -> None:
        """Take products out of every index that has one of them."""
        wanted = list(product_ids)
        for channel_id, language in store.scopes(self.generation):
            known: Any = schema.open_products(store.scope_folder(self.generation, channel_id, language)).searcher()
            present = [p for p in wanted if known.doc_freq("product", p.hex)]
            for product_id in present:
                self.of(channel_id, language).remove(product_id)
