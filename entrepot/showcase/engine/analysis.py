"""Words of English and Chinese text, the same way for documents and questions.

Chinese has no spaces: runs of Han characters are cut into words (and the words inside longer words), those of documents
by rjieba, those of questions by the words that the documents have: the same method, with the shop's own dictionary, and
no web process loads rjieba's (30 MB). Everything is then lowercased, freed of accents and stemmed as English, which
leaves Han words alone; so mixed text such as "USB 充电线" works in an index of either language.
"""

from __future__ import annotations

import math
import unicodedata
from collections.abc import Callable
from functools import lru_cache
from typing import Any

from entrepot.showcase.rules import CJK

LONGEST_WORD = 40
LONGEST_HAN_WORD = 8
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


def words(text: str, known: Callable[[str], int]) -> tuple[str, ...]:
    """The words of a question, as typed; stop words only when there is nothing else.

    `known` tells how many documents have a word: 0 for what is none.
    """
    if text.isascii():
        return _spaced_words(text)
    folded = unicodedata.normalize("NFKC", text)
    return _spaced_words(CJK.sub(lambda run: f" {' '.join(cut(run.group(), known))} ", folded))


@lru_cache(4096)
def _spaced_words(text: str) -> tuple[str, ...]:
    found = tuple(plain().analyze(text))
    return tuple(w for w in found if w not in STOP_WORDS) or found


def cut(run: str, known: Callable[[str], int]) -> list[str]:
    """A run of Han characters as the most probable sequence of known words, each after the shorter ones inside it.

    The way of jieba without its dictionary: of all sequences the one with the greatest product of word frequencies.
    Characters between known words stay together, as the unknown word that they most likely are.
    """
    n = len(run)
    found = {(i, j): times for i in range(n) for j in range(i + 1, min(n, i + LONGEST_HAN_WORD) + 1)
             if (times := known(run[i:j]))}
    total = math.log(sum(found.values()) + n + 1)
    best: list[tuple[float, int]] = [(0.0, n)] * (n + 1)  # by where it begins: log of probability, where its word ends
    for i in range(n - 1, -1, -1):
        ends = [j for j in range(i + 1, n + 1) if (i, j) in found] or [i + 1]
        best[i] = max((math.log(found.get((i, j), 0.5)) - total + best[j][0], j) for j in ends)
    pieces: list[str] = []
    unknown, i = "", 0
    while i < n:
        j = best[i][1]
        if (i, j) not in found:
            unknown += run[i:j]
        else:
            pieces += [unknown] * bool(unknown)
            unknown = ""
            pieces += [run[a:a + size] for size in (2, 3) if size < j - i for a in range(i, j - size + 1)
                       if (a, a + size) in found]
            pieces.append(run[i:j])
        i = j
    return pieces + [unknown] * bool(unknown)


@lru_cache(16384)
def stem(word: str) -> str:
    """The term under which the index has this word."""
    found = stemmer().analyze(word)
    return str(found[0]) if found else word
