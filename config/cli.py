"""`entrepot`, the command line. Each command lives with the context it serves and loads when called."""

from __future__ import annotations

import importlib
import importlib.util
import os
import pkgutil
import sys
from typing import Any

import click

import entrepot
from entrepot.kit.errors import DomainError


class _Commands(click.Group):
    """Finds `COMMANDS = {"name": "module:function"}` declared by the contexts without importing Django."""

    def _table(self) -> dict[str, str]:
        table: dict[str, str] = {}
        for module in pkgutil.iter_modules(entrepot.__path__, "entrepot."):
            spec = importlib.util.find_spec(f"{module.name}.cli")
            if spec:
                table.update(importlib.import_module(spec.name).COMMANDS)
        return table

    def list_commands(self, ctx: click.Context) -> list[str]:
        return sorted(self._table())

    def get_command(self, ctx: click.Context, name: str) -> click.Command | None:
        target = self._table().get(name)
        if target is None:
            return None
        module, _, attribute = target.partition(":")
        command: Any = getattr(importlib.import_module(module), attribute)
        return command  # type: ignore[no-any-return]

    def invoke(self, ctx: click.Context) -> Any:
        """What the product refuses is said in a sentence, as over HTTP."""
        try:
            return super().invoke(ctx)
        except DomainError as error:
            raise click.ClickException(str(error)) from error


@click.command(cls=_Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(entrepot.__version__, prog_name="entrepot")
def cli() -> None:
    """Entrepot (货栈): sell, deliver, serve, market, guard and steer."""


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    sys.exit(cli())
