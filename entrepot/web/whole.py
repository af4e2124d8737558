"""Answers that are complete go to the web server in one piece: it need not ask for parts, one thread waiting for
another, which took a tenth of a small request."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any


class Whole:
    """The WSGI application; what it streams is left as it is."""

    def __init__(self, application: Callable[[dict[str, Any], Any], Any]) -> None:
        self._application = application

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        response = self._application(environ, start_response)
        if response.streaming:
            return response  # type: ignore[no-any-return]  # of Django, which knows no types
        try:
            return [response.content]
        finally:
            response.close()
