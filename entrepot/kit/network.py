"""Where a request comes from. Forwarded addresses count only when a proxy we trust wrote them."""

from __future__ import annotations

import ipaddress
import os
from functools import lru_cache

from django.http import HttpRequest

_SPEAKS_FOR_OTHERS = ("HTTP_X_FORWARDED_FOR", "HTTP_FORWARDED", "HTTP_X_REAL_IP")

Network = ipaddress.IPv4Network | ipaddress.IPv6Network


@lru_cache(maxsize=4)
def _trusted(setting: str) -> tuple[Network, ...]:
    return tuple(ipaddress.ip_network(n.strip()) for n in setting.split(",") if n.strip())


def client_ip(request: HttpRequest) -> str | None:
    """The nearest address on the way back that is not a trusted proxy (`ENTREPOT_TRUSTED_PROXIES`, networks)."""
    trusted = _trusted(os.environ.get("ENTREPOT_TRUSTED_PROXIES", ""))
    address = _valid(request.META.get("REMOTE_ADDR", ""))
    if not trusted:
        return address
    hops = [h.strip() for h in request.META.get("HTTP_X_FORWARDED_FOR", "").split(",") if h.strip()]
    while hops and address and _within(address, trusted):
        nearer = _valid(hops.pop())
        if nearer is None:
            break
        address = nearer
    return address


def _within(address: str, networks: tuple[Network, ...]) -> bool:
    ip = ipaddress.ip_address(address)
    return any(ip in network for network in networks)


@lru_cache(maxsize=10_000)
def _valid(address: str) -> str | None:
    try:
        return str(ipaddress.ip_address(address.strip()))
    except ValueError:
        return None


def is_from_here(request: HttpRequest) -> bool:
    """True for a caller on this very machine; a proxy here that nobody named speaks for others."""
    return is_local(client_ip(request)) and not any(name in request.META for name in _SPEAKS_FOR_OTHERS)


@lru_cache(maxsize=10_000)
def is_local(address: str | None) -> bool:
    """True for this very machine."""
    return address is not None and ipaddress.ip_address(address).is_loopback
