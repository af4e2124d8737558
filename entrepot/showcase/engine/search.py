"""From a question to ids, counts and facets: one pass over the index, and one more per filter in use."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from itertools import pairwise
from typing import Any
from uuid import UUID

from entrepot.showcase import rules
from entrepot.showcase.contracts import Facet, FacetValue, SearchHits, SearchRequest, SearchSort
from entrepot.showcase.engine import analysis, schema
from entrepot.showcase.engine.reader import Scope

_NAME_BOOST = 3.0
_CODE_BOOST = 20.0
_SHELF_BOOST = 6.0  # a word of the name of a category that has the product
_WHOLE_SHELF_BOOST = 12.0  # the question says nothing else than such a name
_POPULAR_BOOST = 1.2  # each step of how well something sells: decides among what fits as well
_MAX_VALUES = 30
_MAX_ATTRIBUTE_VALUES = 300
_PREFIX_WORDS = 12


@dataclass(frozen=True, slots=True)
class Merchandising:
    """What people decided about searches in a language: groups of synonyms, pins and buried products by query."""

    synonyms: Mapping[str, tuple[str, ...]] = field(default_factory=dict)  # word -> what it may also be called
    pins: Mapping[str, tuple[tuple[UUID, int], ...]] = field(default_factory=dict)


def find(scope: Scope, request: SearchRequest, rules_of: Merchandising, unit_minor: int) -> SearchHits:
    """The page of hits asked for. `unit_minor` is how many minor units make a major one (price bands)."""
    asked, loose = _understand(scope, request.text, rules_of)
    pins = rules_of.pins.get(rules.normalised_query(request.text), ()) if request.text else ()
    plan = _Plan(scope, request, asked, _filters(request), *rules.split_pins(pins))
    ids, total = plan.page()
    # pins are found whatever the words find
    if loose and (not total or pins) and not _any(scope, asked.fitting) and (relaxed := loose()):
        asked, plan = relaxed, replace(plan, asked=relaxed)
        ids, total = plan.page()
    facets = _facets(plan, unit_minor) if request.facets else ()
    return SearchHits(tuple(ids), total, facets, asked.correction, asked.is_relaxed)


# ---- understanding the words

_Terms = Sequence[str]  # of a word or of a synonym with several words


@dataclass(frozen=True, slots=True)
class _Asked:
    """A text as queries: for what fits at all, and for that in the best order, which costs more. None: everything."""

    fitting: Any = None
    ranked: Any = None
    correction: str = ""  # how its words were put right
    is_relaxed: bool = False  # not all words are asked for


def _understand(scope: Scope, text: str, rules_of: Merchandising) -> tuple[_Asked, Callable[[], _Asked | None] | None]:
    """All words; and, for when nothing has them, most of the words, or None where not even these are found."""
    words = analysis.words(text, lambda word: scope.frequency(word) or word in rules_of.synonyms)
    if not words:
        return _Asked(), None
    alternatives, corrected = [], list(words)
    for at, word in enumerate(words):
        options, corrected[at] = _options(scope, word, rules_of, is_last=at == len(words) - 1)
        alternatives.append(options)
    correction = " ".join(corrected) if corrected != list(words) else ""

    def relaxed() -> _Asked | None:
        loose = _loose(text, alternatives, ranked=False)
        if loose is None or not _any(scope, loose):
            return None
        return _Asked(loose, _loose(text, alternatives, ranked=True), correction, True)

    return _Asked(_strict(text, alternatives), _strict(text, alternatives, corrected), correction), relaxed


def _strict(text: str, alternatives: Sequence[Sequence[_Terms]], words: Sequence[str] = ()) -> Any:
    """All words, or the text as a SKU or barcode. With `words`, in the best order: what stands on the shelf that they
    name comes first, and among equals what sells well.
    """
    import tantivy

    clauses = [(tantivy.Occur.Must, _either(options, ranked=bool(words))) for options in alternatives]
    if words:
        on_shelf = [(tantivy.Occur.Must, _term("shelf", analysis.stem(w))) for w in words]
        clauses.append(_better(tantivy.Query.boolean_query(on_shelf), _WHOLE_SHELF_BOOST))
        clauses += [_better(_term("filter", f"sold:{step}"), _POPULAR_BOOST)
                    for step in range(1, rules.MOST_POPULAR + 1)]
    code = tantivy.Query.boost_query(_term("code", text.strip().lower()), _CODE_BOOST)
    return tantivy.Query.boolean_query([(tantivy.Occur.Should, tantivy.Query.boolean_query(clauses)),
                                        (tantivy.Occur.Should, code)])


def _loose(text: str, alternatives: Sequence[Sequence[_Terms]], *, ranked: bool) -> Any:
    """Most of the words; for Chinese, every pair of characters of the question."""
    import tantivy

    should = tantivy.Occur.Should
    options = []
    if len(alternatives) > 1:
        options.append(tantivy.Query.boolean_query([(should, _either(a, ranked=ranked)) for a in alternatives],
                                                   minimum_number_should_match=math.ceil(len(alternatives) / 2)))
    if pairs := analysis.gram_terms(text):
        options.append(tantivy.Query.boolean_query([(tantivy.Occur.Must, _term("grams", p)) for p in pairs]))
    return tantivy.Query.boolean_query([(should, o) for o in options]) if options else None


def _any(scope: Scope, query: Any) -> bool:
    return bool(scope.products.search(query, limit=1, count=False).hits)


def _term(field: str, value: str) -> Any:
    import tantivy

    return tantivy.Query.term_query(schema.products(), field, value, "basic")


def _better(query: Any, boost: float) -> tuple[Any, Any]:
    """A clause that adds the same to the score of everything that it fits."""
    import tantivy

    return tantivy.Occur.Should, tantivy.Query.const_score_query(query, boost)


def _options(scope: Scope, word: str, rules_of: Merchandising, *, is_last: bool) -> tuple[list[_Terms], str]:
    """What a word may match: itself, its synonyms; an unknown one its beginning (if last) or its nearest spelling."""
    said = [word, *rules_of.synonyms.get(word, ())]
    known = [w for w in said if " " in w or scope.frequency(w)]
    instead = word
    if not known:
        known = _completions(scope, word) if is_last else []
    if not known and (instead := correct(scope, word) or word) != word:
        known = [instead]
    return [[analysis.stem(w) for w in analysis.words(one, scope.frequency)] for one in known or [word]], instead


def _completions(scope: Scope, word: str) -> list[str]:
    """Words that begin like this, the most frequent ones."""
    if len(word) < 3:
        return []
    found = scope.products.terms_with_prefix("lead", word, limit=500)
    return [w for w, _ in sorted(found, key=lambda f: (-f[1], f[0]))[:_PREFIX_WORDS]]


def correct(scope: Scope, word: str) -> str:
    """The nearest spelling of an unknown word that products have, or nothing."""
    import tantivy

    for distance in range(1, rules.allowed_typos(word) + 1):
        query = tantivy.Query.fuzzy_term_query(schema.spelling(), "word", word, distance)
        hits = scope.spelling.search(query, limit=200, count=False).hits
        candidates = [scope.spelling.doc(address).get_first("word") for _, address in hits]
        if best := rules.best_spelling(word, [(w, scope.frequency(w)) for w in candidates]):
            return best
    return ""


def _either(options: Sequence[_Terms], *, ranked: bool) -> Any:
    """One of the options with all its words: needed in the text, better in the name and that of a category."""
    import tantivy

    queries = []
    for terms in options:
        clauses = [(tantivy.Occur.Must, _in_text(t)) for t in terms]
        if ranked:
            clauses += [(tantivy.Occur.Should, tantivy.Query.boost_query(
                tantivy.Query.term_query(schema.products(), "name", t, "freq"), _NAME_BOOST)) for t in terms]
            clauses += [_better(_term("shelf", t), _SHELF_BOOST) for t in terms]
        queries.append(tantivy.Query.boolean_query(clauses))
    return queries[0] if len(queries) == 1 else tantivy.Query.boolean_query(
        [(tantivy.Occur.Should, q) for q in queries])


def _in_text(term: str) -> Any:
    """A single Han character counts inside longer words of names too: who asks for 茶 wants 花茶."""
    import tantivy

    whole = tantivy.Query.term_query(schema.products(), "text", term, "freq")
    if len(term) > 1 or not rules.CJK.match(term):
        return whole
    return tantivy.Query.boolean_query([(tantivy.Occur.Should, whole), (tantivy.Occur.Should, _term("grams", term))])


# ---- filters


def _filters(request: SearchRequest) -> dict[str, Any]:
    """A query per facet in use, by the facet's code."""
    import tantivy

    found: dict[str, Any] = {}
    if request.categories:
        found["category"] = _any_of(f"category:{slug}" for slug in request.categories)
    if request.collections:
        found["collection"] = _any_of(f"collection:{slug}" for slug in request.collections)
    if request.brands:
        found["brand"] = _any_of(f"brand:{slug}" for slug in request.brands)
    for code, values in request.attributes.items():
        found[f"attr[{code}]"] = _any_of(f"{code}={value}" for value in values)
    if request.price_from_minor is not None or request.price_to_minor is not None:
        found["price"] = tantivy.Query.range_query(
            schema.products(), "price", tantivy.FieldType.Unsigned, request.price_from_minor or 0,
            request.price_to_minor, include_upper=True)
    if request.in_stock is not None:
        found["in_stock"] = tantivy.Query.term_query(schema.products(), "stock", int(request.in_stock), "basic")
    if request.on_offer is not None:
        found["on_offer"] = tantivy.Query.term_query(schema.products(), "offer", int(request.on_offer), "basic")
    return found


