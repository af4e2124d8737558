"""What the demo's command arranges before the company opens."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner
from django.conf import settings

from entrepot.demo import commands
from entrepot.kit.home import home


class Opened(Exception):
    pass


@pytest.mark.parametrize("wanted", ["", "django.core.mail.backends.smtp.EmailBackend"])
def test_mails_of_the_demo_are_files_unless_somebody_wants_them_sent(monkeypatch: pytest.MonkeyPatch,
                                                                     wanted: str) -> None:
    monkeypatch.setattr(commands.os, "environ", {k: v for k, v in os.environ.items() if k != "ENTREPOT_EMAIL_BACKEND"}
                        | ({"ENTREPOT_EMAIL_BACKEND": wanted} if wanted else {}))
    told: list[str] = []

    def stop() -> None:
        told.append(commands.os.environ["ENTREPOT_EMAIL_BACKEND"])
        raise Opened

    monkeypatch.setattr(commands, "ready", stop)
    assert isinstance(CliRunner().invoke(commands.demo, ["--load-only"]).exception, Opened)
    assert told == [wanted or "django.core.mail.backends.filebased.EmailBackend"]
    assert Path(settings.EMAIL_FILE_PATH) == home() / "mails"


def test_a_port_that_is_taken_is_refused_before_the_company_is_made() -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        told = CliRunner().invoke(commands.demo, ["--port", str(other.getsockname()[1])])
    assert told.exit_code == 1
    assert "Address already in use" in told.output


def test_who_watches_over_the_demo_is_small(monkeypatch: pytest.MonkeyPatch) -> None:
    """The company is made by a process that ends; what stays has no Django in it."""
    asked: list[list[str]] = []

    def refuse(command: list[str], **_more: object) -> subprocess.CompletedProcess[bytes]:
        asked.append(command)
        return subprocess.CompletedProcess(command, 3)

    monkeypatch.setattr(commands.subprocess, "run", refuse)
    monkeypatch.setattr(commands, "refuse_taken", lambda *_: None)  # another demo may be served while tests run
    assert CliRunner().invoke(commands.demo, []).exit_code == 3
    assert asked[0][1:] == ["demo", "--load-only", "--leave-database"]
    monkeypatch.undo()
    loaded = subprocess.run(
        [sys.executable, "-c", "import sys, entrepot.demo.commands, entrepot.web.supervisor; print(*sys.modules)"],
        capture_output=True, text=True, check=True).stdout.split()
    assert {"django", "polars", "tantivy"} & set(loaded) == set()
