"""What a visitor sees: one ready-made document per product, channel and language; lists of them; search.

We own documents, shelves and placements, the search index below the home folder, synonyms, pins and query counts.
Documents are derived: nothing here is the truth of anything, and all of it can be rebuilt from the contexts below.
Invariants: a document appears on the shelves it names and on no other; no placement without document and shelf;
a slug leads to one product per channel and language. Callers come in by `public`; the public reads by `express`.
"""
