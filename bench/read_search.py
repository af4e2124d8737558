"""Search in process: questions with facets over the 24,576 products, and over 1,000,000 when asked by name."""

from __future__ import annotations

from typing import Any

from bench import read_api, read_data, read_million
from bench.harness import Job, Row, Stage, at_most, percentiles, timed

QUESTIONS = 1000


def _requests(channel_id: int, texts: list[str]) -> list[Any]:
    from entrepot.showcase.contracts import SearchRequest

    return [SearchRequest(channel_id, "en", text) for text in texts]


def _bare(channel_id: int, texts: list[str]) -> tuple[float, float]:
    """The limit: the engine alone, all words in one field, two facets, no understanding, no labels."""
    import tantivy

    from entrepot.showcase.engine import analysis, reader, schema

    scope = reader.scope(channel_id, "en")
    if scope is None:
        raise SystemExit("there is no index")
    known = schema.products()
    queries = [tantivy.Query.boolean_query([
        (tantivy.Occur.Must, tantivy.Query.term_query(known, "text", analysis.stem(w), "freq"))
        for w in analysis.words(text, lambda word: 1)]) for text in texts]
    facets = {c: {"terms": {"field": c, "size": 10}} for c in ("category", "attribute")}

    def one(query: Any) -> None:
        scope.products.search(query, limit=24)
        scope.products.aggregate(query, facets)

    calls = [lambda q=q: one(q) for q in queries]
    timed(calls[:100])
    return percentiles(timed(calls))


def _measure(name: str, channel_id: int, texts: list[str], most_p50: float | None, most_p99: float) -> list[Row]:
    from entrepot.showcase import search

    calls = [lambda r=r: search.hits(r) for r in _requests(channel_id, texts)]
    timed(calls[:100])
    p50, p99 = percentiles(timed(calls))
    bare_p50, bare_p99 = _bare(channel_id, texts)
    return [at_most(f"{name} p50", p50, "ms", most=most_p50, limit=bare_p50),
            at_most(f"{name} p99", p99, "ms", most=most_p99, limit=bare_p99)]


def search(stage: Stage) -> list[Row]:
    from entrepot.catalog import public as catalog

    read_data.load(stage)
    channel_id = catalog.default_channel().id
    texts = read_api.questions(QUESTIONS)
    misspelt = [t[:-2] + t[-1] + t[-2] for t in texts if len(t) > 5][:300]
    return [*_measure("search in process with facets", channel_id, texts, 2, 10),
            *_measure("the same, last letters swapped", channel_id, misspelt, None, 50)]


def search_million(stage: Stage) -> list[Row]:
    with read_million.filled(stage, read_million.LARGE) as channel_id:
        read_million.indexed()
        return _measure("search in process, 1,000,000 products", channel_id, read_million.questions(400), None, 50)


JOBS = {"search": Job(search), "search_million": Job(search_million, slow=True)}
