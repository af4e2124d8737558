"""Sitemaps: an index, and gzipped parts per channel, language and kind, streamed as they are read."""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from datetime import datetime
from typing import NamedTuple
from xml.sax.saxutils import escape

from entrepot.catalog import public as catalog
from entrepot.catalog.contracts import ChannelInfo
from entrepot.growth import public as growth
from entrepot.showcase import public as showcase
from entrepot.web.storefront.addresses import exists, whole
from entrepot.web.storefront.shop import sold_in

PER_FILE = 40_000  # 50,000 addresses and 50 MB are allowed; each brings its alternates
KINDS = ("products", "categories", "collections", "pages")
_HREFLANG = {"zh-hans": "zh-Hans"}
_HEAD = ('<?xml version="1.0" encoding="UTF-8"?>\n<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"'
         ' xmlns:xhtml="http://www.w3.org/1999/xhtml">\n')


class Part(NamedTuple):
    channel: ChannelInfo
    language: str  # of the pages
    kind: str
    number: int

    @property
    def told_in(self) -> str:
        """The language of the goods: the pages' own if the channel sells in it, else the channel's first."""
        return self.language if self.language in self.channel.languages else self.channel.languages[0]


class Entry(NamedTuple):
    route: str
    slug: str
    changed: datetime | None
    languages: tuple[str, ...]


def parts() -> Iterator[Part]:
    """The files that there are now."""
    for channel in catalog.channels(active_only=True):
        for language in sold_in(channel):
            yield from (Part(channel, language, kind, number) for kind in KINDS
                        for number in range(1, 1 + _files(Part(channel, language, kind, 1))))


def is_there(part: Part) -> bool:
    return (part.kind in KINDS and part.language in sold_in(part.channel)
            and 1 <= part.number <= _files(part))


def _files(part: Part) -> int:
    """Of categories, collections and pages no shop has more than one file holds."""
    if part.kind != "products":
        return 1
    return max(1, -(-showcase.count_products(part.channel.id, part.told_in) // PER_FILE))


def index(site: str, modified: datetime | None) -> str:
    """The index of all files."""
    changed = f"<lastmod>{_moment(modified)}</lastmod>" if modified else ""
    lines = [f"<sitemap><loc>{site}/sitemaps/{p.channel.code}/{p.language}/{p.kind}-{p.number}.xml.gz</loc>{changed}"
             "</sitemap>" for p in parts()]
    return ('<?xml version="1.0" encoding="UTF-8"?>\n<sitemapindex xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">'
            + "\n".join(lines) + "</sitemapindex>\n")


def stream(site: str, part: Part) -> Iterator[bytes]:
    """The gzipped file."""
    return gzipped(_document(site, part))


def gzipped(pieces: Iterator[str]) -> Iterator[bytes]:
    packer = zlib.compressobj(6, zlib.DEFLATED, 31)
    for piece in pieces:
        if packed := packer.compress(piece.encode()):
            yield packed
    yield packer.flush()


def _document(site: str, part: Part) -> Iterator[str]:
    yield _HEAD
    for entry in _ENTRIES[part.kind](part):
        yield _line(site, part, entry)
    yield "</urlset>\n"


def _line(site: str, part: Part, entry: Entry) -> str:
    here = {lang: whole(site, part.channel, lang, entry.route, entry.slug) for lang in entry.languages}
    others = "".join(f'<xhtml:link rel="alternate" hreflang="{_HREFLANG.get(lang, lang)}" href="{escape(address)}"/>'
                     for lang, address in here.items()) if len(here) > 1 else ""
    changed = f"<lastmod>{_moment(entry.changed)}</lastmod>" if entry.changed else ""
    own = here.get(part.language) or whole(site, part.channel, part.language, entry.route, entry.slug)
    return f"<url><loc>{escape(own)}</loc>{changed}{others}</url>\n"


def _moment(at: datetime) -> str:
    return at.strftime("%Y-%m-%dT%H:%M:%SZ")


def _products(part: Part) -> Iterator[Entry]:
    skip = (part.number - 1) * PER_FILE
    for slug, changed in showcase.product_addresses(part.channel.id, part.told_in, skip=skip, limit=PER_FILE):
        yield Entry("shop:product", slug, changed, tuple(sold_in(part.channel)))


def _categories(part: Part) -> Iterator[Entry]:
    for slug, changed in showcase.shelf_addresses(part.channel.id, part.told_in, "category"):
        yield Entry("shop:category", slug, changed, tuple(sold_in(part.channel)))


def _collections(part: Part) -> Iterator[Entry]:
    if not exists("shop:collection"):
        return
    visible = {c.slug for c in catalog.collections() if c.is_visible}
    for slug, changed in showcase.shelf_addresses(part.channel.id, part.told_in, "collection"):
        if slug in visible:
            yield Entry("shop:collection", slug, changed, tuple(sold_in(part.channel)))


def _pages(part: Part) -> Iterator[Entry]:
    yield Entry("shop:home", "", None, tuple(sold_in(part.channel)))
    for found in growth.addresses(part.channel.id, part.language):
        languages = tuple(lang for lang in sold_in(part.channel) if lang in found.languages)
        if part.language in languages:
            yield Entry("shop:page", found.slug, found.changed_at, languages)


_ENTRIES = {"products": _products, "categories": _categories, "collections": _collections, "pages": _pages}
