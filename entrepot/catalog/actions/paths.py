"""Categories named by their path, as files of goods name them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from itertools import count

from django.db import transaction

from entrepot.catalog.actions.categories import create_category
from entrepot.catalog.permissions import STRUCTURE
from entrepot.catalog.rules.texts import check_line, slugify
from entrepot.catalog.saving import lock_structure
from entrepot.kit import db
from entrepot.kit.actor import Actor

_LIMIT = 120  # letters of a category's slug
_WORDS = 1_000  # more than any name has
_NAMES = """
SELECT c.slug, (SELECT array_agg(coalesce(a.name->>'en', a.name->>(SELECT min(k) FROM jsonb_object_keys(a.name) k))
                                 ORDER BY nlevel(a.path)) FROM catalog_category a WHERE c.path <@ a.path) AS names
FROM catalog_category c WHERE c.slug = ANY((SELECT %s::text[])::text[])
"""

Words = tuple[str, ...]  # the slug of each name of a path, root first


def ensure_categories(paths: Iterable[tuple[str, ...]], *, actor: Actor) -> dict[tuple[str, ...], str]:
    """The slug of a category for each path of names, root first, made where it is missing (imports).

    Slugs are the path's words joined, so that "Women > Shoes" and "Men > Shoes" stay apart; where two paths join to
    the same words ("Home > Tea Sets" and "Home > Tea > Sets") the later one's slug is numbered.
    """
    actor.require(STRUCTURE)
    steps = {path[:n]: words for path in paths for n in range(1, len(path) + 1) if (words := _words(path[:n]))}
    with transaction.atomic():
        lock_structure()
        known = _known([_slug(words) for words in steps.values()])
        found: dict[tuple[str, ...], str] = {}
        for path, words in sorted(steps.items(), key=lambda step: (len(step[0]), step[0])):
            slug, is_there = _place(words, known)
            if not is_there:
                name = {"en": check_line("name", path[-1], 200, required=True)}
                create_category(slug, name, found.get(path[:-1]), actor=actor)
                known[slug] = words
            found[path] = slug
    return found


def _words(names: Iterable[str]) -> Words:
    return tuple(word for name in names if (word := slugify(name, _WORDS)))


def _slug(words: Words, number: int = 1) -> str:
    end = f"-{number}" if number > 1 else ""
    return slugify(" ".join(words), _LIMIT - len(end)) + end


def _known(slugs: Sequence[str]) -> dict[str, Words]:
    """Where the stored ones of these slugs stand in the tree today."""
    rows = db.rows(_NAMES, [list(slugs)]) if slugs else []
    return {r.slug: _words(name or "" for name in r.names) for r in rows}


def _place(words: Words, known: dict[str, Words]) -> tuple[str, bool]:
    """The slug of a path, and whether its category is there. Looks further only where another path has the slug."""
    for number in count(1):
        slug = _slug(words, number)
        if slug not in known and number > 1:
            known |= _known([slug])
        if slug not in known:
            return slug, False
        if known[slug] == words or not _is_own(slug, known[slug]):
            return slug, True
    raise AssertionError  # pragma: no cover  (numbers do not end)


def _is_own(slug: str, words: Words) -> bool:
    """Whether a category still has the slug that its path gives; one that people renamed or moved stays the same."""
    end = re.search(r"-([0-9]{1,6})$", slug)
    return slug == _slug(words) or (end is not None and slug == _slug(words, int(end[1])))
