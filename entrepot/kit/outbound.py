"""The one way to call an address that somebody typed in: it never reaches our own networks.

The name is resolved first and every address must be public; the connection goes to exactly that address, so a second
answer of the name server changes nothing. No redirects, no credentials in the address, a deadline, a cap on bytes.
`ENTREPOT_ALLOW_PRIVATE_HOOKS=1` (tests, closed networks) allows private addresses and plain HTTP.
"""

from __future__ import annotations

import http.client
import ipaddress
import os
import socket
import ssl
import time
from dataclasses import dataclass
from urllib.parse import SplitResult, urlsplit

DEADLINE_SECONDS = 10.0
CONNECT_SECONDS = 4.0
MAX_BYTES = 64 * 1024

_NAT64 = ipaddress.ip_network("64:ff9b::/96")
# Whatever else IPv6 knows is old or local: site-local, translated (also by a network's own NAT64), IPv4-compatible.
_GLOBAL_UNICAST = ipaddress.ip_network("2000::/3")


class Refused(Exception):
    """The address may not be called; the message says why, for the delivery log."""


class Failed(Exception):
    """The other side could not be reached or took too long."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What another server answered."""

    status: int
    text: str


def private_allowed() -> bool:
    """Whether addresses of this network may be called: for tests and closed networks."""
    return os.environ.get("ENTREPOT_ALLOW_PRIVATE_HOOKS") == "1"


def is_public(address: str) -> bool:
    """True for an address on the open internet; addresses that carry another inside are judged by that one."""
    ip = ipaddress.ip_address(address.split("%")[0])
    if isinstance(ip, ipaddress.IPv6Address):
        inner = ip.ipv4_mapped or ip.sixtofour or (ip.teredo[1] if ip.teredo else None)
        if inner is None and ip in _NAT64:
            inner = ipaddress.IPv4Address(int(ip) & 0xFFFFFFFF)
        if inner is not None:
            return is_public(str(inner))
        if ip not in _GLOBAL_UNICAST:
            return False
    return ip.is_global and not ip.is_multicast


def parse(url: str) -> SplitResult:
    """The parts of an address that may be called at all. Raises Refused."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as error:
        raise Refused("not a valid address") from error
    if parts.scheme != "https" and not (parts.scheme == "http" and private_allowed()):
        raise Refused("only https is called")
    if not parts.hostname or parts.username is not None or parts.password is not None or port == 0:
        raise Refused("not a valid address")
    if any(ord(c) <= 32 or ord(c) > 126 for c in url):
        raise Refused("not a valid address")
    return parts


def _resolve(host: str, port: int) -> str:
    try:
        found = {str(info[4][0]) for info in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)}
    except (OSError, UnicodeError) as error:
        raise Failed("the name does not resolve") from error
    if not private_allowed() and not all(is_public(a) for a in found):
        raise Refused("the name leads into a private network")
    return min(found, key=lambda a: ":" in a)


class _Pinned(http.client.HTTPConnection):
    """A connection to an address that was checked, under the name that it goes by."""

    def __init__(self, parts: SplitResult, address: str) -> None:
        self._address, self._secure = address, parts.scheme == "https"
        port = parts.port or (443 if self._secure else 80)
        super().__init__(parts.hostname or "", port, timeout=CONNECT_SECONDS)

    def connect(self) -> None:
        self.sock = socket.create_connection((self._address, self.port), self.timeout)
        if self._secure:
            self.sock = ssl.create_default_context().wrap_socket(self.sock, server_hostname=self.host)


def post(url: str, body: bytes, headers: dict[str, str]) -> Answer:
    """Send `body` and return status and the beginning of the answer. Raises Refused or Failed."""
    started = time.monotonic()
    parts = parse(url)
    address = _resolve(parts.hostname or "", parts.port or (443 if parts.scheme == "https" else 80))
    target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    connection = _Pinned(parts, address)
    try:
        connection.request("POST", target, body, {"Content-Type": "application/json", "Connection": "close", **headers})
        response = connection.getresponse()
        return Answer(response.status, _read(connection, response, started).decode("utf-8", "replace"))
    except (OSError, http.client.HTTPException, ValueError) as error:
        raise Failed(type(error).__name__) from error
    finally:
        connection.close()


def _read(connection: http.client.HTTPConnection, response: http.client.HTTPResponse, started: float) -> bytes:
    """At most MAX_BYTES, and not beyond the deadline however slowly it drips."""
    chunks, size = [], 0
    while size < MAX_BYTES:
        left = DEADLINE_SECONDS - (time.monotonic() - started)
        if left <= 0:
            raise TimeoutError
        if connection.sock is not None:
            connection.sock.settimeout(left)
        chunk = response.read1(8192)
        if not chunk:
            break
        chunks.append(chunk)
        size += len(chunk)
    return b"".join(chunks)[:MAX_BYTES]
