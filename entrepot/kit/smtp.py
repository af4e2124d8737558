"""The mail server, named by one address as databases are."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import unquote, urlsplit

PORTS = {"smtp": 25, "smtp+tls": 587, "smtps": 465}


@dataclass(frozen=True, slots=True)
class Server:
    """Where mail is handed in, read from one address."""

    host: str
    port: int
    user: str = ""
    password: str = ""
    starts_tls: bool = False  # begins in the clear, as `smtp+tls` does
    is_tls: bool = False  # encrypted from the first byte, as `smtps` is


def server(address: str) -> Server:
    """`smtp`, `smtp+tls` or `smtps` `://[user:password@]host[:port]`, user and password percent-encoded. Raises
    ValueError for anything else: a shop that cannot send mail should not start.
    """
    parts = urlsplit(address)
    if parts.scheme not in PORTS or not parts.hostname:
        raise ValueError("ENTREPOT_SMTP is smtp://, smtp+tls:// or smtps:// with a host")
    return Server(parts.hostname, parts.port or PORTS[parts.scheme], unquote(parts.username or ""),
                  unquote(parts.password or ""), starts_tls=parts.scheme == "smtp+tls", is_tls=parts.scheme == "smtps")