def _any_of(terms: Iterable[str]) -> Any:
    import tantivy

    return tantivy.Query.const_score_query(tantivy.Query.boolean_query(
        [(tantivy.Occur.Should, tantivy.Query.term_query(schema.products(), "filter", t, "basic")) for t in terms]),
        0.0)


_SORTS = {SearchSort.BESTSELLING: ("sold", False), SearchSort.NEWEST: ("rank", False),
          SearchSort.PRICE: ("price", True), SearchSort.PRICE_DESC: ("price", False)}


@dataclass(frozen=True, slots=True)
class _Plan:
    """A question made ready: pinned products count as hits wherever the filters allow them."""

    scope: Scope
    request: SearchRequest
    asked: _Asked
    filters: Mapping[str, Any]
    pinned: Mapping[UUID, int]
    buried: frozenset[UUID]

    def query(self, *, ranked: bool = False, without: str = "", but: Iterable[UUID] = (),
              only: Iterable[UUID] | None = None) -> Any:
        """The text or the pins, narrowed by every filter except `without`; less the products in `but`."""
        import tantivy

        base = self._products(only) if only is not None else self._base(self.asked.ranked if ranked
                                                                        else self.asked.fitting)
        clauses = [(tantivy.Occur.Must, base)]
        clauses += [(tantivy.Occur.Must, q) for code, q in self.filters.items() if code != without]
        if excluded := list(but):
            clauses.append((tantivy.Occur.MustNot, self._products(excluded)))
        return clauses[0][1] if len(clauses) == 1 else tantivy.Query.boolean_query(clauses)

    def _base(self, text: Any) -> Any:
        import tantivy

        if text is None:
            return tantivy.Query.all_query()
        if not self.pinned:
            return text
        return tantivy.Query.boolean_query([(tantivy.Occur.Should, text),
                                            (tantivy.Occur.Should, self._products(self.pinned))])

    @staticmethod
    def _products(ids: Iterable[UUID]) -> Any:
        import tantivy

        return tantivy.Query.term_set_query(schema.products(), "product", [i.hex for i in ids])

    def page(self) -> tuple[list[int], int]:
        request = self.request
        if request.sort is not SearchSort.RELEVANCE:
            return self._sorted(*_SORTS[request.sort])
        if not self.pinned and not self.buried:
            return self._take(self.query(ranked=True), request.limit, offset=request.offset)
        return self._arranged()

    def _arranged(self) -> tuple[list[int], int]:
        """Pins at their places, the found after them, the buried last."""
        end = self.request.offset + self.request.limit
        found, total = self._take(self.query(ranked=True, but=[*self.pinned, *self.buried]), end)
        low, buried = self._take(self.query(only=self.buried), end) if self.buried else ([], 0)
        pins = [(at, ids[0]) for product, at in self.pinned.items()
                if (ids := self._take(self.query(only=[product]), 1)[0])]
        ordered = rules.arrange([*found, *low], pins, offset=self.request.offset, limit=self.request.limit)
        return ordered, total + buried + len(pins)

    def _sorted(self, column: str, ascending: bool) -> tuple[list[int], int]:
        import tantivy

        order = tantivy.Order.Asc if ascending else tantivy.Order.Desc
        return self._take(self.query(), self.request.limit, offset=self.request.offset, order_by_field=column,
                          order=order)

    def _take(self, query: Any, limit: int, **how: Any) -> tuple[list[int], int]:
        searcher = self.scope.products
        found = searcher.search(query, limit=max(limit, 1), count=True, **how)
        addresses = [address for _, address in found.hits]
        return searcher.fast_field_values("document", addresses) if addresses else [], found.count


