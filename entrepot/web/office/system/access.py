"""Rights in words: what is told of permissions wherever they are granted, to people or to programs."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from entrepot.kit.actor import declared
from entrepot.kit.errors import N_

AREAS = {
    "catalog": N_("Catalogue"), "pricing": N_("Prices and promotions"), "inventory": N_("Stock"),
    "orders": N_("Orders"),
    "checkout": N_("Carts and delivery"), "payments": N_("Payments"), "customers": N_("Customers"),
    "fraud": N_("Fraud"), "channels": N_("Imports and exports"), "growth": N_("Pages and media"),
    "showcase": N_("Shop window and search"), "experiments": N_("Feature flags"), "insight": N_("Figures"),
    "service": N_("Reviews and service"), "identity": N_("People and access"), "system": N_("System"),
    "web": N_("Office")}


@dataclass(frozen=True, slots=True)
class Right:
    code: str
    text: str
    is_held: bool = False


def rights() -> dict[str, str]:
    """Every permission that can be granted, in words."""
    return {code: _(p.text) for code, p in sorted(declared().items()) if not p.everyone}


def by_area(held: Collection[str] = ()) -> list[tuple[str, list[Right]]]:
    """All grantable rights by area, with those of `held` marked."""
    areas: dict[str, list[Right]] = {}
    for code, text in rights().items():
        areas.setdefault(code.partition(".")[0], []).append(Right(code, text, code in held))
    order = [*AREAS, *sorted(set(areas) - set(AREAS))]
    return [(_(AREAS.get(area, area.capitalize())), areas[area]) for area in order if area in areas]


def in_words(codes: Collection[str]) -> list[tuple[str, list[str], bool]]:
    """What a set of rights lets one do: per area the sentences, and whether that is everything there is."""
    return [(name, [r.text for r in found if r.is_held], all(r.is_held for r in found))
            for name, found in by_area(codes) if any(r.is_held for r in found)]


def role_name(role: Any) -> str:
    return _(role.name) if role.is_builtin else str(role.name)
