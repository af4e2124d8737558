"""`entrepot` at the hands of somebody who mistypes: a sentence and an exit code, never a traceback."""

from __future__ import annotations

import pytest
from click.testing import CliRunner

from config.cli import cli
from entrepot.identity.models import User
from entrepot.web import commands

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(("words", "code", "told"), [
    (["figures", "--channel", "nowhere"], 1, "Error: There is no such channel."),
    (["serve", "--port", "99999999"], 2, "99999999"),
    (["demo", "--port", "0"], 2, "0 is not in the range"),
    (["nothing"], 2, "No such command"),
    (["staff", "bob@example.com", "--name", "Bob", "--role", "boss", "--password", "x"], 2,
     "There is no role boss. There are: auditor, catalogue"),
])
def test_mistakes_are_told(words: list[str], code: int, told: str) -> None:
    done = CliRunner().invoke(cli, words)
    assert (done.exit_code, told in done.output) == (code, True), done.output


def test_the_options_of_each_command_that_runs_say_what_they_are_for() -> None:
    for command in ("up", "serve", "demo"):
        told = CliRunner().invoke(cli, [command, "--help"]).output
        assert "Address to listen on." in told
        assert "Port to listen on." in told
    assert "owner, manager, catalogue, sales" in CliRunner().invoke(cli, ["staff", "--help"]).output


def test_the_addresses_come_with_the_way_to_the_first_owner_while_there_is_none(
        monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("ENTREPOT_URL", raising=False)
    told = commands.addresses("0.0.0.0", 8123)  # noqa: S104 nothing listens
    for part in ("http://localhost:8123/office/", "http://localhost:8123/api/v1/docs",
                 'entrepot staff you@example.com --name "Your name" --role owner'):
        assert part in told
    User.objects.create_user("bob@example.com", "Long-enough-2026", name="Bob", is_staff=True)
    assert "entrepot staff" not in commands.addresses("127.0.0.1", 8123)


@pytest.mark.parametrize(("host", "named", "told"), [
    ("127.0.0.1", "", "http://localhost:8000"), ("fd00::1", "", "http://[fd00::1]:8000"),
    ("0.0.0.0", "https://shop.example.com/", "https://shop.example.com"),  # noqa: S104 nothing listens
])
def test_the_address_is_the_one_that_a_browser_opens(host: str, named: str, told: str,
                                                     monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ENTREPOT_URL", named)
    assert commands.public_address(host, 8000) == told