# ---- facets


_COLUMNS = {"category": ("category", _MAX_VALUES), "brand": ("brand_key", _MAX_VALUES),
            "attribute": ("attribute", _MAX_ATTRIBUTE_VALUES)}


def _facets(plan: _Plan, unit_minor: int) -> tuple[Facet, ...]:
    """Counts of every facet; one in use is counted without its own selection."""
    # segment_size: looking up a value's text is what costs, so a segment offers twice what is shown, not ten times,
    # and one that is alone just that
    times = 2 if plan.scope.products.num_segments > 1 else 1
    asked = {**{code: {"terms": {"field": column, "size": size, "segment_size": times * size}}
                for code, (column, size) in _COLUMNS.items()},
             "in_stock": {"sum": {"field": "stock"}}, "on_offer": {"sum": {"field": "offer"}},
             "price": _price_bands(unit_minor)}
    counts = _aggregate(plan, "", asked)
    for code in plan.filters:
        column = "attribute" if code.startswith("attr[") else code
        if column not in asked:  # a collection narrows but is no facet
            continue
        own = _aggregate(plan, code, {column: asked[column]})
        if column == "attribute":
            counts["attribute"] = _with_own_values(counts["attribute"], own["attribute"], code[5:-1])
        else:
            counts[column] = own[column]
    made = [_tree_facet(plan, counts["category"]), _brand_facet(plan, counts["brand"]),
            *_attribute_facets(plan, counts["attribute"]), _price_facet(plan, counts["price"]),
            _flag_facet("in_stock", counts["in_stock"], plan.request.in_stock),
            _flag_facet("on_offer", counts["on_offer"], plan.request.on_offer)]
    return tuple(f for f in made if f.values)


