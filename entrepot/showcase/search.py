"""Search and suggestions as visitors get them: the engine's hits with the cards of the moment."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from entrepot.catalog import public as catalog
from entrepot.kit import clock, money
from entrepot.kit.json import dumps
from entrepot.showcase import asked, merchandising, queries, rules
from entrepot.showcase.contracts import SearchHits, SearchRequest, SearchResult, Suggestions
from entrepot.showcase.engine import reader
from entrepot.showcase.engine import search as engine
from entrepot.showcase.engine import suggest as suggesting

FARTHEST = 2400  # nobody reads on from here; a filter helps more
_PAST_DAYS = 90
_EMPTY = SearchHits((), 0)


def hits(request: SearchRequest) -> SearchHits:
    """What the engine finds, in process: no statement, except that synonyms and pins are read again now and then."""
    scope = reader.scope(request.channel_id, request.language)
    if scope is None:
        return _EMPTY
    currency = catalog.channel(request.channel_id).currency
    # The engine makes room for everything before the page: an offset without bound would take the process down.
    request = replace(request, offset=max(0, min(request.offset, FARTHEST)))
    return engine.find(scope, request, merchandising.of_language(request.language),
                       10 ** money.exponent(currency))


def search(request: SearchRequest) -> SearchResult:
    """Hits with their cards (one statement)."""
    found = hits(request)
    if request.text and request.offset == 0:
        asked.note(request.language, request.text, empty=found.total == 0)
    following = request.offset + request.limit
    return SearchResult(tuple(queries.list_cards(found.document_ids)), found,
                        following if found.total > following and following < FARTHEST else None)


def suggest(channel_id: int, language: str, text: str, *, limit: int = 5) -> Suggestions:
    """Past queries, categories and products for the beginning of a question (two statements)."""
    text = rules.normalised_query(text)
    if not text:
        return Suggestions((), (), ())
    scope = reader.scope(channel_id, language)
    products = suggesting.find_products(scope, text, limit) if scope else []
    since = clock.now().date() - timedelta(days=_PAST_DAYS)
    return Suggestions(
        tuple(queries.find_past_queries(language, text, since, limit)),
        tuple(suggesting.find_categories(merchandising.categories(channel_id, language), text, limit)),
        tuple(queries.list_cards(products)))


def result_bytes(result: SearchResult, cursor: str | None) -> bytes:
    """A page of a search, ready to send."""
    found = result.hits
    rest = dumps({"next": cursor, "total": found.total, "did_you_mean": found.did_you_mean or None,
                  "relaxed": found.relaxed, "facets": found.facets})
    return b'{"items":[' + b",".join(result.cards) + b"]," + rest[1:]


def suggestion_bytes(found: Suggestions) -> bytes:
    rest = dumps({"queries": found.queries, "categories": [{"slug": s, "name": n} for s, n in found.categories]})
    return b'{"products":[' + b",".join(found.cards) + b"]," + rest[1:]
