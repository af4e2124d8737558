"""Marked-up text: what people type is Markdown, what visitors get is clean HTML."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

import nh3
from markdown_it import MarkdownIt

from entrepot.kit.bylanguage import CONTROL, check_texts
from entrepot.kit.errors import N_, InvalidInput

SLUG = re.compile(r"[^\W_]+(?:[-_][^\W_]+)*")
_PATH = re.compile(r"/(?!/)[^\s\\]*|#[\w-]+")
_HTTPS = re.compile(r"https://[a-z0-9.-]+(:\d+)?(/[^\s\\]*)?", re.IGNORECASE)

_TAGS = {"p", "br", "hr", "h2", "h3", "h4", "strong", "em", "s", "ul", "ol", "li", "blockquote", "code", "pre", "a",
         "table", "thead", "tbody", "tr", "th", "td"}
_CLEAN = nh3.Cleaner(tags=_TAGS, attributes={"a": {"href", "title"}}, url_schemes={"https", "http", "mailto", "tel"},
                     link_rel="noopener")


@lru_cache(maxsize=1)
def _markdown() -> MarkdownIt:
    return MarkdownIt("commonmark", {"html": False, "breaks": True}).enable(["table", "strikethrough"])


def to_html(text: str) -> str:
    """Safe HTML of marked-up text. Raw HTML in it is shown as text, a first heading begins at the second level."""
    levelled = re.sub(r"^(#+)(?=\s)", lambda m: "#" * min(4, max(2, len(m[1]))), text, flags=re.MULTILINE)
    return _CLEAN.clean(_markdown().render(levelled)).strip()


def check_slug(slug: str) -> str:
    """Raises InvalidInput."""
    if len(slug) > 120 or slug != slug.lower() or not SLUG.fullmatch(slug):
        raise InvalidInput("slug", N_("consists of small letters, digits and hyphens"))
    return slug


def check_seo(given: object) -> dict[str, dict[str, str]]:
    """Titles and descriptions by language, empty ones dropped. Raises InvalidInput."""
    if not isinstance(given, Mapping):
        raise InvalidInput("seo", N_("has a title and a description per language, nothing else"))
    kept: dict[str, dict[str, str]] = {}
    for language, parts in given.items():
        if not isinstance(parts, Mapping) or not set(parts) <= {"title", "description"}:
            raise InvalidInput("seo", N_("has a title and a description per language, nothing else"))
        lines = {key: check_texts("seo", {language: parts[key]}, limit=320, one_line=True).get(language, "")
                 for key in parts}
        if lines := {key: line for key, line in lines.items() if line}:
            kept[language] = lines
    return kept


def is_address(text: str) -> bool:
    """A path of the shop, a place on the page, or an https address: nothing that could act."""
    return len(text) <= 500 and bool(_PATH.fullmatch(text) or _HTTPS.fullmatch(text)) and not CONTROL.search(text)


def choose(texts: Mapping[str, Any] | None, language: str) -> str:
    """The text in `language`, else English, else any."""
    if not texts:
        return ""
    return str(texts.get(language) or texts.get("en") or next(iter(texts.values()), ""))


_HREF = re.compile(r'(?<=href=")(/[^"]*)')
_SHARED = ("/static/", "/media/", "/api/", "/office/", "/accounts/", "/feeds/", "/webhooks/")


def localised(path: str, prefix: str) -> str:
    """A path of the shop in the reader's language: `prefix` is "/zh-hans", or "" for the language without one."""
    if not prefix or not path.startswith("/") or path.startswith((*_SHARED, f"{prefix}/")):
        return path
    return prefix + path


def localised_html(html: str, prefix: str) -> str:
    """The same text with its links in the reader's language."""
    return _HREF.sub(lambda m: localised(m[1], prefix), html) if prefix else html
