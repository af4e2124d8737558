"""Is this process alive, can it work, and how is it doing: `/livez`, `/readyz`, `/metrics`, `entrepot doctor`."""

from __future__ import annotations

import hmac
import os
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import structlog
from django.apps import apps
from django.conf import settings
from django.db import DatabaseError, InterfaceError, connection
from django.http import HttpRequest, HttpResponse
from django.urls import path
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET, require_POST

from entrepot.kit import clock, db, telemetry
from entrepot.kit.json import dumps
from entrepot.kit.network import is_from_here
from entrepot.kit.permissions import ANYONE, METRICS_READ
from entrepot.kit.rest import actor_of, public_view

log = structlog.get_logger("entrepot.health")

WORKER_SILENT = timedelta(seconds=40)  # workers write their heartbeat every 10 seconds

_migrated = False


@require_GET
@public_view(ANYONE)
def livez(request: HttpRequest) -> HttpResponse:
    """The process answers. Nothing else is asked, so a database outage does not restart web servers."""
    return HttpResponse(b'{"ok":true}', content_type="application/json")


@require_GET
@public_view(ANYONE)
def readyz(request: HttpRequest) -> HttpResponse:
    """Ready to take work: the database answers and has this version's tables; a silent worker is told, not fatal."""
    parts = [_database()]
    if parts[0]["ok"]:
        parts += [_migrations(), _worker(), *(probe() for probe in _probes)]
    ready = all(p["ok"] for p in parts if p["part"] in ("database", "migrations"))
    body = {"ok": ready, "parts": [{"part": p["part"], "ok": p["ok"]} for p in parts]}
    return HttpResponse(dumps(body), status=200 if ready else 503, content_type="application/json")


@require_GET
@public_view(ANYONE)
def metrics(request: HttpRequest) -> HttpResponse:
    """For Prometheus: from this machine, with `ENTREPOT_METRICS_TOKEN`, or with the permission."""
    token = os.environ.get("ENTREPOT_METRICS_TOKEN", "")
    given = request.headers.get("Authorization", "").removeprefix("Bearer ")
    if not is_from_here(request) and not (token and hmac.compare_digest(token, given)):
        actor_of(request).require(METRICS_READ)
    body, content_type = telemetry.exposition()
    return HttpResponse(body, content_type=content_type)


@csrf_exempt
@require_POST
@public_view(ANYONE)
def csp_report(request: HttpRequest) -> HttpResponse:
    """Browsers tell what the content security policy stopped."""
    telemetry.REFUSED.labels("csp").inc()
    log.warning("content security policy", report=request.body[:2000].decode("utf-8", "replace"))
    return HttpResponse(status=204)


urlpatterns = [path("livez", livez), path("readyz", readyz), path("metrics", metrics), path("csp-report", csp_report)]


_probes: list[Callable[[], dict[str, Any]]] = []


def also(probe: Callable[[], dict[str, Any]]) -> Callable[[], dict[str, Any]]:
    """A context's own part of the report: `@also` above a function that returns `part(...)`. Told, never fatal."""
    _probes.append(probe)
    return probe


def part(name: str, ok: bool, detail: str) -> dict[str, Any]:
    """One part of the installation, as `report` tells it; `detail` is in the reader's language."""
    return {"part": name, "ok": ok, "detail": detail}


def _database() -> dict[str, Any]:
    try:
        return part("database", True, "PostgreSQL " + str(db.value("SHOW server_version")))
    except (DatabaseError, InterfaceError) as error:
        connection.close()
        return part("database", False, type(error).__name__)


def _migrations() -> dict[str, Any]:
    """All applied? Once true, it stays true for the life of the process."""
    global _migrated
    if not _migrated:
        has_any = db.value("SELECT to_regclass('django_migrations') IS NOT NULL")  # not in a new database
        applied = {(r.app, r.name) for r in db.rows("SELECT app, name FROM django_migrations")} if has_any else set()
        _migrated = _migrations_on_disk() <= applied
    return part("migrations", _migrated, _("applied") if _migrated else _("missing: run entrepot migrate"))


def _migrations_on_disk() -> set[tuple[str, str]]:
    """By their file names: Django's own way imports each of them, four megabytes that would stay for good."""
    return {(app.label, file.stem) for app in apps.get_app_configs()
            for file in Path(app.path, "migrations").glob("*.py") if file.stem != "__init__"}


def _worker() -> dict[str, Any]:
    latest = db.value("SELECT max(last_heartbeat) FROM procrastinate_workers")
    ok = latest is not None and clock.now() - latest < WORKER_SILENT
    heard = _("last heard of {at}").format(at=f"{latest:%Y-%m-%d %H:%M:%S}") if latest else _("never heard of")
    return part("worker", ok, heard)


def _durability() -> dict[str, Any]:
    setting = str(db.value("SHOW synchronous_commit"))
    return part("durability", setting != "off", f"synchronous_commit = {setting}")


def _queue() -> dict[str, Any]:
    found = db.row("SELECT count(*) FILTER (WHERE status = 'todo') AS waiting,"
                   " count(*) FILTER (WHERE status = 'failed') AS failed FROM procrastinate_jobs")
    parked = db.value("SELECT count(*) FROM kit_delivery WHERE state = 'parked'")
    return part("jobs", not found.failed and not parked,
                 _("{n} waiting, {failed} failed, {parked} deliveries parked").format(
                     n=found.waiting, failed=found.failed, parked=parked))


def _seals() -> dict[str, Any]:
    behind = db.value("SELECT count(*) FROM (SELECT 1 FROM kit_audit WHERE id > (SELECT coalesce(max(last_id), 0)"
                      " FROM kit_audit_seal) LIMIT 100000) AS unsealed")
    return part("audit", True, _("{n} rows await their seal").format(n=behind))


def _proxies() -> dict[str, Any]:
    """We speak no TLS ourselves: an https address stands behind a proxy, and limits count who is behind it."""
    named = os.environ.get("ENTREPOT_TRUSTED_PROXIES", "")
    if named or not settings.BASE_URL.startswith("https://"):
        return part("proxies", True, named or _("none"))
    return part("proxies", False, _("limits of requests do not hold: name the proxy in ENTREPOT_TRUSTED_PROXIES"))


def report() -> list[dict[str, Any]]:
    """Every part of the installation with its state, for `entrepot doctor`."""
    parts = [_database()]
    if parts[-1]["ok"]:
        parts += [_durability(), _migrations()]
    if parts[-1]["ok"]:  # the others read tables that are there only then
        parts += [probe() for probe in (_worker, _queue, _seals, _proxies, *_probes)]
    return parts
