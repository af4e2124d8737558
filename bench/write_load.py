"""Load for the write jobs: wrk with bodies, and buyers that walk through a checkout, in a process of their own."""

from __future__ import annotations

import json
import re
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from bench.harness import CONNECTIONS, ROOT, SECONDS, Load, Server, load_of, percentiles

_LUA = """
local bodies, keyed, at = {}, false, 0
local headers = {["Content-Type"] = "application/json"}
function init(args)
  for line in io.lines(args[1]) do bodies[#bodies + 1] = line end
  keyed = args[2] == "keyed"
  math.randomseed(tonumber(args[3]))
  run = tostring(math.random(1, 1000000000))
end
function request()
  at = at + 1
  if keyed then headers["Idempotency-Key"] = run .. "-" .. at end
  return wrk.format("POST", nil, headers, bodies[at % #bodies + 1])
end
"""


def post(server: Server, path: str, bodies: Sequence[bytes], *, seconds: float = SECONDS, keyed: bool = False,
         connections: int = CONNECTIONS) -> Load:
    """POST these bodies in turn over kept-alive connections, after a short warm-up."""
    _post(server, path, bodies, 2, keyed, connections)
    return _post(server, path, bodies, seconds, keyed, connections)


def _post(server: Server, path: str, bodies: Sequence[bytes], seconds: float, keyed: bool, connections: int) -> Load:
    with tempfile.TemporaryDirectory() as folder:
        script, listed = Path(folder) / "post.lua", Path(folder) / "bodies.txt"
        script.write_text(_LUA)
        listed.write_bytes(b"\n".join(bodies))
        done = subprocess.run(
            ["wrk", "-t1", f"-c{connections}", f"-d{max(1, round(seconds))}s", "--latency", "-s", str(script),
             server.url + path, "--", str(listed), "keyed" if keyed else "-", str(time.time_ns() % 10**9)],
            capture_output=True, text=True, check=True).stdout
    return load_of(done)


# The calls of one flow after another, by one buyer a thread; the view makes up the rest from the number of the flow.
_REPLAY = """
local number, at = 0, 0
function setup(thread)
  number = number + 1
  thread:set("first", number)
end
function request()
  local flow = first * 100000000 + run + math.floor(at / 4)
  local step = at % 4
  at = at + 1
  return wrk.format("POST", "/order/" .. string.format("%d", flow) .. "/" .. step, nil, "{}")
end
function init(args) run = tonumber(args[1]) end
"""


