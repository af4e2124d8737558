"""What a web process weighs after a mix of reading and buying, and what it must not have imported."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterable
from typing import Any

from bench import write_data, write_load
from bench.harness import Job, Row, Stage, at_most, drive

MODEL_LIBRARIES = ("polars", "duckdb", "numpy", "pandas", "scipy", "sklearn", "lightgbm", "statsforecast", "torch",
                   "matplotlib", "pyarrow", "weasyprint")


def application(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
    """The real application, which also tells what this process has imported."""
    if environ["PATH_INFO"] == "/bench/modules":
        start_response("200 OK", [("Content-Type", "application/json")])
        return [json.dumps([name for name in MODEL_LIBRARIES if name in sys.modules]).encode()]
    return _real()(environ, start_response)  # type: ignore[no-any-return]


def _real() -> Any:
    from config.wsgi import application

    return application


def memory(stage: Stage) -> list[Row]:
    from entrepot.web.commands import prepare_files

    with write_data.shop(stage) as variants:
        prepare_files()  # as every start does
        bodies = write_data.purchases(variants, 500)
        paths = ["/api/v1/products", "/", *(f"/api/v1/products/thing-w-{n}" for n in range(200)),
                 "/api/v1/search?q=thing", "/products/thing-w-1", "/api/v1/openapi.json", "/readyz", "/metrics"]
        with stage.serving("bench.memory:application") as server:
            fresh = max(server.resident_mb())
            drive(server, paths, seconds=5)
            write_load.post(server, "/api/v1/checkouts/complete", bodies, seconds=5)
            write_load.elsewhere("stepwise", server.url, at_once=8, seconds=5, more={
                "variants": [str(v) for v in variants], "address": write_data.ADDRESS})
            resident = max(server.resident_mb())
            imported = json.loads(server.get("/bench/modules")[1])
    if imported:
        print(f"  imported by the web process: {imported}", flush=True)
    return [at_most("web process after reading and buying, resident", resident, "MB", most=160),
            at_most("web process before its first request, resident", fresh, "MB"),
            at_most("web process, model libraries imported", len(imported), "libraries", most=0)]


JOBS = {"memory": Job(memory)}
