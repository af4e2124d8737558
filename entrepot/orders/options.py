"""The size, the colour: what a line's variant is of each option of its product, in words, as it was sold.

A line keeps them among its facts of the day in every language of the catalogue. Lines sold before that was kept have
only codes; they are shown without.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.utils.translation import gettext as _

from entrepot.catalog import public as catalog
from entrepot.catalog.contracts import VariantFacts
from entrepot.orders.contracts import LineOption


def kept(facts: VariantFacts) -> dict[str, Any]:
    """What a line keeps of them: codes for programs, words for people."""
    words = [{"name": chosen.name, "value": chosen.value} for chosen in facts.choices]
    return {"options": facts.options, **({"choices": words} if words else {})}


def options_of(facts: Mapping[str, Any], language: str) -> list[LineOption]:
    """A line's options in words."""
    return [LineOption(catalog.in_language(chosen["name"], language), catalog.in_language(chosen["value"], language))
            for chosen in facts.get("choices") or ()]


def said(options: Iterable[LineOption]) -> str:
    """On one line, in the language of the moment: "Size: M, Colour: Blue"."""
    return _(", ").join(f"{option.name}{_(': ')}{option.value}" for option in options)


def said_of(facts: Mapping[str, Any], language: str) -> str:
    return said(options_of(facts, language))
