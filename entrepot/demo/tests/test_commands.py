"""What the demo's command arranges before the company opens."""

from __future__ import annotations

import os
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
