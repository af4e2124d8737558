"""Every `code` that a refusal can carry, with its status and its sentence: what a program can decide by."""

from __future__ import annotations

from collections.abc import Iterator
from importlib import import_module
from importlib.util import find_spec
from typing import Any

from django.utils.translation import gettext, override

from entrepot.kit.apps import contexts
from entrepot.kit.errors import DomainError
from entrepot.kit.rest import AT_THE_DOOR


def codes() -> list[tuple[int, str, str]]:
    """Status, code and English sentence of each, by status and code. Two rules may share a code: both are told."""
    for context in contexts():
        if find_spec(f"{context.name}.errors"):
            import_module(f"{context.name}.errors")
    ruled = {(kind.status, kind.code, kind.text) for kind in kinds()
             if "code" in vars(kind) and kind.__module__.endswith(".errors")}
    return sorted(ruled | {(status, code, text) for code, (status, text) in AT_THE_DOOR.items()})


def kinds(kind: type[DomainError] = DomainError) -> Iterator[type[DomainError]]:
    """All that are loaded, at whatever depth."""
    for each in kind.__subclasses__():
        yield each
        yield from kinds(each)


def place(document: dict[str, Any]) -> dict[str, Any]:
    """Where the API's description tells them."""
    found: dict[str, Any] = document["components"]["schemas"]["Problem"]["properties"]["code"]
    return found


def table(language: str) -> str:
    """As Markdown. Words in braces are filled from `params`."""
    with override(language):
        rows = [f"| {status} | `{code}` | {gettext(text).replace('|', '/')} |" for status, code, text in codes()]
        head = gettext("What a program decides by; it stays the same in every language.")
        names = " | ".join((gettext("Status"), "code", gettext("what it says")))
    return "\n".join([head, "", f"| {names} |", "|---|---|---|", *rows])
