"""The API's description, written once per version of the program and language.

Building it takes twenty megabytes that no web process need carry: it is built by a process of its own when an
installation starts, and sent as it was written. Without that file (in tests) the process at hand builds it.
"""

from __future__ import annotations

import os
from functools import cache
from hashlib import blake2b
from importlib.metadata import version
from pathlib import Path

from django.conf import settings

import entrepot
from entrepot.kit.home import folder
from entrepot.kit.json import dumps

ENGLISH = "en"


@cache
def _version() -> str:
    """The names change with the program."""
    root = Path(entrepot.__file__).parent
    sources = [*root.rglob("*.py"), *root.glob("web/rest/*.md"), *root.glob("web/locale/*/LC_MESSAGES/api.po")]
    newest = max(p.stat().st_mtime_ns for p in sources)
    told = f"{root} {newest} {version('django-ninja')} {version('pydantic')}"
    return blake2b(told.encode(), digest_size=12).hexdigest()


def _written(language: str) -> Path:
    """Where this version's description in a language is."""
    return folder("openapi") / f"{_version()}.{language}.json"


def languages() -> list[str]:
    return [code for code, _ in settings.LANGUAGES]


def are_written() -> bool:
    return all(_written(language).exists() for language in languages())


def write() -> None:
    """Build the descriptions and put them in the place of older ones."""
    for language in languages():
        kept = _written(language)
        fresh = kept.with_suffix(f".{os.getpid()}")
        fresh.write_bytes(_built(language))
        fresh.replace(kept)
    for older in set(_written(ENGLISH).parent.glob("*.json")) - {_written(language) for language in languages()}:
        older.unlink(missing_ok=True)


def _built(language: str) -> bytes:
    from entrepot.web.rest import words
    from entrepot.web.rest.api import api

    document = api.get_openapi_schema()
    return dumps(document if language == ENGLISH else words.translated(document, language))


def read(language: str) -> bytes:
    """In that language, or in English where we do not speak it."""
    spoken = language if language in languages() else ENGLISH
    return _written(spoken).read_bytes() if _written(spoken).exists() else _built(spoken)


def main() -> None:
    from entrepot.kit.command import ready

    ready(start_database=False)
    from django.urls import get_resolver

    get_resolver().url_patterns  # noqa: B018 mounts every context's routes
    write()


if __name__ == "__main__":
    main()
