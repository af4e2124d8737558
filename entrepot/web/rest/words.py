"""The API's description in another language than English.

Its catalogue (`api.po`) is one of its own: only the process that writes the description reads it, and no web process
carries seven hundred sentences that it never says.
"""

from __future__ import annotations

from collections.abc import Iterator
from copy import deepcopy
from functools import cache
from pathlib import Path
from typing import Any

from django.utils.translation import to_locale

from entrepot.web.rest import refusals, terms

Json = dict[str, Any]
_TOLD = ("summary", "description")


@cache
def catalogue(language: str) -> dict[str, str]:
    import polib

    path = Path(__file__).parents[1] / "locale" / to_locale(language) / "LC_MESSAGES" / "api.po"
    return {entry.msgid: entry.msgstr for entry in polib.pofile(str(path)) if entry.msgstr}


def told(node: Any) -> Iterator[tuple[Json, str]]:
    """Where in a document sentences are: whatever describes something."""
    if isinstance(node, dict):
        for key, value in node.items():
            if key in _TOLD and isinstance(value, str) and value:
                yield node, key
            elif key not in ("default", "example", "enum"):
                yield from told(value)
    elif isinstance(node, list):
        for value in node:
            yield from told(value)


def translated(document: Json, language: str) -> Json:
    made, words = deepcopy(document), catalogue(language)
    made["info"]["description"] = refusals.place(made)["description"] = ""
    for place, key in list(told(made)):
        place[key] = words.get(place[key], place[key])
    made["info"]["description"] = terms.introduction(language)
    refusals.place(made)["description"] = refusals.table(language)
    return made
