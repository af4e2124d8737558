"""The content security policy: our own origin and nonces; what a page needs beyond goes through a checked merger."""

from __future__ import annotations

import re
import secrets

from django.http import HttpRequest, HttpResponse

_BASE: dict[str, tuple[str, ...]] = {
    "default-src": ("'self'",),
    "script-src": ("'self'",),
    "style-src": ("'self'",),
    "img-src": ("'self'", "data:", "blob:"),
    "font-src": ("'self'",),
    "connect-src": ("'self'",),
    "object-src": ("'none'",),
    "base-uri": ("'none'",),
    "form-action": ("'self'",),
    "frame-ancestors": ("'none'",),
    "report-uri": ("/csp-report",),
}

_ORIGIN = re.compile(r"https://[a-z0-9.-]+(:\d+)?")
_MAY_GROW = frozenset({"script-src", "style-src", "img-src", "font-src", "connect-src", "form-action", "frame-src"})


def nonce(request: HttpRequest) -> str:
    """The nonce of this answer, for `<script nonce="{{ request.csp_nonce }}">`."""
    value = getattr(request, "_csp_nonce", None)
    if value is None:
        value = request._csp_nonce = secrets.token_urlsafe(16)  # type: ignore[attr-defined]
    return str(value)


class NonceDescriptor:
    """`request.csp_nonce`, made when a template asks for it."""

    def __init__(self, request: HttpRequest) -> None:
        self._request = request

    def __str__(self) -> str:
        return nonce(self._request)


def allow(response: HttpResponse, directive: str, *origins: str) -> None:
    """Let this answer reach https origins beyond our own, for one directive (a payment provider's form or script)."""
    if directive not in _MAY_GROW:
        raise ValueError(f"{directive} cannot be widened")
    for origin in origins:
        if not _ORIGIN.fullmatch(origin):
            raise ValueError(f"{origin} is not an https origin")
    extra = response.__dict__.setdefault("csp_extra", {})
    extra.setdefault(directive, []).extend(origins)


def header(request: HttpRequest, response: HttpResponse) -> str:
    """The policy of an HTML answer."""
    policy = {k: list(v) for k, v in _BASE.items()}
    if (value := getattr(request, "_csp_nonce", None)) is not None:
        policy["script-src"].append(f"'nonce-{value}'")
        policy["style-src"].append(f"'nonce-{value}'")
    for directive, sources in getattr(response, "csp_extra", {}).items():
        policy.setdefault(directive, ["'self'"]).extend(sources)
    return "; ".join(f"{k} {' '.join(v)}" for k, v in policy.items())