def replay(server: Server, seconds: float) -> Load:
    """`CONNECTIONS` buyers whose flows of four calls `write_bare` replays; the load is told in calls."""
    with tempfile.NamedTemporaryFile("w", suffix=".lua") as script:
        script.write(_REPLAY)
        script.flush()
        done = subprocess.run(
            ["wrk", f"-t{CONNECTIONS}", f"-c{CONNECTIONS}", f"-d{round(seconds)}s", "--latency", "-s", script.name,
             server.url, "--", str(time.time_ns() // 10**6 % 10**8)],
            capture_output=True, text=True, check=True).stdout
    return load_of(done)


class Browser:
    """One kept-alive connection, with as little of our own time as Python allows."""

    def __init__(self, url: str, timeout: float = 30) -> None:
        host, port = url.removeprefix("http://").split(":")
        self._address, self._timeout = (host, int(port)), timeout
        self._socket: socket.socket | None = None

    def call(self, method: str, path: str, body: bytes = b"", headers: str = "") -> tuple[int, bytes]:
        """Status and body. Raises OSError when the connection breaks."""
        try:
            if self._socket is None:
                self._socket = socket.create_connection(self._address, self._timeout)
                self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            self._socket.sendall(
                f"{method} {path} HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n{headers}"
                f"Content-Length: {len(body)}\r\n\r\n".encode() + body)
            return self._answer(self._socket)
        except (OSError, ValueError) as error:
            self.close()
            raise OSError(str(error)) from error

    def _answer(self, connection: socket.socket) -> tuple[int, bytes]:
        got = b""
        while (end := got.find(b"\r\n\r\n")) < 0:
            got += self._more(connection)
        head, rest = got[:end].lower(), got[end + 4:]
        if b"transfer-encoding: chunked" in head:
            return int(head[9:12]), self._chunks(connection, rest)
        length = re.search(rb"content-length: (\d+)", head)
        if length is None:
            raise OSError("an answer of unknown length")
        while len(rest) < int(length[1]):
            rest += self._more(connection)
        return int(head[9:12]), rest

    def _chunks(self, connection: socket.socket, got: bytes) -> bytes:
        whole = b""
        while True:
            while (end := got.find(b"\r\n")) < 0:
                got += self._more(connection)
            size = int(got[:end], 16)
            while len(got) < end + 4 + size:
                got += self._more(connection)
            if not size:
                return whole
            whole, got = whole + got[end + 2:end + 2 + size], got[end + 4 + size:]

    @staticmethod
    def _more(connection: socket.socket) -> bytes:
        if got := connection.recv(65536):
            return got
        raise OSError("the connection was closed")

    def close(self) -> None:
        if self._socket is not None:
            self._socket.close()
            self._socket = None


# ---- buyers


@dataclass
class Tally:
    """How buyers fared: outcomes by status and code, milliseconds of whole flows, seconds of all of it."""

    outcomes: Counter[str] = field(default_factory=Counter)
    times: list[float] = field(default_factory=list)
    seconds: float = 0.0

    @property
    def rate(self) -> float:
        return len(self.times) / self.seconds

    @property
    def milliseconds(self) -> tuple[float, float]:
        return percentiles(self.times)


def crowd(url: str, at_once: int, buy: Callable[[Browser, int], str], *, buyers: int | None = None,
          seconds: float | None = None) -> Tally:
    """`at_once` buyers side by side, until so many have bought or the time is over. `buy` tells the outcome."""
    tally, lock, numbers = Tally(), threading.Lock(), iter(range(buyers or 10**9))
    gate = threading.Barrier(at_once + 1)
    until = [float("inf")]

    def work() -> None:
        browser = Browser(url)
        gate.wait()
        while time.monotonic() < until[0]:
            with lock:
                number = next(numbers, None)
            if number is None:
                break
            started = time.perf_counter()
            outcome = buy(browser, number)
            took = (time.perf_counter() - started) * 1000
            with lock:
                tally.outcomes[outcome] += 1
                tally.times.append(took)
        browser.close()

    threads = [threading.Thread(target=work) for _ in range(at_once)]
    for thread in threads:
        thread.start()
    if seconds is not None:
        until[0] = time.monotonic() + seconds
    started = time.perf_counter()
    gate.wait()
    for thread in threads:
        thread.join()
    tally.seconds = time.perf_counter() - started
    return tally


def told(status: int, body: bytes) -> str:
    """An outcome: `201`, or `409 out_of_stock`."""
    return f"{status} {json.loads(body).get('code', '')}" if status >= 400 else str(status)


def elsewhere(name: str, url: str, **options: Any) -> Tally:
    """Run `crowd` with a buyer of `BUYERS` in another process, so that ours does not slow it down."""
    done = subprocess.run([sys.executable, "-m", "bench.write_load"], cwd=ROOT, check=True, stdout=subprocess.PIPE,
                          input=json.dumps({"name": name, "url": url, **options}).encode())
    found = json.loads(done.stdout)
    return Tally(Counter(found["outcomes"]), found["times"], found["seconds"])


def walk(server: Server, seconds: float, variants: Sequence[str], address: dict[str, str]) -> Tally:
    """`CONNECTIONS` guests who check out step by step, one order after another; see `stepwise.lua`."""
    with tempfile.NamedTemporaryFile("w", suffix=".txt") as listed:
        listed.write("\n".join(variants))
        listed.flush()
        done = subprocess.run(
            ["wrk", f"-t{CONNECTIONS}", f"-c{CONNECTIONS}", f"-d{round(seconds)}s", "-s", ROOT / "bench/stepwise.lua",
             server.url, "--", listed.name, json.dumps(address), str(CONNECTIONS)],
            capture_output=True, text=True, check=True).stdout
    found = json.loads(done.splitlines()[-1])
    return Tally(Counter(found["outcomes"]), found["times"], found["seconds"])


def stepwise(browser: Browser, number: int, variants: Sequence[str], address: dict[str, str]) -> str:
    """A guest's checkout as a page walks it: cart, contact and address, delivery, order."""
    chosen = (number * 7919 % len(variants), (number * 104_729 + 1) % len(variants))
    lines = [{"variant_id": variants[n], "quantity": 1} for n in dict.fromkeys(chosen)]
    status, body = browser.call("POST", "/api/v1/carts", json.dumps({"channel": "web", "lines": lines}).encode())
    if status != 201:
        return told(status, body)
    cart = json.loads(body)
    path, secret = f"/api/v1/carts/{cart['id']}", f"Cart-Secret: {cart['secret']}\r\n"
    contact = {"email": f"buyer{number}@example.com", "shipping_address": address}
    for method, tail, sent in (
        ("PATCH", "/overview", json.dumps(contact).encode()), ("PUT", "/delivery", b""), ("POST", "/place", b""),
    ):
        if tail == "/delivery":
            sent = json.dumps({"method": json.loads(body)["delivery_options"][0]["code"]}).encode()
        elif tail == "/place":
            total = json.loads(body)["total_minor"]
            sent = json.dumps({"payment_method": "test", "expected_total_minor": total}).encode()
        status, body = browser.call(method, path + tail, sent, secret)
        if status >= 300:
            return told(status, body)
    return str(status)


def complete(browser: Browser, number: int, bodies: Sequence[str]) -> str:
    """A whole purchase in one call."""
    return told(*browser.call("POST", "/api/v1/checkouts/complete", bodies[number % len(bodies)].encode()))


BUYERS: dict[str, Callable[..., str]] = {"stepwise": stepwise, "complete": complete}


def main() -> None:
    given = json.load(sys.stdin)
    buyer, more = BUYERS[given["name"]], given.get("more", {})
    tally = crowd(given["url"], given["at_once"], lambda browser, number: buyer(browser, number, **more),
                  buyers=given.get("buyers"), seconds=given.get("seconds"))
    json.dump({"outcomes": tally.outcomes, "times": tally.times, "seconds": tally.seconds}, sys.stdout)


if __name__ == "__main__":
    main()
