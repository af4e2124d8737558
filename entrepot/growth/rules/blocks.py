"""Whether the blocks of a page are what their kinds ask for, and how they read in one language."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date
from typing import Any, NamedTuple
from uuid import UUID

from entrepot.growth.blocks import KINDS, Field, Kind
from entrepot.growth.contracts import Block
from entrepot.growth.errors import InvalidBlock
from entrepot.growth.rules.texts import SLUG, choose, is_address, localised, localised_html, to_html
from entrepot.kit.bylanguage import check_texts
from entrepot.kit.errors import N_, InvalidInput

MOST_BLOCKS, MOST_ITEMS, MOST_SLUGS = 60, 60, 48
_LIMITS = {Kind.LINE: 300, Kind.TEXT: 2000, Kind.RICH: 40_000}


def check_blocks(given: object) -> list[dict[str, Any]]:
    """The blocks in the shape that is stored; the first one that is wrong is named."""
    if not isinstance(given, Sequence) or isinstance(given, str) or len(given) > MOST_BLOCKS:
        raise InvalidInput("blocks", N_("has too many entries"))
    return [_check_block(number, block) for number, block in enumerate(given, 1)]


def _check_block(number: int, given: object) -> dict[str, Any]:
    kind = KINDS.get(str(given.get("kind", ""))) if isinstance(given, Mapping) else None
    data = given.get("data", {}) if isinstance(given, Mapping) else None
    if kind is None or not isinstance(data, Mapping):
        raise InvalidBlock(number=number, label="kind", reason=N_("There is no such kind of block."), field="kind")
    if unknown := set(data) - {f.name for f in kind.fields}:
        raise InvalidBlock(number=number, label=min(map(str, unknown)), reason=N_("There is no such field."),
                           field=min(map(str, unknown)))
    return {"kind": kind.code, "data": {f.name: v for f, v in _checked(number, kind.fields, data)}}


def _checked(number: int, fields: Sequence[Field], data: Mapping[str, Any]) -> Iterator[tuple[Field, Any]]:
    for field in fields:
        try:
            value = _check(number, field, data.get(field.name))
        except InvalidInput as error:
            raise InvalidBlock(number=number, label=field.label, reason=error.params["reason"],
                               field=field.name) from error
        if field.required and value in ("", [], {}, None):
            raise InvalidBlock(number=number, label=field.label, reason=N_("This field is required."),
                               field=field.name)
        yield field, value


def _check(number: int, field: Field, value: Any) -> Any:
    if field.translated:
        return check_texts(field.name, value or {}, limit=_LIMITS[field.kind], one_line=field.kind is Kind.LINE)
    if field.kind is Kind.GROUP:
        items = _list(field, value, MOST_ITEMS)
        if not all(isinstance(item, Mapping) for item in items):
            raise InvalidInput(field.name, N_("is a list of entries"))
        return [{f.name: v for f, v in _checked(number, field.fields, item)} for item in items]
    return _PLAIN[field.kind](field, value)


def _list(field: Field, value: Any, most: int) -> list[Any]:
    if value is None:
        return []
    if not isinstance(value, (list, tuple)) or len(value) > most:
        raise InvalidInput(field.name, N_("has too many entries"))
    return list(value)


def _address(field: Field, value: Any) -> str:
    text = str(value or "").strip()
    if text and not is_address(text):
        raise InvalidInput(field.name, N_("Write a path such as /c/kitchen/ or an address beginning with https://"))
    return text


def _picture(field: Field, value: Any) -> str:
    if value in (None, ""):
        return ""
    try:
        return str(UUID(str(value)))
    except ValueError as error:
        raise InvalidInput(field.name, N_("Choose a picture of the library.")) from error


def _slug(field: Field, value: Any) -> str:
    text = str(value or "").strip()
    if text and (len(text) > 200 or not SLUG.fullmatch(text)):
        raise InvalidInput(field.name, N_("consists of small letters, digits and hyphens"))
    return text


def _slugs(field: Field, value: Any) -> list[str]:
    return [slug for item in _list(field, value, MOST_SLUGS) if (slug := _slug(field, item))]


def _number(field: Field, value: Any) -> int:
    if value in (None, ""):
        return field.default
    text = str(value)
    if len(text) > 9 or not (text.isascii() and text.isdigit()) or not field.low <= int(text) <= field.high:
        raise InvalidInput(field.name, N_("is a number within its limits"))
    return int(text)


def _choice(field: Field, value: Any) -> str:
    codes = [code for code, _label in field.choices]
    if value in (None, ""):
        return codes[0]
    if value not in codes:
        raise InvalidInput(field.name, N_("is one of the choices"))
    return str(value)


def _flag(field: Field, value: Any) -> bool:
    if value is not None and not isinstance(value, bool):
        raise InvalidInput(field.name, N_("is yes or no"))
    return bool(value)


def _day(field: Field, value: Any) -> str:
    try:
        return date.fromisoformat(str(value)).isoformat() if value else ""
    except ValueError as error:
        raise InvalidInput(field.name, N_("is a day such as 2026-12-31")) from error


_PLAIN: dict[Kind, Callable[[Field, Any], Any]] = {
    Kind.ADDRESS: _address, Kind.PICTURE: _picture, Kind.SLUG: _slug, Kind.SLUGS: _slugs, Kind.NUMBER: _number,
    Kind.CHOICE: _choice, Kind.FLAG: _flag, Kind.DAY: _day}


def pictures_of(blocks: Sequence[Mapping[str, Any]]) -> set[str]:
    """The library's pictures that these blocks show."""
    return {block["data"][f.name] for block in blocks for f in KINDS[block["kind"]].fields
            if f.kind is Kind.PICTURE and block["data"].get(f.name)}


def in_language(blocks: Sequence[Mapping[str, Any]], language: str, pictures: Mapping[str, dict[str, Any]],
                today: date, prefix: str = "") -> tuple[Block, ...]:
    """The blocks as a template gets them; what has passed its last day is left out. `prefix` begins the shop's paths
    in this language.
    """
    reader = _Reader(language, pictures, prefix)
    return tuple(
        Block(block["kind"], {f.name: reader.read(f, block["data"].get(f.name)) for f in KINDS[block["kind"]].fields})
        for block in blocks if block["kind"] in KINDS and not _is_over(block["data"], today))


def _is_over(data: Mapping[str, Any], today: date) -> bool:
    until = data.get("until")
    return bool(until) and date.fromisoformat(str(until)) < today


class _Reader(NamedTuple):
    language: str
    pictures: Mapping[str, dict[str, Any]]
    prefix: str

    def read(self, field: Field, value: Any) -> Any:
        if field.kind is Kind.RICH:
            return localised_html(to_html(choose(value, self.language)), self.prefix)
        if field.translated:
            return choose(value, self.language)
        if field.kind is Kind.ADDRESS:
            return localised(value or "", self.prefix)
        if field.kind is Kind.PICTURE:
            found = self.pictures.get(value or "")
            return {**found, "alt": choose(found["alt"], self.language)} if found else None
        if field.kind is Kind.GROUP:
            return [{f.name: self.read(f, item.get(f.name)) for f in field.fields} for item in value or []]
        return value
