"""What the templates of shelves and products need: pictures in the right size, how much a reduction is."""

from __future__ import annotations

from datetime import date
from functools import lru_cache
from typing import Any
from urllib.parse import quote

from django import template
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.dateformat import format as date_format
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from entrepot.kit.json import dumps, loads

register = template.Library()

_PLAIN = "!$&'()*+,;=:@~"  # what an address may have as it is


@register.filter
def to(slug: str, kind: str) -> str:
    """The address of a product, category or collection. Pages have a hundred of them, and `url` thinks about each."""
    before, after = _around(kind, get_language() or "en")
    return before + quote(slug, safe=_PLAIN) + after


@lru_cache(64)
def _around(kind: str, language: str) -> tuple[str, str]:
    before, _mark, after = reverse(f"shop:{kind}", args=["~"]).rpartition("~")
    return before, after


@register.simple_tag
def drawn(name: str, **things: Any) -> SafeString:
    """A template that shows nothing but the things given here, in the reader's language. Pages have dozens of cards:
    each is drawn once for as long as it says the same.
    """
    return _drawn(name, get_language() or "en", dumps(things))


@lru_cache(2048)
def _drawn(name: str, language: str, things: bytes) -> SafeString:
    return render_to_string(name, loads(things))


@register.simple_tag
def sources(image: dict[str, Any], width: int) -> SafeString:
    """`src` and, where we keep several sizes of the picture, `srcset`; `width` is what `src` should be near."""
    sizes = sorted([*image.get("renditions", ()), {"url": image["url"], "width": image.get("width")}],
                   key=lambda s: s["width"] or 0)
    if len(sizes) == 1:
        return format_html('src="{}"', image["url"])
    near = next((s for s in sizes if (s["width"] or 0) >= width), sizes[-1])
    every = format_html_join(", ", "{} {}w", ((s["url"], s["width"]) for s in sizes if s["width"]))
    return format_html('src="{}" srcset="{}"', near["url"], every)


@register.simple_tag(takes_context=True)
def share_picture(context: dict[str, Any], image: dict[str, Any] | None) -> str:
    """The whole address of a picture that messengers can show, or nothing."""
    url = (image or {}).get("raster") or (image or {}).get("url") or ""
    return "" if url.endswith(".svg") else context["request"].build_absolute_uri(url) if url else ""


@register.filter
def off(price: dict[str, Any]) -> int:
    """The reduction in whole per cent; a tenth of one is forgiven for prices that were rounded, no more is claimed."""
    regular: int = price["regular_minor"]
    return ((regular - int(price["amount_minor"])) * 1000 // regular + 1) // 10 if regular else 0


@register.filter
def weekday(value: date) -> SafeString:
    """A near day as one says it, which no end of a line takes apart: Tue 25 Nov; 11月25日 周二."""
    said = date_format(value, "n月j日 D" if (get_language() or "").startswith("zh") else "D j M")
    return format_html('<span class="day">{}</span>', said)
