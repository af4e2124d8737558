"""What every command of `entrepot` needs: Django, the database, progress, and answers for people or programs."""

from __future__ import annotations

import os
import socket
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import click

from entrepot.kit.json import dumps_text

EXIT_REFUSED = 1  # the command ran and the answer is no (violations, refused rows)
PORT = click.IntRange(1, 65535)


class NewFile(click.Path):
    """A file to write: refused before the work when it could not be written after it."""

    def __init__(self) -> None:
        super().__init__(dir_okay=False, writable=True, path_type=Path)

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        path = Path(os.fsdecode(super().convert(value, param, ctx)))
        if not path.parent.is_dir() or not os.access(path.parent, os.W_OK):
            self.fail(f"Nothing can be written in {str(path.parent)!r}.", param, ctx)
        return path


def refuse_taken(host: str, port: int) -> None:
    """Say at once when nothing of ours could listen there: web processes would die and be started again for ever."""
    try:
        family, *_, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        with socket.socket(family, socket.SOCK_STREAM) as place:
            place.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # a server that has just ended is no hindrance
            place.bind(address)
    except OSError as error:
        raise click.ClickException(f"Nothing can listen on {host}, port {port}: {error.strerror}. "
                                   "End what is using it, or choose another with --host and --port.") from None


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
