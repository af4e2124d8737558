"""What every shop page starts from: channel, language, departments and the visitor's cart."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language

from entrepot.catalog import public as catalog
from entrepot.catalog.contracts import ChannelInfo

CHANNEL_COOKIE = "channel"


def channel_of(request: HttpRequest) -> ChannelInfo:
    """The channel the visitor chose, else the default one."""
    code = request.COOKIES.get(CHANNEL_COOKIE, "")
    return next((c for c in catalog.channels() if c.code == code), None) or catalog.default_channel()


def language_of(channel: ChannelInfo) -> str:
    """The active language if the channel sells in it, else the channel's first."""
    active = get_language() or "en"
    return active if active in channel.languages else channel.languages[0]


def page(request: HttpRequest, template: str, context: dict[str, Any], *, status: int = 200) -> HttpResponse:
    """Render a shop page with what its frame needs."""
    channel = channel_of(request)
    departments = catalog.category_tree(language_of(channel))
    return render(request, f"storefront/{template}.html",
                  {"channel": channel, "departments": departments, **context}, status=status)
