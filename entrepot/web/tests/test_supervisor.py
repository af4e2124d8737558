"""What dies is revived; what it leaves behind is ended first."""

import os
import signal
import socket
import subprocess
import time
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from entrepot.kit import embedded
from entrepot.web import supervisor as supervisor_module
from entrepot.web.commands import serve, up
from entrepot.web.supervisor import Supervisor


def _is_alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def _ends(pid: int) -> bool:
    deadline = time.monotonic() + 10
    while _is_alive(pid) and time.monotonic() < deadline:
        time.sleep(0.02)
    return not _is_alive(pid)


def _wait_for(path: Path) -> int:
    deadline = time.monotonic() + 10
    while not path.exists() or not path.read_text().strip():
        assert time.monotonic() < deadline
        time.sleep(0.02)
    return int(path.read_text())


def test_children_of_a_killed_master_end_before_it_is_started_again(tmp_path: Path) -> None:
    told = tmp_path / "pid"
    supervisor = Supervisor({"web": ["sh", "-c", f"sleep 60 & echo $! > {told}; wait"]}, own_database=False)
    supervisor._look()
    master, orphan = supervisor.running["web"], _wait_for(told)
    told.unlink()
    master.kill()
    master.wait()
    assert _is_alive(orphan)
    try:
        supervisor._look()
        assert supervisor.running["web"].pid != master.pid
        successor = _wait_for(told)
        assert _ends(orphan)
    finally:
        supervisor._end_children()
    assert _ends(successor)


def test_a_database_that_does_not_start_at_once_is_tried_again(monkeypatch: pytest.MonkeyPatch) -> None:
    tries: list[str] = []

    def start() -> bool:
        tries.append("start")
        if len(tries) == 1:
            raise RuntimeError("lock file already exists")
        return True

    monkeypatch.setattr(embedded, "is_running", lambda: len(tries) > 1)
    monkeypatch.setattr(embedded, "start", start)
    supervisor = Supervisor({"web": ["sleep", "60"]}, own_database=True)
    supervisor._look()
    assert supervisor.running == {}
    supervisor._look()
    try:
        assert supervisor.running["web"].poll() is None
    finally:
        for child in supervisor.running.values():
            os.killpg(child.pid, signal.SIGKILL)
            child.wait()
    assert tries == ["start", "start"]


@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="needs /proc")
def test_the_pid_file_of_an_unburied_server_is_removed(tmp_path: Path) -> None:
    zombie = subprocess.Popen(["/bin/true"])
    deadline = time.monotonic() + 10
    while _is_alive(zombie.pid):
        assert time.monotonic() < deadline
        time.sleep(0.02)
    pid_file = tmp_path / "postmaster.pid"
    pid_file.write_text(f"{zombie.pid}\n{tmp_path}\n")
    embedded._forget_killed(tmp_path)
    zombie.wait()
    assert not pid_file.exists()
    pid_file.write_text(f"{os.getpid()}\n{tmp_path}\n")
    embedded._forget_killed(tmp_path)
    assert pid_file.exists()


def test_the_addresses_are_told_once_and_not_before_somebody_answers(monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[str] = []
    answers = iter([False, True, True])
    monkeypatch.setattr(supervisor_module, "_answers", lambda host, port: next(answers))
    supervisor = Supervisor({}, own_database=False, when_ready=lambda: told.append("here"))
    supervisor._tell()
    assert told == []
    supervisor._tell()
    supervisor._tell()
    assert told == ["here"]


def test_nobody_answers_where_nothing_listens() -> None:
    with socket.socket() as bound:
        bound.bind(("127.0.0.1", 0))  # taken, so nobody else listens there
        assert not supervisor_module._answers("127.0.0.1", bound.getsockname()[1])


@pytest.mark.parametrize("command", [serve, up], ids=lambda command: command.name)
def test_a_port_that_is_taken_is_refused_before_anything_starts(command: click.Command) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        told = CliRunner().invoke(command, ["--port", str(port)])
    assert told.exit_code == 1
    assert f"Nothing can listen on 127.0.0.1, port {port}: Address already in use." in told.output
    assert CliRunner().invoke(command, ["--host", "192.0.2.1"]).exit_code == 1  # an address of somebody else
