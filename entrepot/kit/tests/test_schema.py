"""Migrations follow tables, not words."""

from typing import Any

from django.db import models
from django.db.migrations import Migration
from django.db.migrations.graph import MigrationGraph
from django.db.migrations.state import ModelState, ProjectState

from entrepot.kit.management.commands import makemigrations, migrate
from entrepot.kit.schema import SchemaAutodetector


def _state(field: Any, **options: Any) -> ProjectState:
    state = ProjectState()
    state.add_model(ModelState("kit", "Shelf", [("id", models.BigAutoField(primary_key=True)), ("name", field)],
                               options))
    return state


def _operations(before: ProjectState, after: ProjectState) -> list[str]:
    graph = MigrationGraph()
    graph.add_node(("kit", "0001_initial"), Migration("0001_initial", "kit"))
    changes = SchemaAutodetector(before, after).changes(graph=graph)
    return [type(operation).__name__ for migrations in changes.values() for one in migrations
            for operation in one.operations]


def test_words_make_no_migration() -> None:
    before = _state(models.CharField(max_length=20, choices=[("a", "A")]), verbose_name="shelf")
    after = _state(models.CharField("what it is called", max_length=20, help_text="Short.", choices=[("b", "B")]),
                   verbose_name="board", ordering=["name"])
    assert _operations(before, after) == []


def test_what_a_table_sees_makes_one() -> None:
    before = _state(models.CharField("name", max_length=20))
    after = _state(models.CharField("called", max_length=30))
    assert _operations(before, after) == ["AlterField"]
    assert _operations(before, _state(models.CharField("name", max_length=20, null=True))) == ["AlterField"]


def test_the_commands_use_it() -> None:
    assert makemigrations.Command.autodetector is SchemaAutodetector
    assert migrate.Command.autodetector is SchemaAutodetector
