"""Benchmarks: every figure with its limit, measured in the same run, as a table and as `bench/out/latest.json`.

A module `bench/<name>.py` exports `JOBS`, a dictionary of `Job`s by name. A job gets the `Stage` (a database with fsync
on in a home of its own, catalogues, web servers, a load generator) and returns rows. `python -m bench` runs all jobs
that are not slow, `python -m bench JOB=name` one (or several, separated by commas), and results are merged.
"""

from __future__ import annotations

import importlib
import json
import os
import pkgutil
import platform
import re
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from http.client import HTTPConnection
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
OUT = ROOT / "bench" / "out" / "latest.json"
CONNECTIONS = 8
SERVER = {"shared_buffers": "1GB", "effective_cache_size": "4GB"}  # as the rivals were measured; fsync stays on
SECONDS = float(os.environ.get("BENCH_SECONDS", "8"))


@dataclass(frozen=True, slots=True)
class Row:
    """`ratio` is figure to limit; `goal` says in words what must hold and `ok` whether it does."""

    job: str
    figure: float
    unit: str
    limit: float | None
    ratio: float | None
    goal: str
    ok: bool


@dataclass(frozen=True, slots=True)
class Job:
    run: Callable[[Stage], Sequence[Row]]
    slow: bool = False  # only when named


def at_least(job: str, figure: float, unit: str, *, limit: float | None = None, share: float | None = None,
             least: float | None = None) -> Row:
    """More is better: at least `share` of the limit, and at least `least`."""
    ratio = figure / limit if limit else None
    goals = [f">= {share:.0%} of the limit"] if share is not None else []
    goals += [f">= {least:,.6g} {unit}"] if least is not None else []
    ok = (share is None or (ratio is not None and ratio >= share)) and (least is None or figure >= least)
    return Row(job, figure, unit, limit, ratio, ", ".join(goals) or "-", ok)


def at_most(job: str, figure: float, unit: str, *, most: float | None = None, limit: float | None = None,
            times: float | None = None) -> Row:
    """Less is better: at most `most`, and at most `times` the limit."""
    ratio = figure / limit if limit else None
    goals = [f"<= {times:g} x the limit"] if times is not None else []
    goals += [f"<= {most:,.6g} {unit}"] if most is not None else []
    ok = (times is None or (ratio is not None and ratio <= times)) and (most is None or figure <= most)
    return Row(job, figure, unit, limit, ratio, ", ".join(goals) or "-", ok)


# ---- the stage: a database and web servers of its own


@dataclass
class Stage:
    """Made once per run. `home` is a folder of its own below the installation's."""

    home: Path
    notes: dict[str, Any] = field(default_factory=dict)

    @classmethod
    def set_up(cls) -> Stage:
        """Start PostgreSQL with fsync on, bring the tables, set Django up in this process."""
        from entrepot.kit.home import home

        own = Path(os.environ.get("ENTREPOT_BENCH_HOME") or home() / "bench")
        os.environ["ENTREPOT_HOME"] = str(own)
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
        os.environ["PYTHONPATH"] = os.pathsep.join(filter(None, [str(ROOT), os.environ.get("PYTHONPATH", "")]))
        own.mkdir(parents=True, exist_ok=True)
        stage = cls(own)
        stage.use_database("entrepot")
        return stage

    def use_database(self, name: str) -> None:
        """Work on this database from here on; it is made and migrated when new."""
        from entrepot.kit import embedded

        embedded.start("postgres", database=name, settings=SERVER)
        os.environ["DATABASE_URL"] = embedded.url("postgres", name)
        import django

        django.setup()
        from django.conf import settings
        from django.core.management import call_command
        from django.db import connection

        connection.close()
        settings.DATABASES["default"]["NAME"] = connection.settings_dict["NAME"] = name
        call_command("migrate", verbosity=0, interactive=False)
        with connection.cursor() as cursor:
            cursor.execute("SHOW fsync")
            if cursor.fetchone() != ("on",):
                raise SystemExit("benchmarks need a database with fsync on")

    def settle(self) -> None:
        """Let the database finish what the job before left behind: its dirty pages, dead rows and old statistics."""
        import psycopg

        from entrepot.kit import embedded

        with psycopg.connect(embedded.url("postgres", "entrepot"), autocommit=True) as conn:
            conn.execute("VACUUM (ANALYZE)")
            conn.execute("CHECKPOINT")

    def drop_database(self, name: str) -> None:
        """Remove a database that is not the one in use."""
        import psycopg
        from psycopg import sql

        from entrepot.kit import embedded

        with psycopg.connect(embedded.url("postgres", "postgres"), autocommit=True) as conn:
            conn.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))
        shutil.rmtree(self.home / "search" / name, ignore_errors=True)

    @contextmanager
    def serving(self, application: str = "config.wsgi:application", *, workers: int = 2,
                env: dict[str, str] | None = None) -> Iterator[Server]:
        """Granian with this application, by the very command that `entrepot serve` uses."""
        from entrepot.web.supervisor import web_command

        port = free_port()
        command = [application if part == "config.wsgi:application" else part
                   for part in web_command("127.0.0.1", port, workers)]
        log = tempfile.NamedTemporaryFile(prefix="bench-", suffix=".log", delete=False)  # noqa: SIM115 read on failure
        started = time.perf_counter()
        process = subprocess.Popen(command, cwd=ROOT, env={**os.environ, **(env or {})}, stdout=log, stderr=log)
        server = Server(process, f"http://127.0.0.1:{port}", Path(log.name))
        try:
            server.wait()
            server.started_s = time.perf_counter() - started
            yield server
        finally:
            process.terminate()
            try:
                process.wait(15)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
            Path(log.name).unlink()


    @contextmanager
    def working(self) -> Iterator[None]:
        """A worker process, as `entrepot worker` runs it."""
        from entrepot.web.supervisor import worker_command

        process = subprocess.Popen(worker_command(), cwd=ROOT, env=os.environ.copy(), stdout=subprocess.DEVNULL,
                                   stderr=subprocess.DEVNULL)
        try:
            yield
        finally:
            process.terminate()
            try:
                process.wait(20)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@dataclass
