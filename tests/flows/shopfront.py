"""A whole installation for flow tests: web server and worker as processes of their own, on the tests' database."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.db import connection

from entrepot.kit.home import folder

ROOT = Path(__file__).resolve().parents[2]
BIN = Path(sys.executable).parent
COMPANY = """
from entrepot.kit.command import ready
ready()
from entrepot.demo.company import build_company
from entrepot.demo.shelves import build_structure
from entrepot.kit import clock, outbox
from entrepot.kit.actor import system
build_company(clock.now(), actor=system("demo"))
build_structure(actor=system("demo"))
outbox.drain()
"""


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


def environment(home: Path, base: str) -> dict[str, str]:
    """What the processes are told: the database of this test, a home of their own, the gateway simulator."""
    db = connection.settings_dict
    url = f"postgresql://{db['USER']}@/{db['NAME']}?host={db['HOST']}"
    if db.get("PORT"):
        url += f"&port={db['PORT']}"
    return {**os.environ, "ENTREPOT_HOME": str(home), "DATABASE_URL": url, "ENTREPOT_URL": base, "BASE": base,
            "ENTREPOT_PAYMENT_SIMULATOR": "1", "ENTREPOT_TEST_PAYMENTS": "1", "PYTHONPATH": str(ROOT),
            "ENTREPOT_EMAIL_BACKEND": "django.core.mail.backends.dummy.EmailBackend",
            "DJANGO_SETTINGS_MODULE": "config.settings", "PATH": f"{BIN}:{os.environ['PATH']}"}


@contextmanager
def installation(home: Path) -> Iterator[dict[str, str]]:
    """The demo's company without its goods, served; yields the environment for commands."""
    base = f"http://127.0.0.1:{free_port()}"
    env = environment(home, base)
    run([sys.executable, "-c", COMPANY], env)
    with serving("up", home, base, env):
        yield env


@contextmanager
def serving(command: str, home: Path, base: str, env: dict[str, str]) -> Iterator[subprocess.Popen[bytes]]:
    """`entrepot up` or `entrepot serve`, ready to answer; it is told to stop at the end and has to. What is drawn and
    cut for pages is that of the tests' own home: making it takes longer than all the rest."""
    for made in ("generated", "openapi"):
        if not (home / made).exists():
            (home / made).symlink_to(folder(made))
    with (home / "server.log").open("wb") as log:
        server = subprocess.Popen([str(BIN / "entrepot"), command, "--workers", "1", "--port", base.rpartition(":")[2]],
                                  env=env, cwd=ROOT, stdout=log, stderr=log)
        try:
            _until_ready(base, server, home / "server.log")
            yield server
        finally:
            server.terminate()
            server.wait(60)


def run(command: list[str], env: dict[str, str], *, timeout: float = 120) -> str:
    """Its output; whatever it says on both channels is in the error when it fails."""
    done = subprocess.run(command, env=env, cwd=ROOT, capture_output=True, text=True, timeout=timeout, check=False)
    assert done.returncode == 0, f"{command[0]} ended with {done.returncode}\n{done.stdout}\n{done.stderr}"
    return done.stdout


def _until_ready(base: str, server: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + 180
    while time.monotonic() < deadline and server.poll() is None:
        try:
            with urllib.request.urlopen(f"{base}/readyz", timeout=5):  # noqa: S310 our own server
                return
        except (urllib.error.URLError, OSError):
            time.sleep(0.2)
    raise AssertionError(f"the server did not answer\n{log.read_text()}")