def _aggregate(plan: _Plan, without: str, asked: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = plan.scope.products.aggregate(plan.query(without=without), asked)
    return found


@lru_cache(8)
def _price_bands(unit_minor: int) -> dict[str, Any]:
    edges = rules.band_edges(unit_minor)
    bounds = [None, *edges, None]
    ranges = [{k: v for k, v in (("from", low), ("to", high)) if v is not None}
              for low, high in pairwise(bounds)]
    return {"range": {"field": "price", "ranges": ranges}}


def _with_own_values(all_of: dict[str, Any], own: dict[str, Any], code: str) -> dict[str, Any]:
    """The buckets of one attribute replaced by those counted without its selection."""
    start = code + schema.SEPARATOR
    kept = [b for b in all_of["buckets"] if not b["key"].startswith(start)]
    return {"buckets": [*kept, *(b for b in own["buckets"] if b["key"].startswith(start))]}


def _tree_facet(plan: _Plan, counted: dict[str, Any]) -> Facet:
    """A label may differ between documents for the second that a renaming takes; the slug counts."""
    sums: dict[str, list[Any]] = {}
    for bucket in counted["buckets"]:
        slug, parent, name = bucket["key"].split(schema.SEPARATOR)
        entry = sums.setdefault(slug, [0, name, parent])
        entry[0] += bucket["doc_count"]
        entry[2] = entry[2] or parent
    chosen = plan.request.categories
    return Facet("category", "", tuple(FacetValue(slug, e[1], e[0], slug in chosen, e[2]) for slug, e in sums.items()))


def _brand_facet(plan: _Plan, counted: dict[str, Any]) -> Facet:
    found = sorted((-b["doc_count"], plan.scope.brand(b["key"])) for b in counted["buckets"])
    return Facet("brand", "", tuple(FacetValue(slug, label, -count, slug in plan.request.brands)
                                    for count, (label, slug) in found))


def _attribute_facets(plan: _Plan, counted: dict[str, Any]) -> list[Facet]:
    by_code: dict[str, list[FacetValue]] = defaultdict(list)
    names: dict[str, str] = {}
    for bucket in counted["buckets"]:
        code, name, value, label = bucket["key"].split(schema.SEPARATOR)
        names[code] = name
        if len(by_code[code]) < _MAX_VALUES:
            chosen = value in plan.request.attributes.get(code, ())
            by_code[code].append(FacetValue(value, label, bucket["doc_count"], chosen))
    return [Facet(f"attr[{code}]", names[code], tuple(values)) for code, values in sorted(by_code.items())]


def _price_facet(plan: _Plan, counted: dict[str, Any]) -> Facet:
    bands = [rules.Band(_edge(b, "from"), _edge(b, "to"), b["doc_count"]) for b in counted["buckets"]]
    chosen = (plan.request.price_from_minor, plan.request.price_to_minor)
    values = [FacetValue(b.value, b.value, b.count,
                         chosen == (b.from_minor, None if b.to_minor is None else b.to_minor - 1))
              for b in rules.merge_bands(bands)]
    return Facet("price", "", tuple(values) if len(values) > 1 or any(v.selected for v in values) else ())


def _edge(bucket: dict[str, Any], side: str) -> int | None:
    return int(bucket[side]) if side in bucket else None


def _flag_facet(code: str, counted: dict[str, Any], asked: bool | None) -> Facet:
    count = int(counted["value"])
    return Facet(code, "", (FacetValue("true", "", count, asked is True),) if count else ())
