"""Administration of the system: audit trail, jobs and deliveries, webhooks."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

import structlog
from django.http import HttpRequest, StreamingHttpResponse
from django.utils.translation import gettext
from ninja import Field

from entrepot.kit import db, idempotency, maintenance, monitor, paging, retention, seal, trail, webhooks
from entrepot.kit.permissions import (
    AUDIT_READ,
    JOBS_READ,
    JOBS_RETRY,
    RETENTION,
    RETENTION_READ,
    WEBHOOKS_MANAGE,
    WEBHOOKS_READ,
)
from entrepot.kit.rest import Routes, Strict, actor_of
from entrepot.kit.webhooks import AttemptInfo, EndpointInfo

log = structlog.get_logger(__name__)

routes = Routes()
ROUTES = [("/admin/system", routes)]

for _route in ("webhooks", "webhooks/<uuid:endpoint_id>/rotate"):
    idempotency.exempt(f"api/v1/admin/system/{_route}")  # their answers hold a secret

Limit = Annotated[int, Field(ge=1, le=paging.MAX_LIMIT)]
JobStatus = Literal["", "todo", "doing", "failed", "succeeded", "cancelled", "aborted"]
State = Literal["waiting", "done", "parked"]
DeliveryState = Literal["waiting", "done", "parked", "dropped"]


class Page(Strict):
    items: list[dict[str, Any]]
    next: str | None


def _page(items: list[dict[str, Any]], limit: int) -> dict[str, Any]:
    return {"items": items[:limit], "next": paging.encode([items[limit - 1]["id"]]) if len(items) > limit else None}


def _before(cursor: str) -> int | None:
    return paging.number(cursor)


_AUDIT = """
SELECT a.id, a.at, a.actor_kind, a.actor_id, a.actor_label, a.action, a.object_type, a.object_id, a.old, a.new,
       a.reason, a.request_id, l.seal_id
FROM kit_audit a LEFT JOIN kit_audit_leaf l ON l.audit_id = a.id
WHERE (%(before)s::bigint IS NULL OR a.id < %(before)s)
  AND (%(object_type)s = '' OR a.object_type = %(object_type)s) AND (%(object_id)s = '' OR a.object_id = %(object_id)s)
  AND (%(actor_id)s = '' OR a.actor_id = %(actor_id)s) AND (%(action)s = '' OR a.action = %(action)s)
  AND (%(since)s::timestamptz IS NULL OR a.at >= %(since)s) AND (%(until)s::timestamptz IS NULL OR a.at < %(until)s)