class Server:
    process: subprocess.Popen[bytes]
    url: str
    log: Path
    started_s: float = 0.0

    def wait(self, seconds: float = 60) -> None:
        """Until it answers anything at all."""
        deadline = time.monotonic() + seconds
        while True:
            try:
                urllib.request.urlopen(self.url + "/livez", timeout=5)  # noqa: S310 our own address
                return
            except urllib.error.HTTPError:
                return
            except OSError:
                if self.process.poll() is not None or time.monotonic() > deadline:
                    raise SystemExit(f"the server did not start:\n{self.log.read_text()[-4000:]}") from None
                time.sleep(0.02)

    def get(self, path: str, headers: dict[str, str] | None = None) -> tuple[int, bytes]:
        request = urllib.request.Request(self.url + path, headers=headers or {})  # noqa: S310 our own address
        try:
            with urllib.request.urlopen(request, timeout=30) as response:  # noqa: S310
                return response.status, response.read()
        except urllib.error.HTTPError as error:
            return error.code, error.read()

    def resident_mb(self) -> list[float]:
        """Resident memory of each web worker process."""
        return [_resident_mb(pid) for pid in _children(self.process.pid)]


def _children(pid: int) -> list[int]:
    found = [int(p) for p in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    return [p for p in found if "resource_tracker" not in Path(f"/proc/{p}/cmdline").read_text()]


def _resident_mb(pid: int) -> float:
    match = re.search(r"VmRSS:\s+(\d+) kB", Path(f"/proc/{pid}/status").read_text())
    return int(match.group(1)) / 1024 if match else 0.0


# ---- load


@dataclass(frozen=True, slots=True)
class Load:
    rate: float  # answers per second
    p50_ms: float
    p99_ms: float
    errors: int  # time-outs, broken connections, answers that are not 2xx


_LUA = """
local paths, at = {}, math.random(1, 1000000)
function init(args)
  for line in io.lines(args[1]) do paths[#paths + 1] = line end
end
function request()
  at = at + 1
  return wrk.format("GET", paths[at % #paths + 1])
end
"""


def drive(server: Server, paths: Sequence[str], *, seconds: float = SECONDS, connections: int = CONNECTIONS) -> Load:
    """GET these paths in turn over kept-alive connections, after a short warm-up."""
    run = _wrk if shutil.which("wrk") else _python_load
    run(server, paths, min(2.0, seconds), connections)
    return run(server, paths, seconds, connections)


def _wrk(server: Server, paths: Sequence[str], seconds: float, connections: int) -> Load:
    with tempfile.TemporaryDirectory() as folder:
        script, listed = Path(folder) / "paths.lua", Path(folder) / "paths.txt"
        script.write_text(_LUA)
        listed.write_text("\n".join(paths))
        done = subprocess.run(["wrk", "-t1", f"-c{connections}", f"-d{max(1, round(seconds))}s", "--latency", "-s",
                               str(script), server.url, "--", str(listed)],
                              capture_output=True, text=True, check=True).stdout
    return load_of(done)


def load_of(done: str) -> Load:
    """What wrk told."""
    errors = sum(map(int, re.findall(r"(?:connect|read|write|timeout) (\d+)", done)))
    errors += int((re.search(r"Non-2xx or 3xx responses: (\d+)", done) or [0, 0])[1])
    return Load(float(re.search(r"Requests/sec:\s+([\d.]+)", done)[1]),  # type: ignore[index]
                _milliseconds(done, "50%"), _milliseconds(done, "99%"), errors)


def _milliseconds(told: str, percentile: str) -> float:
    match = re.search(rf"{percentile}\s+([\d.]+)(us|ms|s|m)\b", told)
    factor = {"us": 0.001, "ms": 1.0, "s": 1000.0, "m": 60_000.0}
    return float(match[1]) * factor[match[2]] if match else 0.0


def _python_load(server: Server, paths: Sequence[str], seconds: float, connections: int) -> Load:
    """Where wrk cannot be had: threads of this process, which limit the rate themselves."""
    times: list[float] = []
    failed = [0]
    until = time.monotonic() + seconds

    def work(offset: int) -> None:
        client = HTTPConnection(server.url.removeprefix("http://"), timeout=10)
        at = offset
        while time.monotonic() < until:
            started = time.perf_counter()
            try:
                client.request("GET", paths[at % len(paths)])
                answer = client.getresponse()
                answer.read()
                failed[0] += not 200 <= answer.status < 400
            except OSError:
                failed[0] += 1
                client.close()
            times.append((time.perf_counter() - started) * 1000)
            at += 1

    threads = [threading.Thread(target=work, args=(n * 37,)) for n in range(connections)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return Load(len(times) / seconds, *percentiles(times), failed[0])


def percentiles(milliseconds: Sequence[float]) -> tuple[float, float]:
    """Median and 99th percentile."""
    ordered = sorted(milliseconds)
    return statistics.median(ordered), ordered[min(len(ordered) - 1, int(len(ordered) * 0.99))]


def timed(calls: Sequence[Callable[[], Any]]) -> list[float]:
    """Milliseconds of each call."""
    found = []
    for call in calls:
        started = time.perf_counter()
        call()
        found.append((time.perf_counter() - started) * 1000)
    return found


# ---- jobs and their table


def jobs() -> dict[str, Job]:
    """Every job of every module beside this one."""
    import bench

    found: dict[str, Job] = {}
    for module in sorted(m.name for m in pkgutil.iter_modules(bench.__path__)):
        if module not in ("harness", "__main__"):
            found |= getattr(importlib.import_module(f"bench.{module}"), "JOBS", {})
    return found


def main(arguments: Sequence[str]) -> int:
    """0 when every goal is met, 2 when a job is not known. Jobs by name, as `JOB=listing,product` or without `JOB=`."""
    known = jobs()
    asked = [name for said in arguments for name in said.removeprefix("JOB=").split(",") if name]
    if unknown := [name for name in asked if name not in known]:
        print(f"no such job: {', '.join(unknown)}; there are: {', '.join(known)}", file=sys.stderr)
        return 2
    stage = Stage.set_up()
    rows: list[Row] = []
    for name in asked or [n for n, job in known.items() if not job.slow]:
        print(f"{name} ...", file=sys.stderr, flush=True)
        stage.settle()
        rows += known[name].run(stage)
        write(rows)
    print_table(rows)
    return 0 if all(row.ok for row in rows) else 1


def write(rows: Sequence[Row]) -> None:
    """Merge these rows into the results kept from earlier runs."""
    OUT.parent.mkdir(exist_ok=True)
    kept = json.loads(OUT.read_text()) if OUT.exists() else []
    merged = {row["job"]: row for row in kept} | {row.job: asdict(row) for row in rows}
    OUT.write_text(json.dumps(list(merged.values()), indent=1) + "\n")


def print_table(rows: Sequence[Row]) -> None:
    print(f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}")
    head = ("job", "figure", "unit", "limit", "ratio", "goal", "ok")
    cells = [head, *((r.job, f"{r.figure:,.6g}", r.unit, "-" if r.limit is None else f"{r.limit:,.6g}",
                      "-" if r.ratio is None else f"{r.ratio:.2f}", r.goal, "yes" if r.ok else "NO") for r in rows)]
    widths = [max(len(row[i]) for row in cells) for i in range(len(head))]
    for row in cells:
        print("  ".join(cell.rjust(w) if i in (1, 3, 4) else cell.ljust(w)
                        for i, (cell, w) in enumerate(zip(row, widths, strict=True))).rstrip())
