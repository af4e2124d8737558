"""kill -9 in a storm of checkouts: web, worker and database die in turn under `entrepot up`, which revives them.

Buyers send whole purchases with idempotency keys and repeat them until they get a final answer. After each round every
acknowledged order is there once and paid once, a scarce item is sold exactly as often as it was in stock, nothing waits
for more than a minute, and every invariant holds. `ENTREPOT_CHAOS_ROUNDS` (50) sets the number of rounds.
"""

from __future__ import annotations

import itertools
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

from bench import write_data, write_hot
from bench.harness import ROOT, Job, Row, Stage, _children, at_most, free_port
from bench.write_load import Browser

ROUNDS = int(os.environ.get("ENTREPOT_CHAOS_ROUNDS", "50"))
SEED = int(os.environ.get("ENTREPOT_CHAOS_SEED", "1"))
BUYERS, AT_ONCE, SCARCE = 60, 8, 15
PATIENCE_S = 60.0
VICTIMS = ("web process", "web server", "worker", "database", "everything")


# ---- the installation under test


@dataclass
class Installation:
    """`entrepot up` on a home of its own."""

    home: Path
    supervisor: subprocess.Popen[bytes]
    url: str

    def victims(self, name: str) -> list[int]:
        """The processes to kill; none while they are not running."""
        children = {_command(pid): pid for pid in _alive(self.supervisor.pid)}
        web = [pid for command, pid in children.items() if "granian" in command]
        worker = [pid for command, pid in children.items() if "entrepot worker" in command]
        if name == "web process":
            return [child for pid in web for child in _alive(pid)][:1]
        found = {"web server": web, "worker": worker, "database": _postmaster(self.home)}
        return found[name] if name in found else [pid for pids in found.values() for pid in pids]


def _alive(pid: int) -> list[int]:
    try:
        return _children(pid)
    except OSError:
        return []


