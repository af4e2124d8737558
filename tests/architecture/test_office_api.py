"""Nothing is reachable only by a page: every work page of the office names the operations that do the same."""

from __future__ import annotations

import re
from pathlib import Path

from django.urls import get_resolver

from entrepot.kit import checks

REGISTRY = Path(__file__).with_name("office_api.txt")
_PARAMETER = re.compile(r"<(?:[a-z]+:)?([a-z_]+)>")


def named() -> dict[str, str]:
    lines = [line.partition("|") for line in REGISTRY.read_text().splitlines() if line and not line.startswith("#")]
    return {page.strip(): operations.strip() for page, _bar, operations in lines}


def pages() -> set[str]:
    """The names of the office's own pages; records are lists of the same name under /api/v1/admin."""
    office = get_resolver().namespace_dict["admin"][1]
    return {name for name in office.reverse_dict if isinstance(name, str) and name.startswith("desk_")}


def offered() -> set[str]:
    """What the API answers, parameters by their bare names."""
    routes = {(method, f"/{route}") for route, view in checks.walk(get_resolver().url_patterns)
              for method, _code in checks.operations_of(view)}
    return {f"{method} " + _PARAMETER.sub(r"{\1}", route.removeprefix("/api/v1")) for method, route in routes
            if route.startswith("/api/v1/")}


def test_every_page_says_what_a_program_asks_instead() -> None:
    assert pages() == set(named())


def test_what_it_says_is_there() -> None:
    known = offered()
    wanted = {(page, one.strip()) for page, said in named().items() if not said.startswith("-")
              for one in said.split(";")}
    assert not {(page, one) for page, one in wanted if one not in known}
    assert all(len(said) > 10 for said in named().values())
