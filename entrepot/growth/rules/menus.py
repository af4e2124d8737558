"""Whether a menu's entries are sound, and how they read in one language."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from entrepot.growth.contracts import MenuEntry, TargetKind
from entrepot.growth.rules.texts import SLUG, choose, is_address, localised
from entrepot.kit.bylanguage import check_texts
from entrepot.kit.errors import N_, InvalidInput

MOST_ENTRIES = 40
_KINDS = frozenset(k.value for k in TargetKind)


def check_items(given: object, *, depth: int = 0) -> list[dict[str, Any]]:
    """Entries in the shape that is stored; one level of entries below each."""
    if not isinstance(given, Sequence) or isinstance(given, str) or len(given) > MOST_ENTRIES:
        raise InvalidInput("items", N_("has too many entries"))
    return [_check_item(item, depth) for item in given]


def _check_item(given: object, depth: int) -> dict[str, Any]:
    if not isinstance(given, Mapping) or not set(given) <= {"label", "kind", "value", "items"}:
        raise InvalidInput("items", N_("is a list of entries"))
    below = given.get("items") or []
    if below and depth:
        raise InvalidInput("items", N_("A menu has two levels."))
    kind, value = str(given.get("kind", "")), str(given.get("value", "")).strip()
    if kind not in _KINDS:
        raise InvalidInput("kind", N_("is one of the choices"))
    if kind == TargetKind.ADDRESS:
        fine = is_address(value) or (not value and bool(below))  # a heading over its entries leads nowhere
    else:
        fine = len(value) <= 200 and bool(SLUG.fullmatch(value))
    if not fine:
        raise InvalidInput("value", N_("Say where the entry leads."))
    label = check_texts("label", given.get("label") or {}, limit=80, one_line=True, required=True)
    return {"label": label, "kind": kind, "value": value, "items": check_items(below, depth=depth + 1)}


def in_language(items: Sequence[Mapping[str, Any]], language: str, prefix: str = "") -> tuple[MenuEntry, ...]:
    """The menu that one visitor sees, all levels of it."""
    return tuple(MenuEntry(choose(item["label"], language), TargetKind(item["kind"]), localised(item["value"], prefix),
                           in_language(item["items"], language, prefix)) for item in items)
