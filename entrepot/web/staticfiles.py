"""Static files under names that carry a digest of their content: kept for good by browsers, new when they change.

`collectstatic` names and compresses them, the web process sends them. Without it (in tests) they have their plain
names. See docs/adr/0012.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any
from wsgiref.headers import Headers

from django.core.files.base import ContentFile
from django.core.files.storage import InMemoryStorage
from whitenoise.middleware import WhiteNoiseMiddleware
from whitenoise.storage import CompressedManifestStaticFilesStorage

_WORTH_IT = (".css", ".js", ".svg", ".json")
# Scripts and style sheets that do nothing but import others: one journey instead of one for each.
_JOINED = ("storefront/main.js", "storefront/main.css")
_IMPORT = re.compile(r'^@?import "\./([\w-]+\.(js|css))";$', re.M)


class NamedByContent(CompressedManifestStaticFilesStorage):  # type: ignore[misc]  # an untyped package
    """A file that is not there keeps its plain name: a missing typeface or map must not stop the shop from opening."""

    manifest_strict = False

    def hashed_name(self, name: str, content: object = None, filename: str | None = None) -> str:
        try:
            return str(super().hashed_name(name, content, filename))
        except ValueError:
            return name

    def post_process(self, paths: dict[str, Any], dry_run: bool = False, **options: Any) -> Iterator[Any]:
        joined = InMemoryStorage()
        for name in _JOINED if not dry_run else ():
            joined.save(name, ContentFile(_together(name, paths).encode()))
            paths[name] = (joined, name)
        yield from super().post_process(paths, dry_run=dry_run, **options)

    def compress_files(self, paths: Iterable[str]) -> Iterator[tuple[str, str]]:
        """Only what pages ask for, and once: under such a name nothing changes any more."""
        named = set(self.hashed_files.values())
        fresh = (p for p in paths if p in named and p.endswith(_WORTH_IT) and not Path(self.path(p + ".gz")).exists())
        yield from super().compress_files(fresh)


def _together(name: str, paths: dict[str, Any]) -> str:
    """The imported files in place of their imports; a script in a block of its own, so that its names stay its own."""

    def read(path: str) -> str:
        storage, where = paths[path]
        with storage.open(where) as file:
            return str(file.read().decode())

    def imported(found: re.Match[str]) -> str:
        text = read(f"{name.rpartition('/')[0]}/{found[1]}")
        return f"{{\n{text}}}" if found[2] == "js" else text

    return _IMPORT.sub(imported, read(name))


class StaticFiles(WhiteNoiseMiddleware):  # type: ignore[misc]  # an untyped package
    """Answers before the gate, so it says itself what the gate says of every answer."""

    def add_cache_headers(self, headers: Headers, path: str, url: str) -> None:
        super().add_cache_headers(headers, path, url)
        headers["X-Content-Type-Options"] = "nosniff"
        headers["Cross-Origin-Resource-Policy"] = "same-origin"
