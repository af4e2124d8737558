"""What a visitor may be about to type: products and categories by the beginning of a word, typing errors allowed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from entrepot.showcase import rules
from entrepot.showcase.engine import analysis, schema
from entrepot.showcase.engine.reader import Scope


def find_products(scope: Scope, text: str, limit: int) -> list[int]:
    """Ids of documents whose name has the words typed, the last one as a beginning; best first."""
    words = analysis.words(text, scope.frequency)
    if not words:
        return []
    found = _search(scope, words, 0, limit)
    return found or _search(scope, words, 1, limit)


def _search(scope: Scope, words: Sequence[str], typos: int, limit: int) -> list[int]:
    import tantivy

    *whole, begun = words
    clauses = [(tantivy.Occur.Must, _word(w, typos, prefix=False)) for w in whole]
    clauses.append((tantivy.Occur.Must, _word(begun, typos, prefix=True)))
    clauses.append((tantivy.Occur.Should, tantivy.Query.term_query(schema.products(), "name", analysis.stem(begun))))
    hits = scope.products.search(tantivy.Query.boolean_query(clauses), limit=limit, count=False).hits
    addresses = [address for _, address in hits]
    return list(scope.products.fast_field_values("document", addresses)) if addresses else []


def _word(word: str, typos: int, *, prefix: bool) -> Any:
    import tantivy

    distance = min(typos, rules.allowed_typos(word))
    return tantivy.Query.fuzzy_term_query(schema.products(), "lead", word, distance, prefix=prefix)


def find_categories(categories: Sequence[tuple[str, str]], text: str, limit: int) -> list[tuple[str, str]]:
    """Of (slug, name), those with a word that begins like the last one typed and all the others; short names first."""
    words = analysis.words(text, lambda word: sum(word in name for _, name in categories))
    if not words:
        return []
    fits = [c for c in categories if _begins(c[1], words, 0)] or [c for c in categories if _begins(c[1], words, 1)]
    return sorted(fits, key=lambda c: (len(c[1]), c[1]))[:limit]


def _begins(name: str, typed: Sequence[str], typos: int) -> bool:
    have = analysis.words(name, typed.count)
    if len(typed) == 1 and name.casefold().startswith(typed[0]):
        return True
    return all(any(rules.edit_distance(w[:len(t)], t, at_most=min(typos, rules.allowed_typos(t)))
                   <= min(typos, rules.allowed_typos(t)) for w in have) for t in typed)
