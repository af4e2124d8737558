"""What stands in the page editor: read from the form as it was typed, changed block by block, shown again."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.conf import settings
from django.http import QueryDict

from entrepot.growth.blocks import KINDS, Field, Kind
from entrepot.growth.contracts import Content, PageInfo

LANGUAGES = tuple(settings.LANGUAGES)
_MOST = 60
Data = dict[str, Any]


@dataclass(slots=True)
class Sheet:
    """The editor's state. Blocks are as they are stored, except that what was typed may not be valid yet."""

    slug: str = ""
    channels: list[str] = field(default_factory=list)
    title: dict[str, str] = field(default_factory=dict)
    seo: dict[str, dict[str, str]] = field(default_factory=dict)
    blocks: list[Data] = field(default_factory=list)
    version: int = 0
    dirty: bool = False

    def content(self) -> Content:
        return Content(self.title, self.seo, tuple(self.blocks))


def of_page(page: PageInfo, content: Content, codes: dict[int, str]) -> Sheet:
    return Sheet(page.slug, [codes[c] for c in page.channels if c in codes], dict(content.title),
                 {k: dict(v) for k, v in content.seo.items()}, [dict(b) for b in content.blocks], page.latest)


# ---- reading the form

def read(post: QueryDict) -> Sheet:
    seo = {code: {part: post.get(f"seo-{part}-{code}", "").strip() for part in ("title", "description")}
           for code, _label in LANGUAGES}
    return Sheet(post.get("slug", "").strip(), post.getlist("channel"), _texts(post, "title"), seo,
                 [_block(post, n) for n in range(_count(post, "blocks"))], whole(post.get("version", "")), True)


def whole(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0


def _count(post: QueryDict, name: str) -> int:
    return min(whole(post.get(name, "")), _MOST)


def _texts(post: QueryDict, name: str) -> dict[str, str]:
    return {code: post.get(f"{name}-{code}", "") for code, _label in LANGUAGES}


def _block(post: QueryDict, number: int) -> Data:
    kind = KINDS.get(post.get(f"b-{number}-kind", ""), KINDS["text"])
    return {"kind": kind.code, "data": {f.name: _value(post, f, f"b-{number}-{f.name}") for f in kind.fields}}


def _value(post: QueryDict, asked: Field, name: str) -> Any:
    if asked.translated:
        return _texts(post, name)
    if asked.kind is Kind.SLUGS:
        return [line.strip() for line in re.split(r"[\n,，]", post.get(name, "")) if line.strip()]
    if asked.kind is Kind.FLAG:
        return name in post
    if asked.kind is Kind.GROUP:
        return [{f.name: _value(post, f, f"{name}-{n}-{f.name}") for f in asked.fields}
                for n in range(_count(post, name))]
    return post.get(name, "").strip()


# ---- changing its order: the buttons of the editor

def apply(sheet: Sheet, command: str) -> bool:
    """Do what a button says, such as `add:text` or `move:3:1`; False when it says no such thing."""
    verb, *values = command.split(":")
    step = _STEPS.get(verb)
    if step is None or len(values) != step[0]:
        return False
    step[1](sheet, values)
    return True


def _move(rows: list[Any], old: int, new: int) -> None:
    if 0 <= old < len(rows) and 0 <= new < len(rows):
        rows.insert(new, rows.pop(old))


def _drop(rows: list[Any], at: int) -> None:
    if 0 <= at < len(rows):
        rows.pop(at)


def _add(sheet: Sheet, values: list[str]) -> None:
    if values[0] in KINDS and len(sheet.blocks) < _MOST:
        sheet.blocks.append({"kind": values[0], "data": {f.name: empty(f) for f in KINDS[values[0]].fields}})


def empty(asked: Field) -> Any:
    """What a field of a new block holds."""
    plain: dict[Kind, Any] = {Kind.NUMBER: str(asked.default), Kind.FLAG: False, Kind.SLUGS: []}
    if asked.translated:
        return {}
    if asked.kind is Kind.GROUP:
        return [{f.name: empty(f) for f in asked.fields}]
    return plain.get(asked.kind, "")


def _items(sheet: Sheet, values: Sequence[str]) -> tuple[list[Any], Field | None]:
    at = whole(values[0])
    if at >= len(sheet.blocks):
        return [], None
    block = sheet.blocks[at]
    asked = next((f for f in KINDS[block["kind"]].fields if f.name == values[1] and f.kind is Kind.GROUP), None)
    return (block["data"].get(values[1]) or [], asked) if asked else ([], None)


def _add_item(sheet: Sheet, values: list[str]) -> None:
    items, asked = _items(sheet, values)
    if asked is not None and len(items) < _MOST:
        items.append({f.name: empty(f) for f in asked.fields})
        sheet.blocks[whole(values[0])]["data"][asked.name] = items


_STEPS: dict[str, tuple[int, Callable[[Sheet, list[str]], None]]] = {
    "add": (1, _add),
    "drop": (1, lambda sheet, v: _drop(sheet.blocks, whole(v[0]))),
    "move": (2, lambda sheet, v: _move(sheet.blocks, whole(v[0]), whole(v[1]))),
    "add-item": (2, _add_item),
    "drop-item": (3, lambda sheet, v: _drop(_items(sheet, v)[0], whole(v[2]))),
    "move-item": (4, lambda sheet, v: _move(_items(sheet, v)[0], whole(v[2]), whole(v[3]))),
}


# ---- showing it

def shown(sheet: Sheet, *, wrong: tuple[int, str, str] | None = None) -> list[Data]:
    """The blocks as the template draws them; `wrong` is (number from one, field, sentence)."""
    last = len(sheet.blocks) - 1
    return [{"n": n, "number": n + 1, "kind": KINDS[b["kind"]], "before": n - 1 if n else None,
             "after": n + 1 if n < last else None, "wrong": bool(wrong and wrong[0] == n + 1),
             "summary": _summary(b),
             "fields": [_field(f, b["data"].get(f.name), f"b-{n}-{f.name}", wrong if wrong and wrong[0] == n + 1
                               else None, n) for f in KINDS[b["kind"]].fields]}
            for n, b in enumerate(sheet.blocks)]


def _summary(block: Data) -> str:
    """The first words of a block, by which it is known when it is folded."""
    for value in (block["data"].get(f.name) for f in KINDS[block["kind"]].fields):
        if isinstance(value, dict) and (words := next((t for t in value.values() if t), "")):
            return " ".join(words.split())[:80]
    return ""


def _field(asked: Field, value: Any, name: str, wrong: tuple[int, str, str] | None, block: int) -> Data:
    error = wrong[2] if wrong and wrong[1] == asked.name else ""
    made = {"it": asked, "kind": asked.kind.value, "name": name, "id": f"f-{name}", "error": error, "value": value,
            "block": block}
    if asked.translated:
        texts = value if isinstance(value, dict) else {}
        made["texts"] = [{"code": code, "label": label, "value": texts.get(code, ""), "name": f"{name}-{code}",
                          "id": f"f-{name}-{code}"} for code, label in LANGUAGES]
    elif asked.kind is Kind.SLUGS:
        made["value"] = "\n".join(value or [])
    elif asked.kind is Kind.NUMBER:
        made["value"] = asked.default if value in (None, "") else value
    elif asked.kind is Kind.GROUP:
        items = value or []
        made["items"] = [{"n": n, "number": n + 1, "before": n - 1 if n else None,
                          "after": n + 1 if n < len(items) - 1 else None,
                          "fields": [_field(f, item.get(f.name), f"{name}-{n}-{f.name}", wrong, block)
                                     for f in asked.fields]} for n, item in enumerate(items)]
    return made
