"""Whole addresses of the shop's pages in a channel and language, as they are told to those outside."""

from __future__ import annotations

from functools import lru_cache
from urllib.parse import quote, urlencode

from django.urls import NoReverseMatch, reverse
from django.utils import translation

from entrepot.catalog.contracts import ChannelInfo

_PLACE = "0slug0"


@lru_cache(maxsize=256)
def _shape(route: str, language: str, bare: bool) -> str:
    with translation.override(language):
        return reverse(route) if bare else reverse(route, args=[_PLACE])


def whole(site: str, channel: ChannelInfo, language: str, route: str, slug: str = "",
          query: dict[str, str] | None = None) -> str:
    """`site` is scheme and host. Channels other than the default one are named in the query, for a reader without
    cookies is shown the default one.
    """
    path = _shape(route, language, not slug).replace(_PLACE, quote(slug))
    asked = {**(query or {}), **({} if channel.is_default else {"channel": channel.code})}
    return f"{site}{path}{'?' + urlencode(asked) if asked else ''}"


def exists(route: str) -> bool:
    try:
        reverse(route, args=[_PLACE])
    except NoReverseMatch:
        return False
    return True
