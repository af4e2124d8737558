"""`entrepot` at the hands of somebody who mistypes: a sentence and an exit code, never a traceback."""

from __future__ import annotations

import pytest
from click.testing import CliRunner

from config.cli import cli

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(("words", "code", "told"), [
    (["figures", "--channel", "nowhere"], 1, "Error: There is no such channel."),
    (["serve", "--port", "99999999"], 2, "99999999"),
    (["demo", "--port", "0"], 2, "0 is not in the range"),
    (["nothing"], 2, "No such command"),
])
def test_mistakes_are_told(words: list[str], code: int, told: str) -> None:
    done = CliRunner().invoke(cli, words)
    assert (done.exit_code, told in done.output) == (code, True), done.output
