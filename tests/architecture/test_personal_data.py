"""No table with data of people is forgotten: every field that looks as if it held some stands in `personal_data.txt`,
with the file of the copy that has it and the action that erases it, or the reason to keep it."""

from __future__ import annotations

import re
from importlib import import_module
from pathlib import Path
from typing import NamedTuple

from django.apps import apps

REGISTRY = Path(__file__).with_name("personal_data.txt")
LOOKS_PERSONAL = re.compile(
    r"e?mail(_|$)|phone|(^|_)ip$|(^|_)name$|address|customer|user_id$|user_agent|actor|author$|recipient|contact|person"
    r"|visitor|subject|note$|message$|_by$|owner|assignee|invoice_data|(^|_)data$|payload|photos|(^|_)text$|body$"
    r"|principal|session|(^|_)query$|(^|_)key$|inputs|file_name|label$")
COPIES = {"account", "customer", "orders", "reviews", "carts", "checks", "activity", "pictures"}


class Entry(NamedTuple):
    model: str
    fields: frozenset[str]
    copied: str
    fate: str


def entries() -> list[Entry]:
    lines = [line.split("|") for line in REGISTRY.read_text().splitlines() if line and not line.startswith("#")]
    return [Entry(m.strip(), frozenset(f.split()), c.strip(), fate.strip()) for m, f, c, fate in lines]


def personal_looking() -> dict[str, set[str]]:
    found = {m._meta.label: {f.attname for f in m._meta.concrete_fields if LOOKS_PERSONAL.search(f.attname)}
             for m in apps.get_models(include_auto_created=True)}
    return {label: fields for label, fields in found.items() if fields}


def test_every_field_that_looks_personal_is_named() -> None:
    named = {e.model: e.fields for e in entries()}
    missing = {m: sorted(fields - named.get(m, frozenset())) for m, fields in personal_looking().items()}
    assert not {m: fields for m, fields in missing.items() if fields}, "say in personal_data.txt what becomes of these"


def test_nothing_is_named_that_is_not_there() -> None:
    for entry in entries():
        known = {f.attname for f in apps.get_model(entry.model)._meta.concrete_fields}
        assert entry.fields <= known, f"{entry.model} has no {sorted(entry.fields - known)}"


def test_each_is_erased_by_something_that_exists_or_kept_for_a_reason() -> None:
    for entry in entries():
        if entry.fate.startswith(("kept: ", "not of a customer: ")):
            assert len(entry.fate.split(": ", 1)[1]) >= 10, entry.model
            continue
        module, _, function = entry.fate.removeprefix("erased: ").rpartition(".")
        assert callable(getattr(import_module(f"entrepot.{module}"), function)), entry


def test_each_is_in_the_copy_or_says_why_not() -> None:
    for entry in entries():
        assert entry.copied in COPIES or entry.copied.startswith("-"), entry
        assert entry.copied in COPIES or "erased" not in entry.fate or len(entry.copied) > 5, entry