def _command(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode()
    except OSError:
        return ""


def _postmaster(home: Path) -> list[int]:
    """The server that this run has started, by the pid file in its own data folder."""
    try:
        pid = int((home / "postgres" / "postmaster.pid").read_text().split()[0])
        return [pid] if str(home) in _command(pid) else []
    except (OSError, ValueError, IndexError):
        return []


@contextmanager
def installed(stage: Stage) -> Iterator[tuple[Installation, list[UUID]]]:
    """A fresh home with the shop of the write jobs, served by `entrepot up`, and this process connected to it."""
    from django.db import connection

    from entrepot.kit import embedded

    home, before = stage.home / "chaos", dict(os.environ)
    own = Stage(home)
    host = connection.settings_dict["HOST"]
    os.environ["ENTREPOT_HOME"] = str(home)
    embedded.stop()
    shutil.rmtree(home, ignore_errors=True)
    home.mkdir(parents=True)
    try:
        embedded.start()
        connection.close()
        connection.settings_dict["HOST"] = str(embedded.socket_folder(embedded.data_folder()))
        own.notes[write_data.DATABASE] = True
        with write_data.shop(own, "entrepot") as variants, _up(home) as installation:
            yield installation, variants
    finally:
        connection.close()
        embedded.stop()
        os.environ.clear()
        os.environ.update(before)
        connection.settings_dict["HOST"] = host


@contextmanager
def _up(home: Path) -> Iterator[Installation]:
    port = free_port()
    env = {**os.environ, **write_data.ENVIRONMENT,
           "ENTREPOT_EMAIL_BACKEND": "django.core.mail.backends.dummy.EmailBackend"}
    env.pop("DATABASE_URL", None)
    with (home / "up.log").open("wb") as log:
        supervisor = subprocess.Popen(
            [str(Path(sys.executable).with_name("entrepot")), "up", "--port", str(port)], cwd=ROOT, env=env,
            stdout=log, stderr=log)
        try:
            _wait_ready(f"http://127.0.0.1:{port}", home)
            yield Installation(home, supervisor, f"http://127.0.0.1:{port}")
        finally:
            supervisor.terminate()
            supervisor.wait(60)


def _wait_ready(url: str, home: Path) -> float:
    """Until the installation says it is ready; seconds it took."""
    started = time.monotonic()
    while time.monotonic() < started + 2 * PATIENCE_S:
        browser = Browser(url, timeout=5)
        try:
            if browser.call("GET", "/readyz")[0] == 200:
                return time.monotonic() - started
        except OSError:
            pass
        finally:
            browser.close()
        time.sleep(0.1)
    raise SystemExit(f"not ready after two minutes:\n{(home / 'up.log').read_text()[-3000:]}")


# ---- the storm


@dataclass
class Storm:
    """What buyers were told: orders by idempotency key, and everything else counted."""

    acknowledged: dict[str, dict[str, Any]] = field(default_factory=dict)
    answers: Counter[str] = field(default_factory=Counter)
    changed: list[str] = field(default_factory=list)  # a repeated purchase that told of another order
    slowest_s: float = 0.0
    lock: threading.Lock = field(default_factory=threading.Lock)

    def note(self, what: str) -> None:
        with self.lock:
            self.answers[what] += 1

    def keep(self, key: str, order: dict[str, Any], seconds: float) -> None:
        with self.lock:
            known = self.acknowledged.setdefault(key, order)
            self.slowest_s = max(self.slowest_s, seconds)
            if known["id"] != order["id"]:
                self.changed.append(key)


def _buy(url: str, body: bytes, storm: Storm, chosen: random.Random) -> None:
    """Send a purchase until it is answered for good; then, now and then, send it once more."""
    key, started = str(uuid4()), time.monotonic()
    browser, repeats = Browser(url, timeout=20), chosen.randrange(4) == 0
    while True:
        status, answer = _sent(browser, body, key)
        storm.note(_outcome(status, answer))
        if status in (200, 201):
            storm.keep(key, json.loads(answer)["order"], time.monotonic() - started)
            if not repeats:
                break
            repeats = False
        elif status in (409, 422) and json.loads(answer)["code"] not in ("busy", "idempotency_in_flight"):
            break
        elif time.monotonic() > started + PATIENCE_S:
            storm.note("stuck for a minute")
            break
        else:
            time.sleep(0.1 + chosen.random() * 0.2)
    browser.close()


def _sent(browser: Browser, body: bytes, key: str) -> tuple[int, bytes]:
    """Status 0: no answer."""
    try:
        return browser.call("POST", "/api/v1/checkouts/complete", body, f"Idempotency-Key: {key}\r\n")
    except OSError:
        return 0, b"{}"


def _outcome(status: int, answer: bytes) -> str:
    if status < 400:
        return str(status or "no answer")
    try:
        return f"{status} {json.loads(answer).get('code', '')}"
    except ValueError:
        return str(status)


def _storm(installation: Installation, storm: Storm, bodies: list[bytes], strike: Callable[[], None],
           chosen: random.Random) -> None:
    """All purchases by a few buyers at once; `strike` comes somewhere in the middle."""
    numbers, lock = iter(range(len(bodies))), threading.Lock()
    moment = chosen.randrange(len(bodies) // 6, len(bodies) // 2)

    def work(seed: int) -> None:
        mine = random.Random(seed)
        while True:
            with lock:
                number = next(numbers, None)
            if number is None:
                return
            if number == moment:
                strike()
            _buy(installation.url, bodies[number], storm, mine)

    threads = [threading.Thread(target=work, args=(chosen.getrandbits(32),)) for _ in range(AT_ONCE)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


# ---- the reckoning


@dataclass
class Losses:
    """Everything that must be zero."""

    lost: int = 0
    charged_twice: int = 0
    oversold: int = 0
    undersold: int = 0
    stuck: int = 0
    orphans: int = 0
    slowest_quiet_s: float = 0.0


_ORDERS = """
SELECT o.id::text, o.total_minor, count(p.id) AS payments, coalesce(sum(p.captured_minor), 0) AS captured
  FROM orders_order o LEFT JOIN payments_payment p ON p.order_id = o.id GROUP BY o.id
"""

_WAITING = """
SELECT 'delivery ' || state || ' ' || handler AS what FROM kit_delivery WHERE state <> 'done'
UNION ALL SELECT 'job ' || status || ' ' || task_name FROM procrastinate_jobs
 WHERE status IN ('todo', 'doing') AND queue_name <> 'upkeep' AND (scheduled_at IS NULL OR scheduled_at < now())
UNION ALL SELECT 'transaction ' || state FROM pg_stat_activity
 WHERE datname = current_database() AND pid <> pg_backend_pid() AND xact_start < now() - interval '10 s'
"""


def _quiet(losses: Losses) -> None:
    """Wait until no event, job or transaction is left; what is there after a minute is stuck."""
    from entrepot.kit import db

    started = time.monotonic()
    while waiting := db.rows(_WAITING):
        if time.monotonic() > started + PATIENCE_S:
            losses.stuck += len(waiting)
            print(f"  stuck: {Counter(row.what for row in waiting).most_common(5)}", flush=True)
            break
        time.sleep(0.2)
    losses.slowest_quiet_s = max(losses.slowest_quiet_s, time.monotonic() - started)


def _reckon(storm: Storm, scarce: UUID, losses: Losses) -> None:
    from entrepot.kit import db

    orders = {row.id: row for row in db.rows(_ORDERS)}
    told = {order["id"]: order for order in storm.acknowledged.values()}
    losses.lost = sum(id_ not in orders or orders[id_].total_minor != order["total_minor"]
                      for id_, order in told.items())
    losses.charged_twice = (len(storm.changed) + len(storm.acknowledged) - len(told) + len(orders.keys() - told.keys())
                            + sum(row.payments != 1 or row.captured != row.total_minor for row in orders.values()))
    balance = db.row("SELECT on_hand, reserved FROM inventory_balance WHERE variant_id = %s", [scarce])
    losses.oversold += max(0, int(balance.reserved - balance.on_hand))
    losses.undersold += max(0, int(balance.on_hand - balance.reserved))
    losses.orphans = len(write_hot.left_behind())


def chaos(stage: Stage) -> list[Row]:
    chosen, storm, losses, killed, worst = random.Random(SEED), Storm(), Losses(), Counter[str](), 0.0
    with installed(stage) as (installation, variants):
        for number, victim in zip(range(1, ROUNDS + 1), itertools.cycle(VICTIMS), strict=False):
            scarce, = write_data.add_goods([1000], stocked=SCARCE, mark=f"C{number}")
            bodies = _bodies(variants, scarce, number, chosen)

            def strike(victim: str = victim) -> None:
                for pid in installation.victims(victim):
                    os.kill(pid, signal.SIGKILL)
                    killed[victim] += 1

            _storm(installation, storm, bodies, strike, chosen)
            worst = max(worst, _wait_ready(installation.url, installation.home))
            _reconnect()
            _quiet(losses)
            _reckon(storm, scarce, losses)
            print(f"  round {number}, {victim}: {len(storm.acknowledged)} orders, {dict(storm.answers)}, {losses}",
                  flush=True)
    _tell(storm, killed)
    return _rows(storm, losses, worst)


def _bodies(variants: list[UUID], scarce: UUID, number: int, chosen: random.Random) -> list[bytes]:
    """Half of the buyers want the scarce item, too."""
    bodies = []
    for n in range(BUYERS):
        wanted = chosen.sample(variants, 2) if n % 2 else [scarce, chosen.choice(variants)]
        bodies.append(json.dumps(write_data.purchase(wanted, number * 1000 + n)).encode())
    chosen.shuffle(bodies)
    return bodies


def _reconnect() -> None:
    from django.db import OperationalError, connection

    from entrepot.kit import db

    deadline = time.monotonic() + PATIENCE_S
    while True:
        connection.close()
        try:
            db.value("SELECT 1")
            return
        except OperationalError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.2)


def _tell(storm: Storm, killed: Counter[str]) -> None:
    print(f"  killed: {dict(killed)}; answers: {dict(storm.answers)}", flush=True)


def _rows(storm: Storm, losses: Losses, worst_s: float) -> list[Row]:
    job = f"kill -9, {ROUNDS} rounds"
    unexplained = sum(count for what, count in storm.answers.items() if what.startswith("500"))
    return [at_most(f"{job}: acknowledged orders lost", losses.lost, f"of {len(storm.acknowledged)}", most=0),
            at_most(f"{job}: charged or ordered twice, or never told", losses.charged_twice, "orders", most=0),
            at_most(f"{job}: oversold", losses.oversold, "pieces", most=0),
            at_most(f"{job}: scarce goods unsold", losses.undersold, "pieces", most=0),
            at_most(f"{job}: stuck for more than a minute", losses.stuck + storm.answers["stuck for a minute"], "items",
                    most=0),
            at_most(f"{job}: orphans and broken invariants", losses.orphans, "rows", most=0),
            at_most(f"{job}: answers of status 500", unexplained, "answers", most=0),
            at_most(f"{job}: longest wait of a buyer for the order", storm.slowest_s, "s", most=PATIENCE_S),
            at_most(f"{job}: longest wait for events and jobs", losses.slowest_quiet_s, "s", most=PATIENCE_S),
            at_most(f"{job}: longest wait for readiness after a round", worst_s, "s", most=PATIENCE_S)]


JOBS = {"chaos": Job(chaos, slow=True)}
