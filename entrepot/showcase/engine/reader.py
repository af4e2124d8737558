"""Open indexes of this process, and noticing that a writer has changed them."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from typing import Any

from entrepot.showcase.engine import analysis, schema, store


@dataclass(frozen=True, slots=True)
class Scope:
    """One channel's and language's index as it was at one moment; a search works on one of these to its end."""

    products: Any  # tantivy searchers
    spelling: Any
    products_index: Any
    spelling_index: Any

    def frequency(self, word: str) -> int:
        """How many documents have the word."""
        return int(self.products.doc_freq("text", analysis.stem(word)))

    def brand(self, key: int) -> tuple[str, str]:
        """Label and slug of the brand that `brand_key` stands for. A key is made of both: it never means another."""
        found = _brands.get(key)
        if found is None:
            if len(_brands) >= _MOST_BRANDS:
                _brands.clear()
            import tantivy

            of_brand = tantivy.Query.term_query(schema.products(), "brand_key", key, "basic")
            [(_score, address)] = self.products.search(of_brand, limit=1, count=False).hits
            slug, label = self.products.doc(address).get_first("brand").split(schema.SEPARATOR)
            found = _brands[key] = (label, slug)
        return found


_MOST_BRANDS = 5000
_brands: dict[int, tuple[str, str]] = {}

_lock = threading.Lock()
_stamp = (0, 0)
_generation = ""
_scopes: dict[tuple[int, str], Scope | None] = {}


def scope(channel_id: int, language: str) -> Scope | None:
    """The current index, or None when there is none yet. Looks for changes each time; that is one `stat`."""
    if store.stamp() != _stamp:
        _refresh()
    key = (channel_id, language)
    if key not in _scopes:
        with _lock:
            _scopes[key] = _open(key)
    return _scopes[key]


def _refresh() -> None:
    global _stamp, _generation
    with _lock:
        now = store.stamp()
        if now == _stamp:
            return
        found = store.state()
        # an index of another version cannot be read: as if there was none, until the worker has built it anew
        generation = found.generation if found.format == store.FORMAT else ""
        if generation != _generation:
            _scopes.clear()
        for key, opened in list(_scopes.items()):
            _scopes[key] = _reloaded(opened) if opened else _open(key, generation)
        _generation, _stamp = generation, now


def _reloaded(opened: Scope) -> Scope:
    opened.products_index.reload()
    opened.spelling_index.reload()
    return Scope(opened.products_index.searcher(), opened.spelling_index.searcher(), opened.products_index,
                 opened.spelling_index)


def _open(key: tuple[int, str], generation: str | None = None) -> Scope | None:
    path = store.scope_folder(generation or _generation, *key)
    if not (generation or _generation) or not (path / "meta.json").exists():
        return None
    products, spelling = schema.open_products(path), schema.open_spelling(path)
    for index in (products, spelling):
        index.config_reader("manual")
        index.reload()
    return Scope(products.searcher(), spelling.searcher(), products, spelling)
