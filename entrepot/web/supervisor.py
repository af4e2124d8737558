"""Runs the database, the web server and the worker as one: starts them in order, revives what dies, stops all."""

from __future__ import annotations

import http.client
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType

import structlog

from entrepot.kit import embedded
from entrepot.kit.home import folder

log = structlog.get_logger(__name__)

_LOOK_EVERY_S = 0.5
_GRACE_S = 12


def web_command(host: str, port: int, workers: int) -> list[str]:
    """Granian with our WSGI application; media files are served by it too."""
    command = [
        # One arena, for Python allocates under its lock anyhow, and what is free goes back to the system: 3 MB less.
        "env", "MALLOC_ARENA_MAX=1", "MALLOC_TRIM_THRESHOLD_=131072",
        str(Path(sys.executable).with_name("granian")), "config.wsgi:application", "--interface", "wsgi",
        "--host", host, "--port", str(port), "--workers", str(workers), "--blocking-threads", "2",
        "--respawn-failed-workers", "--respawn-interval", "0.5", "--workers-kill-timeout", "10",
        "--log-level", "warning", "--no-ws", "--backpressure", "512",
    ]
    return [*command, "--static-path-route", "/media", "--static-path-mount", str(folder("media"))]


def worker_command() -> list[str]:
    return [str(Path(sys.executable).with_name("entrepot")), "worker"]


def _started_database() -> bool:
    """A server that was killed may take a moment to be gone for good: then it is tried again at the next look."""
    log.warning("database was gone, starting it")
    try:
        embedded.start()
    except RuntimeError as error:
        log.error("database did not start", error=str(error))
        return False
    return True


def _answers(host: str, port: int) -> bool:
    """Whether the web server has come up: it takes connections, and says that it lives."""
    anywhere = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104 what listens everywhere is asked here
    asked = http.client.HTTPConnection(anywhere.get(host, host), port, timeout=2)
    try:
        asked.request("GET", "/livez", headers={"Host": "localhost"})
        return asked.getresponse().status < 500
    except (OSError, http.client.HTTPException):
        return False
    finally:
        asked.close()


def _end_group(child: subprocess.Popen[bytes]) -> None:
    """Whatever a child has left running: each leads a process group of its own."""
    with suppress(ProcessLookupError):
        os.killpg(child.pid, signal.SIGKILL)


@dataclass
class Supervisor:
    """Children by name, each with the command that revives it."""

    commands: dict[str, list[str]]
    own_database: bool
    running: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)
    stopping: bool = False
    listens: tuple[str, int] = ("127.0.0.1", 8000)
    when_ready: Callable[[], None] | None = None  # once, as soon as something listens there

    def run(self) -> int:
        """Until SIGINT or SIGTERM. Returns the exit code."""
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, self._stop)
        try:
            while not self.stopping:
                self._look()
                self._tell()
                time.sleep(_LOOK_EVERY_S)
        finally:
            self._end_children()
            if self.own_database:
                embedded.stop()
        return 0

    def _look(self) -> None:
        if self.own_database and not embedded.is_running() and not _started_database():
            return
        for name, command in self.commands.items():
            child = self.running.get(name)
            if child is None or child.poll() is not None:
                if child is not None:
                    log.warning("process ended, starting it again", process=name, code=child.returncode)
                    _end_group(child)  # web processes outlive a killed master, and answer beside the new ones
                # a session of its own: Ctrl-C reaches us alone, and we stop the children in order
                self.running[name] = subprocess.Popen(command, start_new_session=True, env=os.environ.copy())

    def _tell(self) -> None:
        if self.when_ready is not None and _answers(*self.listens):
            self.when_ready()
            self.when_ready = None

    def _stop(self, number: int, frame: FrameType | None) -> None:
        self.stopping = True

    def _end_children(self) -> None:
        for child in self.running.values():
            if child.poll() is None:
                child.terminate()
        deadline = time.monotonic() + _GRACE_S
        for child in self.running.values():
            try:
                child.wait(max(0.1, deadline - time.monotonic()))
            except subprocess.TimeoutExpired:
                pass
            _end_group(child)
