"""Query parameters of the public reads, taken strictly: unknown, repeated or malformed ones are refused."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeVar
from urllib.parse import parse_qsl

from entrepot.catalog.contracts import ChannelInfo
from entrepot.kit import paging
from entrepot.kit.errors import N_, InvalidInput, RepeatedParameter, UnknownParameter
from entrepot.showcase.errors import UnknownLanguage

S = TypeVar("S", bound=StrEnum)

_MAX_PARAMETERS = 40
_MAX_VALUES = 50
_MAX_LENGTH = 500
_MAX_MINOR = 10**15
_ATTRIBUTE = re.compile(r"attr\[([-\w]{1,50})\]")


def parse(query: str, known: frozenset[str], *, attributes: bool = False) -> dict[str, str]:
    """Name to value; every name is known, each at most once."""
    if not query:
        return {}
    found: dict[str, str] = {}
    try:
        pairs = parse_qsl(query, keep_blank_values=True, max_num_fields=_MAX_PARAMETERS, errors="strict")
    except ValueError as error:
        raise InvalidInput("query", N_("The address cannot be read.")) from error
    for name, value in pairs:
        if name not in known and not (attributes and _ATTRIBUTE.fullmatch(name)):
            raise UnknownParameter(name=name[:60])
        if name in found:
            raise RepeatedParameter(name=name)
        if "\0" in value or len(value) > _MAX_LENGTH:
            raise InvalidInput(name, N_("This value is too long or has characters that cannot be."))
        found[name] = value
    return found


def limit(given: dict[str, str]) -> int:
    return _whole(given, "limit", 1, paging.MAX_LIMIT) or paging.DEFAULT_LIMIT


def minor(given: dict[str, str], name: str) -> int | None:
    return _whole(given, name, 0, _MAX_MINOR)


def _whole(given: dict[str, str], name: str, least: int, most: int) -> int | None:
    value = given.get(name)
    if value is None:
        return None
    if not (value.isascii() and value.isdigit() and len(value) < 20 and least <= int(value) <= most):
        raise InvalidInput(name, N_("This must be a whole number in the allowed range."))
    return int(value)


def flag(given: dict[str, str], name: str) -> bool | None:
    value = given.get(name)
    if value not in (None, "true", "false"):
        raise InvalidInput(name, N_("This must be true or false."))
    return None if value is None else value == "true"


def choice(given: dict[str, str], name: str, kind: type[S], otherwise: S) -> S:
    value = given.get(name)
    if value is None:
        return otherwise
    try:
        return kind(value)
    except ValueError as error:
        raise InvalidInput(name, N_("This is none of the choices.")) from error


def several(given: dict[str, str], name: str) -> tuple[str, ...]:
    """Values separated by commas, each once."""
    values = tuple(dict.fromkeys(v for v in given.get(name, "").split(",") if v))
    if len(values) > _MAX_VALUES:
        raise InvalidInput(name, N_("These are too many values."))
    return values


def attributes(given: dict[str, str]) -> dict[str, tuple[str, ...]]:
    """`attr[color]=red,blue` as {"color": ("red", "blue")}."""
    found = {}
    for name in given:
        if match := _ATTRIBUTE.fullmatch(name):
            if values := several(given, name):
                found[match.group(1)] = values
    return found


@dataclass(frozen=True, slots=True)
class Place:
    """Where the visitor is: which channel, in which language."""

    channel: ChannelInfo
    language: str


def place(given: dict[str, str], accept_language: str, find_channel: Callable[[str], ChannelInfo],
          default_channel: Callable[[], ChannelInfo]) -> Place:
    """From `channel`, `lang` and the browser's wish; the channel's first language when nothing fits."""
    code = given.get("channel")
    channel = default_channel() if code is None else find_channel(code)
    wanted = given.get("lang")
    if wanted is None:
        return Place(channel, negotiated(accept_language, channel.languages))
    if wanted.lower() not in channel.languages:
        raise UnknownLanguage(language=wanted[:20])
    return Place(channel, wanted.lower())


def negotiated(accept_language: str, languages: tuple[str, ...]) -> str:
    """The first of the browser's languages, in its order of preference, that the channel speaks."""
    if not accept_language or len(languages) == 1:
        return languages[0]
    wishes: list[tuple[float, int, str]] = []
    for part in accept_language[:200].lower().split(","):
        tag, _, quality = part.partition(";q=")
        wishes.append((-_quality(quality), len(wishes), tag.strip()))
    for _, _, tag in sorted(wishes):
        for language in languages:
            if tag == language or _base(tag) == _base(language):
                return language
    return languages[0]


def _quality(text: str) -> float:
    try:
        return float(text) if text else 1.0
    except ValueError:
        return 0.0


def _base(tag: str) -> str:
    return tag.partition("-")[0]
