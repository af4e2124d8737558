"""Products like another one: of the same department, better the same shelf, alike in name, attributes and brand."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from entrepot.showcase.engine import analysis, schema
from entrepot.showcase.engine.reader import Scope

_SHELF, _WORD, _ATTRIBUTE, _BRAND, _STOCK = 6.0, 1.0, 1.5, 1.0, 3.0


def find_similar(scope: Scope, page: dict[str, Any], limit: int) -> list[int]:
    """Ids of documents, the most alike first; `page` is the product's own document."""
    import tantivy

    crumbs = [c["slug"] for c in page["breadcrumb"]]
    if not crumbs:
        return []
    known, occur = schema.products(), tantivy.Occur

    def liking(field: str, term: Any, weight: float) -> tuple[Any, Any]:
        same = tantivy.Query.const_score_query(tantivy.Query.term_query(known, field, term, "basic"), weight)
        return occur.Should, same

    clauses = [(occur.Must, tantivy.Query.const_score_query(
        tantivy.Query.term_query(known, "filter", f"category:{crumbs[0]}", "basic"), 0.0))]
    clauses += [liking("filter", f"category:{slug}", _SHELF) for slug in crumbs[1:]]
    words = dict.fromkeys(analysis.words(page["name"], scope.frequency))
    clauses += [liking("name", analysis.stem(word), _WORD) for word in words]
    clauses += [liking("filter", f"{a['code']}={a['value']}", _ATTRIBUTE) for a in page["attributes"] if a["is_facet"]]
    if page["brand"]:
        clauses.append(liking("filter", f"brand:{page['brand']['slug']}", _BRAND))
    clauses.append(liking("stock", 1, _STOCK))
    clauses.append((occur.MustNot, tantivy.Query.term_query(known, "product", UUID(page["id"]).hex, "basic")))
    hits = scope.products.search(tantivy.Query.boolean_query(clauses), limit=limit, count=False).hits
    return list(scope.products.fast_field_values("document", [at for _, at in hits])) if hits else []
