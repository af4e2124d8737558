"""The contracts of the house cover every context: nobody can add one and leave its internals open."""

from __future__ import annotations

import configparser
import re
from pathlib import Path

from entrepot.kit.home import PROJECT

CONTEXTS = sorted(p.parent.name for p in (PROJECT / "entrepot").glob("*/migrations") if p.parent.name != "kit")
INTERNALS = ("models", "actions", "queries", "rules", "handlers", "tasks")


def _contracts() -> configparser.ConfigParser:
    parser = configparser.ConfigParser()
    parser.read(PROJECT / ".importlinter")
    return parser


def test_every_internal_module_of_every_context_is_protected() -> None:
    protected = re.findall(r"entrepot\.\w+\.\w+", " ".join(
        section.get("protected_modules", "") for section in _contracts().values()))
    present = {f"entrepot.{c}.{m}" for c in CONTEXTS for m in INTERNALS
               if (PROJECT / "entrepot" / c / f"{m}.py").exists() or (PROJECT / "entrepot" / c / m).is_dir()}
    assert present == set(protected)


def test_every_context_has_its_place_in_the_map() -> None:
    layers = _contracts()["importlinter:contract:layers"]["layers"].split()
    packages = {f"entrepot.{p.parent.name}" for p in (PROJECT / "entrepot").glob("*/__init__.py")}
    assert packages <= set(layers)


def test_every_context_says_what_it_owns() -> None:
    for context in CONTEXTS:
        text = Path(PROJECT / "entrepot" / context / "__init__.py").read_text()
        assert text.lstrip().startswith('"""'), context
