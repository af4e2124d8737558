"""Names in the document that clients are generated from: they follow addresses and shapes, not where a function is.

Contexts name their shapes alike (`LineIn`, `Page`), and ninja lets the last one win: so shapes are collected under
their full names and then called by the shortest name that is theirs alone.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from ninja.openapi import schema as ninja_schema
from ninja.schema import NinjaGenerateJsonSchema
from pydantic.json_schema import CoreModeRef, DefsRef

PREFIX = "#/components/schemas/"


class _FullNames(NinjaGenerateJsonSchema):
    def get_defs_ref(self, core_mode_ref: CoreModeRef) -> DefsRef:
        """Pydantic's choices without the short ones: they are unique in one model only."""
        ref = super().get_defs_ref(core_mode_ref)
        choices = self._prioritized_defsref_choices
        choices[ref] = [c for c in choices[ref] if "__" in c and c.partition("__")[0] == "entrepot" and "-" in c] \
            or choices[ref]
        return ref


@contextmanager
def full_names() -> Iterator[None]:
    """While the document is made, once per process."""
    ninja_schema.NinjaGenerateJsonSchema = _FullNames  # type: ignore[attr-defined,misc]  # ninja has no setting for it
    try:
        yield
    finally:
        ninja_schema.NinjaGenerateJsonSchema = NinjaGenerateJsonSchema  # type: ignore[attr-defined,misc]


def operation_id(method: str, path: str) -> str:
    """`get_carts_by_cart_id` for GET /api/v1/carts/{cart_id}."""
    resource = re.sub(r"\{(\w+)\}", r"by_\1", path.removeprefix("/api/v1/").removesuffix("/"))
    return re.sub(r"\W", "_", f"{method}_{resource}")


def shorten(document: dict[str, Any]) -> None:
    """Rename the components, and what refers to them."""
    schemas = document["components"]["schemas"]
    names = {name: name for name in schemas if not name.startswith("entrepot__")}
    names |= _short([name for name in schemas if name.startswith("entrepot__")], set(names))
    document["components"]["schemas"] = {names[name]: value for name, value in schemas.items()}
    _rename(document, {PREFIX + long: PREFIX + short for long, short in names.items()})


def _short(full: list[str], taken: set[str]) -> dict[str, str]:
    levels = [_candidates(name) for name in full]
    found: dict[str, str] = {}
    for level in range(4):
        counted = Counter(candidates[level] for candidates in levels)
        for name, candidates in zip(full, levels, strict=True):
            if name not in found and counted[candidates[level]] == 1 and candidates[level] not in taken:
                found[name] = candidates[level]
                taken.add(candidates[level])
    return found


def _candidates(name: str) -> tuple[str, str, str, str]:
    """LineIn, CheckoutLineIn, CheckoutLineInInput, and the name as it is."""
    qualified, _, mode = name.partition("-")
    parts = qualified.split("__")
    with_context = parts[1].title() + parts[-1]
    return parts[-1], with_context, with_context + mode.partition("_")[0], name


def _rename(node: Any, names: dict[str, str]) -> None:
    if isinstance(node, dict):
        if isinstance(node.get("$ref"), str):
            node["$ref"] = names.get(node["$ref"], node["$ref"])
        for value in node.values():
            _rename(value, names)
    elif isinstance(node, list):
        for value in node:
            _rename(value, names)