ORDER BY a.id DESC LIMIT %(limit)s
"""


@routes.get("/audit", permission=AUDIT_READ, response=Page, summary="The audit trail, newest first")
def audit_trail(request: HttpRequest, object_type: str = "", object_id: str = "", actor_id: str = "",
                action: str = "", since: datetime | None = None, until: datetime | None = None, cursor: str = "",
                limit: Limit = paging.DEFAULT_LIMIT) -> dict[str, Any]:
    log.info("audit trail read", by=actor_of(request).id, object_type=object_type, action=action)
    found = db.rows(_AUDIT, {"before": _before(cursor), "object_type": object_type, "object_id": object_id,
                             "actor_id": actor_id, "action": action, "since": since, "until": until,
                             "limit": limit + 1})
    return _page([r._asdict() for r in found], limit)


class AuditReport(Strict):
    ok: bool
    findings: list[dict[str, Any]]
    public_key: str


@routes.get("/audit/verification", permission=AUDIT_READ, response=AuditReport, summary="Check the trail's seals")
def audit_verification(request: HttpRequest) -> dict[str, Any]:
    findings = [{"kind": f.kind, "text": gettext(f.text), "where": f.where} for f in seal.verify()]
    return {"ok": not findings, "findings": findings, "public_key": seal.public_key()}


@routes.get("/audit/export", permission=AUDIT_READ, response={200: None},
            summary="Rows with their proofs, as JSON lines", openapi_extra={
                "responses": {200: {"description": "JSON lines", "content": {"application/jsonl": {}}}}})
def export_audit(request: HttpRequest, object_type: str = "", object_id: str = "", actor_id: str = "",
                 action: str = "", since: datetime | None = None,
                 until: datetime | None = None) -> StreamingHttpResponse:
    """At most ten thousand rows; the first line has the key that verifies the checkpoints."""
    wanted = trail.TrailFilter(actor_id, action, object_type, object_id, since, until)
    return StreamingHttpResponse(trail.export(wanted, actor=actor_of(request)), content_type="application/jsonl")


@routes.get("/audit/seals", permission=AUDIT_READ, response=dict[str, Any], summary="How much is sealed, since when")
def audit_seals(request: HttpRequest) -> dict[str, Any]:
    return trail.seals()


@routes.get("/audit/{int:audit_id}/proof", permission=AUDIT_READ, response=dict[str, Any],
            summary="Merkle path of one row, to be checked offline")
def audit_proof(request: HttpRequest, audit_id: int) -> dict[str, Any]:
    return seal.proof(audit_id)


@routes.get("/jobs", permission=JOBS_READ, response=Page, summary="Background jobs, newest first")
def jobs(request: HttpRequest, status: JobStatus = "",
         cursor: str = "", limit: Limit = paging.DEFAULT_LIMIT) -> dict[str, Any]:
    return _page(monitor.jobs(status=status, before=_before(cursor), limit=limit + 1), limit)


@routes.post("/jobs/{int:job_id}/retry", permission=JOBS_RETRY, response={204: None},
             summary="Put a failed job back into the queue")
def retry_job(request: HttpRequest, job_id: int) -> None:
    maintenance.retry_job(job_id, actor=actor_of(request))


@routes.get("/deliveries", permission=JOBS_READ, response=Page, summary="Event deliveries, newest first")
def deliveries(request: HttpRequest, state: DeliveryState = "parked",
               cursor: str = "", limit: Limit = paging.DEFAULT_LIMIT) -> dict[str, Any]:
    return _page(monitor.deliveries(state=state, before=_before(cursor), limit=limit + 1), limit)


@routes.post("/deliveries/{int:delivery_id}/retry", permission=JOBS_RETRY, response={204: None},
             summary="Try a parked event delivery again")
def retry_delivery(request: HttpRequest, delivery_id: int) -> None:
    maintenance.retry_delivery(delivery_id, actor=actor_of(request))


class Reason(Strict):
    reason: str = Field(min_length=1, max_length=500)


@routes.post("/jobs/{int:job_id}/drop", permission=JOBS_RETRY, response={204: None}, summary="Give a failed job up")
def drop_job(request: HttpRequest, job_id: int, body: Reason) -> None:
    maintenance.drop_job(job_id, reason=body.reason, actor=actor_of(request))


@routes.post("/deliveries/{int:delivery_id}/drop", permission=JOBS_RETRY, response={204: None},
             summary="Give a parked delivery up")
def drop_delivery(request: HttpRequest, delivery_id: int, body: Reason) -> None:
    maintenance.drop_delivery(delivery_id, reason=body.reason, actor=actor_of(request))


@routes.get("/queues", permission=JOBS_READ, response=list[dict[str, Any]], summary="What waits, runs and failed")
def queues(request: HttpRequest) -> list[dict[str, Any]]:
    return monitor.queues()


@routes.get("/schedule", permission=JOBS_READ, response=list[dict[str, Any]], summary="Tasks that run by the clock")
def schedule(request: HttpRequest) -> list[dict[str, Any]]:
    return monitor.schedule()


@routes.get("/state", permission=JOBS_READ, response=dict[str, Any], summary="Every part of the installation")
def state(request: HttpRequest) -> dict[str, Any]:
    return monitor.state()


class PeriodOut(Strict):
    code: str
    text: str
    days: int
    default: int


class Days(Strict):
    days: int | None = Field(ge=1, le=retention.MOST_DAYS)


@routes.get("/retention", permission=RETENTION_READ, response=list[PeriodOut],
            summary="How long records of people are kept that no law asks to keep")
def retention_periods(request: HttpRequest) -> list[dict[str, Any]]:
    return [{**asdict(p), "text": gettext(p.text)} for p in retention.periods(actor=actor_of(request))]


@routes.put("/retention/{str:code}", permission=RETENTION, response={204: None},
            summary="Keep a kind of record for so many days; null for the usual number")
def set_retention(request: HttpRequest, code: str, body: Days) -> None:
    retention.set_days(code, body.days, actor=actor_of(request))


class EndpointIn(Strict):
    url: str = Field(max_length=500)
    events: list[str] = Field(min_length=1, max_length=200)
    description: str = Field("", max_length=200)


class EndpointPatch(Strict):
    url: str | None = Field(None, max_length=500)
    events: list[str] | None = Field(None, min_length=1, max_length=200)
    description: str | None = Field(None, max_length=200)
    is_active: bool | None = None


class CreatedEndpoint(Strict):
    endpoint: EndpointInfo
    secret: str


class Secret(Strict):
    secret: str


@routes.get("/events", permission=WEBHOOKS_READ, response=list[str], summary="Names that webhooks can listen to")
def events(request: HttpRequest) -> list[str]:
    return webhooks.event_names()


@routes.get("/webhooks", permission=WEBHOOKS_READ, response=list[EndpointInfo], summary="Webhook endpoints")
def list_webhooks(request: HttpRequest) -> list[EndpointInfo]:
    return webhooks.list_endpoints(actor=actor_of(request))


@routes.post("/webhooks", permission=WEBHOOKS_MANAGE, response={201: CreatedEndpoint},
             summary="Create a webhook endpoint")
def create_webhook(request: HttpRequest, body: EndpointIn) -> dict[str, Any]:
    """The secret is shown now and never again; deliveries are signed as in Standard Webhooks."""
    endpoint, secret = webhooks.create_endpoint(body.url, body.events, description=body.description,
                                                actor=actor_of(request))
    return {"endpoint": endpoint, "secret": secret}


@routes.patch("/webhooks/{uuid:endpoint_id}", permission=WEBHOOKS_MANAGE, response=EndpointInfo,
              summary="Change a webhook endpoint")
def update_webhook(request: HttpRequest, endpoint_id: UUID, body: EndpointPatch) -> EndpointInfo:
    return webhooks.update_endpoint(endpoint_id, **body.dict(), actor=actor_of(request))


@routes.delete("/webhooks/{uuid:endpoint_id}", permission=WEBHOOKS_MANAGE, response={204: None},
               summary="Delete a webhook endpoint")
def delete_webhook(request: HttpRequest, endpoint_id: UUID) -> None:
    webhooks.delete_endpoint(endpoint_id, actor=actor_of(request))


@routes.post("/webhooks/{uuid:endpoint_id}/rotate", permission=WEBHOOKS_MANAGE, response=Secret,
             summary="Give a webhook endpoint a new secret")
def rotate_webhook(request: HttpRequest, endpoint_id: UUID) -> dict[str, str]:
    """A new secret; the one before signs along for a day."""
    return {"secret": webhooks.rotate_secret(endpoint_id, actor=actor_of(request))}


@routes.post("/webhooks/{uuid:endpoint_id}/test", permission=WEBHOOKS_MANAGE, response=AttemptInfo,
             summary="Send a test to a webhook endpoint")
def try_webhook(request: HttpRequest, endpoint_id: UUID) -> AttemptInfo:
    """Send a signed `system.test` now and say what came back."""
    return webhooks.try_out(endpoint_id, actor=actor_of(request))


@routes.post("/webhooks/{uuid:endpoint_id}/replay", permission=WEBHOOKS_MANAGE, response=dict[str, int],
             summary="Send again what was parked for an endpoint")
def replay_parked(request: HttpRequest, endpoint_id: UUID) -> dict[str, int]:
    """Send everything that was parked for the endpoint once more."""
    return {"replayed": webhooks.replay_failed(endpoint_id, actor=actor_of(request))}


@routes.get("/webhook-deliveries", permission=WEBHOOKS_READ, response=Page, summary="The delivery log, newest first")
def webhook_deliveries(request: HttpRequest, endpoint_id: UUID | None = None,
                       state: State | Literal[""] = "", cursor: str = "",
                       limit: Limit = paging.DEFAULT_LIMIT) -> dict[str, Any]:
    return _page([asdict(d) for d in webhooks.list_deliveries(endpoint_id, state, _before(cursor), limit + 1)], limit)


@routes.get("/webhook-deliveries/{int:delivery_id}/attempts", permission=WEBHOOKS_READ, response=list[AttemptInfo],
            summary="Attempts of a webhook delivery")
def webhook_attempts(request: HttpRequest, delivery_id: int) -> list[AttemptInfo]:
    return webhooks.list_attempts(delivery_id)


@routes.post("/webhook-deliveries/{int:delivery_id}/replay", permission=WEBHOOKS_MANAGE, response={204: None},
             summary="Send a webhook delivery again")
def replay_webhook(request: HttpRequest, delivery_id: int) -> None:
    webhooks.replay(delivery_id, actor=actor_of(request))
