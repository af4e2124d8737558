"""Whole addresses of the shop's pages in a channel and language, as they are told to those outside."""

from __future__ import annotations

from functools import lru_cache
from urllib.parse import quote, urlencode

from django.conf import settings
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
    """`site` is scheme and host. In a language that our pages do not speak, the address is that of the default one's
    page, as visitors get it. Channels other than the default one are named in the query, for a reader without
    cookies is shown the default one.
    """
    spoken = language if language in dict(settings.LANGUAGES) else settings.LANGUAGE_CODE
    path = _shape(route, spoken, not slug).replace(_PLACE, quote(slug))
    asked = {**(query or {}), **({} if channel.is_default else {"channel": channel.code})}
    return f"{site}{path}{'?' + urlencode(asked) if asked else ''}"


def exists(route: str) -> bool:
    try:
        reverse(route, args=[_PLACE])
    except NoReverseMatch:
        return False
    return True
