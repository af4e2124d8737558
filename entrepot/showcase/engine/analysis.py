"""Words of English and Chinese text, the same way for documents and questions.

Chinese has no spaces: runs of Han characters are cut into words (and the words inside longer words) by rjieba, which
is loaded at the first such character. Everything is then lowercased, freed of accents and stemmed as English, which
leaves Han words alone; so mixed text such as "USB 充电线" works in an index of either language.
"""

from __future__ import annotations

import unicodedata
from functools import lru_cache
from typing import Any

from entrepot.showcase.rules import CJK

LONGEST_WORD = 40
STOP_WORDS = frozenset((
    "a", "an", "and", "are", "as", "at", "be", "but", "by", "for", "from", "has", "have", "in", "into", "is", "it",
    "its", "of", "on", "or", "that", "the", "their", "this", "to", "was", "were", "will", "with",
    "的", "了", "和", "是", "在", "与", "及", "或"))


def segmented(text: str) -> str:
    """The text with spaces between Chinese words, widths folded."""
    if text.isascii():
        return text
    folded = unicodedata.normalize("NFKC", text)
    return CJK.sub(_cut, folded) if CJK.search(folded) else folded


def _cut(match: Any) -> str:
    import rjieba

    return " " + " ".join(rjieba.cut_for_search(match.group())) + " "


def grams(text: str) -> str:
    """Single Han characters and pairs of neighbours: what finds a word that the dictionary cuts differently."""
    runs = CJK.findall(unicodedata.normalize("NFKC", text)) if not text.isascii() else []
    return " ".join(piece for run in runs for piece in (*run, *(run[i:i + 2] for i in range(len(run) - 1))))


def gram_terms(text: str) -> list[str]:
    """The pairs of a question's Han runs; of a single character, itself."""
    runs = CJK.findall(unicodedata.normalize("NFKC", text))
    return [p for run in runs for p in ([run] if len(run) == 1 else [run[i:i + 2] for i in range(len(run) - 1)])]


@lru_cache(1)
def stemmer() -> Any:
    """Names and texts."""
    import tantivy

    return (_plain_builder().filter(tantivy.Filter.stemmer("english"))).build()


@lru_cache(1)
def plain() -> Any:
    """Words as people type them, for prefixes and spelling."""
    return _plain_builder().build()


def _plain_builder() -> Any:
    import tantivy

    return (tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.simple()).filter(tantivy.Filter.remove_long(LONGEST_WORD))
            .filter(tantivy.Filter.lowercase()).filter(tantivy.Filter.ascii_fold()))


@lru_cache(1)
def spaced() -> Any:
    import tantivy

    return tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.whitespace()).build()


@lru_cache(4096)
def words(text: str) -> tuple[str, ...]:
    """The words of a question, as typed; stop words only when there is nothing else."""
    found = tuple(plain().analyze(segmented(text)))
    return tuple(w for w in found if w not in STOP_WORDS) or found


@lru_cache(16384)
def stem(word: str) -> str:
    """The term under which the index has this word."""
    found = stemmer().analyze(word)
    return str(found[0]) if found else word
