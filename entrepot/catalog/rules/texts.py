"""Texts, slugs and addresses: what is let in, and in which shape."""

from __future__ import annotations

import re
import unicodedata

import nh3

from entrepot.catalog.contracts import Texts
from entrepot.kit.bylanguage import CONTROL, check_texts, is_language
from entrepot.kit.codes import check_code
from entrepot.kit.errors import N_, InvalidInput

_SLUG = re.compile(r"[-\w]+")
_MARKUP = re.compile(r"[<>&\u00a0]")

_TAGS = {"p", "br", "hr", "h2", "h3", "h4", "h5", "h6", "strong", "b", "em", "i", "u", "s", "sub", "sup", "small",
         "mark", "ul", "ol", "li", "dl", "dt", "dd", "blockquote", "pre", "code", "span", "div", "a", "img", "figure",
         "figcaption", "table", "caption", "thead", "tbody", "tfoot", "tr", "th", "td"}
_ATTRIBUTES = {"a": {"href", "title"}, "img": {"src", "alt", "width", "height"}, "th": {"colspan", "rowspan", "scope"},
               "td": {"colspan", "rowspan"}, "*": {"lang", "dir"}}
_HTML = nh3.Cleaner(tags=_TAGS, attributes=_ATTRIBUTES, url_schemes={"http", "https", "mailto", "tel"},
                    link_rel="noopener noreferrer nofollow", clean_content_tags={"script", "style"})


def html(text: str) -> str:
    """HTML without anything that could act: scripts, handlers, styles, forms, frames, odd address schemes."""
    return _HTML.clean(text) if _MARKUP.search(text) else text


def check_html(field: str, texts: Texts) -> Texts:
    """Texts by language without anything that could act. Raises InvalidInput."""
    return {language: html(text) for language, text in check_texts(field, texts, limit=200_000).items()}


def is_storable(text: str) -> bool:
    """Neither NUL nor half a surrogate pair: what no database and no encoder takes."""
    return "\x00" not in text and not any("\ud800" <= c <= "\udfff" for c in text)


def check_line(field: str, text: str, limit: int, *, required: bool = False) -> str:
    """One line of plain text."""
    if CONTROL.search(text) or "\n" in text or "\r" in text or len(text) > limit:
        raise InvalidInput(field, N_("is too long or holds characters that are not allowed"))
    if required and not text.strip():
        raise InvalidInput(field, N_("is missing"))
    return text.strip()


def check_seo(seo: dict[str, Texts]) -> dict[str, Texts]:
    """`{language: {"title", "description"}}`, empty languages dropped."""
    kept: dict[str, Texts] = {}
    for language, parts in seo.items():
        if not is_language(language) or not set(parts) <= {"title", "description"}:
            raise InvalidInput("seo", N_("has a title and a description per language, nothing else"))
        if texts := {k: line for k, v in parts.items() if (line := check_line("seo", v, 500))}:
            kept[language] = texts
    return kept


def check_slug(slug: str, limit: int = 200) -> str:
    """Raises InvalidInput."""
    if len(slug) > limit or not _SLUG.fullmatch(slug):
        raise InvalidInput("slug", N_("consists of letters, digits, hyphens and underscores"))
    return slug


def check_map(field: str, values: dict[str, str], *, limit: int = 200) -> dict[str, str]:
    """A map from codes to single lines, such as external ids and customs data; empty values dropped."""
    if len(values) > 50:
        raise InvalidInput(field, N_("has too many entries"))
    return {check_code(field, key): line for key, value in values.items() if (line := check_line(field, value, limit))}


def slugify(text: str, limit: int = 120) -> str:
    """Words in any script joined by hyphens; empty when there are none."""
    plain = unicodedata.normalize("NFKC", text).lower()
    return re.sub(r"[\W_]+", "-", plain).strip("-")[:limit].rstrip("-")


def slug_of(name: Texts) -> str:
    """From the English name when there is one, since it makes the most portable address."""
    return slugify(name.get("en") or next(iter(name.values()), ""))
