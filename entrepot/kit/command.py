"""What every command of `entrepot` needs: Django, the database, progress, and answers for people or programs."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import click

from entrepot.kit.json import dumps_text

EXIT_REFUSED = 1  # the command ran and the answer is no (violations, refused rows)
PORT = click.IntRange(1, 65535)


def ready(*, start_database: bool = True) -> None:
    """Set Django up; the embedded PostgreSQL is started when `DATABASE_URL` is not set, and left running."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    if start_database and not os.environ.get("DATABASE_URL"):
        from entrepot.kit import embedded

        embedded.start()
    import django

    django.setup()


def answer(data: Any, *, as_json: bool) -> bool:
    """Print `data` as JSON when asked for; False tells the caller to print it for a person."""
    if as_json:
        click.echo(dumps_text(data))
    return as_json


@contextmanager
def progress(label: str, total: int | None = None) -> Iterator[Any]:
    """A bar on standard error with rate and remaining time; call `advance(n)` on the yielded object."""
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, ProgressColumn, TextColumn, TimeRemainingColumn
    from rich.progress import Task as RichTask
    from rich.text import Text

    class Rate(ProgressColumn):
        def render(self, task: RichTask) -> Text:
            speed = task.finished_speed or task.speed
            return Text(f"{speed:,.0f}/s" if speed else "")

    class Bar:
        def __init__(self, bar: Progress, task: Any) -> None:
            self._bar, self._task = bar, task

        def advance(self, count: int = 1) -> None:
            self._bar.advance(self._task, count)

        def describe(self, text: str) -> None:
            self._bar.update(self._task, description=text)

    console = Console(stderr=True)
    with Progress(TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), Rate(), TimeRemainingColumn(),
                  console=console, disable=not sys.stderr.isatty(), transient=False) as bar:
        yield Bar(bar, bar.add_task(label, total=total))
