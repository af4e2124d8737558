"""Metrics for Prometheus and spans for OpenTelemetry.

Several web processes share one set of metrics through memory-mapped files in `PROMETHEUS_MULTIPROC_DIR`, set by the
WSGI entry point. Spans cost nothing until somebody installs an OpenTelemetry SDK and configures an exporter.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from opentelemetry import trace
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Counter, Histogram, generate_latest

from entrepot.kit.home import home

FOLDER = "PROMETHEUS_MULTIPROC_DIR"

REQUESTS = Counter("entrepot_http_requests_total", "Answers by method, route and status.",
                   ["method", "route", "status"])
SECONDS = Histogram("entrepot_http_request_seconds", "Time to answer.", ["route"],
                    buckets=(.001, .0025, .005, .01, .025, .05, .1, .25, .5, 1, 2.5, 5, 10))
REFUSED = Counter("entrepot_http_refused_total", "Requests refused before the view.", ["reason"])

# Looking a child up by its labels costs more than counting, so children are kept.
_answers: dict[tuple[str, str, int], tuple[Counter, Histogram]] = {}


def answered(method: str, route: str, status: int, seconds: float) -> None:
    """Count an answer and its time."""
    kept = _answers.get((method, route, status))
    if kept is None:
        kept = _answers[method, route, status] = REQUESTS.labels(method, route, status), SECONDS.labels(route)
    kept[0].inc()
    kept[1].observe(seconds)


_tracer = trace.get_tracer("entrepot")


def clear_shared() -> None:
    """Forget what processes of an earlier start have counted (called before the web server starts)."""
    folder = Path(os.environ.get(FOLDER, str(home() / "metrics")))
    for path in folder.glob("*.db"):
        path.unlink(missing_ok=True)


def exposition() -> tuple[bytes, str]:
    """All metrics in Prometheus' text form, over all processes, and the content type."""
    if not os.environ.get(FOLDER):
        return generate_latest(), CONTENT_TYPE_LATEST
    from prometheus_client.multiprocess import MultiProcessCollector

    registry = CollectorRegistry()
    MultiProcessCollector(registry)  # type: ignore[no-untyped-call]  # untyped in prometheus_client
    return generate_latest(registry), CONTENT_TYPE_LATEST


def tracing() -> bool:
    """True when an OpenTelemetry SDK is installed and set up in this process."""
    return not isinstance(trace.get_tracer_provider(), (trace.ProxyTracerProvider, trace.NoOpTracerProvider))


@contextmanager
def span(name: str, **attributes: Any) -> Iterator[None]:
    """A span around a piece of work; nothing at all when nobody listens."""
    if not tracing():
        yield
        return
    with _tracer.start_as_current_span(name, attributes=attributes):
        yield
