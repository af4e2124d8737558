"""Outgoing webhooks: endpoints outside are told of events, signed as in Standard Webhooks.

A trigger on the event table writes one delivery and one job per listening endpoint in the publisher's transaction, so
nothing that happened goes untold. Failures back off over a day and a half, then the delivery is parked; it can be
replayed. `webhook-id` is the event's id and stays the same over all tries: receivers drop what they have seen.
"""

from __future__ import annotations

import base64
import secrets
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from importlib import import_module
from importlib.util import find_spec
from types import SimpleNamespace
from typing import Any
from uuid import UUID

from django.db import transaction
from standardwebhooks import Webhook

from entrepot.kit import audit, clock, db, outbound, vault
from entrepot.kit.actor import Actor
from entrepot.kit.errors import N_, InvalidInput, NotFound, WebhookInactive
from entrepot.kit.event import Event
from entrepot.kit.ids import uuid7
from entrepot.kit.json import dumps_text
from entrepot.kit.models import WebhookDelivery, WebhookEndpoint
from entrepot.kit.permissions import WEBHOOKS_MANAGE, WEBHOOKS_READ

BACKOFF = tuple(timedelta(seconds=s) for s in (5, 30, 300, 1800, 7200, 18_000, 36_000, 50_400))
OVERLAP = timedelta(hours=24)  # how long the secret before a rotation still signs
ANY = "*"


@dataclass(frozen=True, slots=True)
class EndpointInfo:
    """Where events are sent; `*` among them means all."""

    id: UUID
    url: str
    description: str
    events: list[str]
    is_active: bool
    created_at: datetime


@dataclass(frozen=True, slots=True)
class DeliveryInfo:
    """One event on its way to one endpoint."""

    id: int
    endpoint_id: UUID
    event_id: UUID
    event_name: str
    state: str
    attempts: int
    changed_at: datetime


@dataclass(frozen=True, slots=True)
class AttemptInfo:
    """One try, and what the other side answered; no status when it did not."""

    at: datetime
    status: int | None
    milliseconds: int
    error: str
    answer: str


def event_names() -> list[str]:
    """Every event that this installation publishes."""
    from entrepot.kit.apps import contexts

    for context in contexts():
        if find_spec(f"{context.name}.events"):
            import_module(f"{context.name}.events")
    return sorted({c.name for c in _descendants(Event) if c.__module__.endswith(".events") and hasattr(c, "name")})


def _descendants(parent: type[Event]) -> Iterator[type[Event]]:
    for child in parent.__subclasses__():
        yield child
        yield from _descendants(child)


def create_endpoint(url: str, events: Iterable[str], *, description: str = "",
                    actor: Actor) -> tuple[EndpointInfo, str]:
    """A new endpoint and its signing secret, which is shown now and by rotation only."""
    actor.require(WEBHOOKS_MANAGE)
    wanted = _checked(url, events)
    endpoint_id, secret = uuid7(), _fresh_secret()
    with transaction.atomic():
        endpoint = WebhookEndpoint.objects.create(
            id=endpoint_id, url=url, description=description, events=wanted, created_at=clock.now(),
            secret=vault.encrypt(secret.encode(), _place(endpoint_id)))
        audit.record(actor, "system.create_webhook", "webhook", endpoint_id, new={"events": wanted})
    return info(endpoint), secret


def update_endpoint(endpoint_id: UUID, *, url: str | None = None, events: Iterable[str] | None = None,
                    description: str | None = None, is_active: bool | None = None, actor: Actor) -> EndpointInfo:
    """Change what is given. A new address gets a new secret only by rotation: rotate when the owner changes."""
    actor.require(WEBHOOKS_MANAGE)
    with transaction.atomic():
        endpoint = _locked(endpoint_id)
        wanted = _checked(url or endpoint.url, endpoint.events if events is None else events)
        old = {"events": endpoint.events, "is_active": endpoint.is_active}
        endpoint.url, endpoint.events = url or endpoint.url, wanted
        endpoint.description = endpoint.description if description is None else description
        endpoint.is_active = endpoint.is_active if is_active is None else is_active
        endpoint.save()
        audit.record(actor, "system.update_webhook", "webhook", endpoint_id, old=old,
                     new={"events": wanted, "is_active": endpoint.is_active})
    return info(endpoint)


def rotate_secret(endpoint_id: UUID, *, actor: Actor) -> str:
    """A new secret; for a day both sign, so that the receiver can change over."""
    actor.require(WEBHOOKS_MANAGE)
    secret = _fresh_secret()
    with transaction.atomic():
        endpoint = _locked(endpoint_id)
        endpoint.previous_secret, endpoint.previous_until = bytes(endpoint.secret), clock.now() + OVERLAP
        endpoint.secret = vault.encrypt(secret.encode(), _place(endpoint_id))
        endpoint.save()
        audit.record(actor, "system.rotate_webhook_secret", "webhook", endpoint_id)
    return secret


def delete_endpoint(endpoint_id: UUID, *, actor: Actor) -> None:
    """The endpoint, its deliveries and their log are gone."""
    actor.require(WEBHOOKS_MANAGE)
    with transaction.atomic():
        endpoint = _locked(endpoint_id)
        audit.record(actor, "system.delete_webhook", "webhook", endpoint_id, old={"events": endpoint.events})
        endpoint.delete()


def replay(delivery_id: int, *, actor: Actor) -> None:
    """Send a delivery once more, whatever became of it."""
    actor.require(WEBHOOKS_MANAGE)
    with transaction.atomic():
        delivery = WebhookDelivery.objects.select_for_update().select_related("endpoint").filter(pk=delivery_id).first()
        if delivery is None:
            raise NotFound("delivery")
        if not delivery.endpoint.is_active:
            raise WebhookInactive
        WebhookDelivery.objects.filter(pk=delivery_id).update(state="waiting", attempts=0, changed_at=clock.now())
        _enqueue(delivery_id, timedelta())
        audit.record(actor, "system.replay_webhook", "webhook_delivery", delivery_id)


def replay_failed(endpoint_id: UUID, *, actor: Actor, limit: int = 1000) -> int:
    """Send everything that was parked for an endpoint once more, oldest first; returns how many."""
    actor.require(WEBHOOKS_MANAGE)
    found = db.rows("SELECT id FROM kit_webhookdelivery WHERE endpoint_id = %s AND state = 'parked' ORDER BY id"
                    " LIMIT %s", [endpoint_id, limit])
    for delivery in found:
        replay(delivery.id, actor=actor)
    return len(found)


def try_out(endpoint_id: UUID, *, actor: Actor) -> AttemptInfo:
    """Send a signed `system.test` now and say what came back. It is no event: it is not kept and not tried again."""
    actor.require(WEBHOOKS_MANAGE)
    endpoint = WebhookEndpoint.objects.filter(pk=endpoint_id).first()
    if endpoint is None:
        raise NotFound("webhook")
    now, started = clock.now(), time.monotonic()
    found = SimpleNamespace(event_name="system.test", event_at=now, version=1, payload={}, event_id=uuid7(),
                            endpoint_id=endpoint.id, secret=endpoint.secret, previous_secret=None)
    status, text, error = None, "", ""
    try:
        answer = outbound.post(endpoint.url, *_message(found))
        status, text = answer.status, answer.text
    except (outbound.Refused, outbound.Failed) as problem:
        error = str(problem)
    with transaction.atomic():
        audit.record(actor, "system.try_webhook", "webhook", endpoint_id, new={"status": status})
    return AttemptInfo(now, status, round((time.monotonic() - started) * 1000), error, text[:1000])


def request_of(delivery_id: int) -> dict[str, Any] | None:
    """What a delivery sends: the body as it is, and the headers without the signature, which only sending makes."""
    found = db.row("SELECT d.event_id, d.event_name, d.event_at, e.payload, e.version, w.url, w.id AS endpoint_id"
                   " FROM kit_webhookdelivery d JOIN kit_webhookendpoint w ON w.id = d.endpoint_id"
                   " JOIN kit_event e ON e.id = d.event_id AND e.at = d.event_at WHERE d.id = %s", [delivery_id])
    if found is None:
        return None
    return {"url": found.url, "endpoint_id": found.endpoint_id, "event_name": found.event_name,
            "headers": {"webhook-id": str(found.event_id), "Content-Type": "application/json"},
            "body": {"type": found.event_name, "timestamp": found.event_at, "version": found.version,
                     "data": found.payload}}


def list_endpoints(*, actor: Actor) -> list[EndpointInfo]:
    """All endpoints, the oldest first, without their secrets."""
    actor.require(WEBHOOKS_READ)
    return [info(e) for e in WebhookEndpoint.objects.order_by("id")]


def list_deliveries(endpoint_id: UUID | None, state: str, before_id: int | None, limit: int) -> list[DeliveryInfo]:
    """The delivery log, newest first."""
    found = db.rows(
        "SELECT id, endpoint_id, event_id, event_name, state, attempts, changed_at FROM kit_webhookdelivery"
        " WHERE (%(endpoint)s::uuid IS NULL OR endpoint_id = %(endpoint)s) AND (%(state)s = '' OR state = %(state)s)"
        " AND (%(before)s::bigint IS NULL OR id < %(before)s) ORDER BY id DESC LIMIT %(limit)s",
        {"endpoint": endpoint_id, "state": state, "before": before_id, "limit": limit})
    return [DeliveryInfo(**r._asdict()) for r in found]


def list_attempts(delivery_id: int) -> list[AttemptInfo]:
    """The tries of a delivery, the oldest first."""
    return [AttemptInfo(**r._asdict()) for r in db.rows(
        "SELECT at, status, milliseconds, error, answer FROM kit_webhookattempt WHERE delivery_id = %s ORDER BY id",
        [delivery_id])]


_LOAD = """
SELECT d.id, d.attempts, d.event_id, d.event_name, d.event_at, e.payload, e.version, w.id AS endpoint_id, w.url,
       w.secret, w.previous_secret, w.previous_until
FROM kit_webhookdelivery d
JOIN kit_webhookendpoint w ON w.id = d.endpoint_id AND w.is_active
JOIN kit_event e ON e.id = d.event_id AND e.at = d.event_at
WHERE d.id = %s AND d.state = 'waiting'
"""


def send(delivery_id: int) -> bool | None:
    """Try one delivery (no transaction is open meanwhile). None when nothing waits, else whether it arrived."""
    found = db.row(_LOAD, [delivery_id])
    if found is None:
        return None
    started, status, text, error = time.monotonic(), None, "", ""
    try:
        answer = outbound.post(found.url, *_message(found))
        status, text = answer.status, answer.text
    except (outbound.Refused, outbound.Failed) as problem:
        error = str(problem)
    arrived = status is not None and 200 <= status < 300
    _note(found, arrived, status, round((time.monotonic() - started) * 1000), error, text)
    return arrived


def _message(found: Any) -> tuple[bytes, dict[str, str]]:
    now = clock.now()
    body = dumps_text({"type": found.event_name, "timestamp": found.event_at, "version": found.version,
                       "data": found.payload})
    stored = [found.secret]
    if found.previous_secret is not None and found.previous_until > now:
        stored.append(found.previous_secret)
    secrets_ = [vault.decrypt(s, _place(found.endpoint_id)).decode() for s in stored]
    signatures = " ".join(Webhook(s).sign(str(found.event_id), now, body) for s in secrets_)
    return body.encode(), {"webhook-id": str(found.event_id), "webhook-timestamp": str(int(now.timestamp())),
                           "webhook-signature": signatures, "User-Agent": "Entrepot-Webhooks/1"}


def _note(found: Any, arrived: bool, status: int | None, milliseconds: int, error: str, text: str) -> None:
    now, attempts = clock.now(), found.attempts + 1
    parked = not arrived and (attempts > len(BACKOFF) or status == 410)
    state = "done" if arrived else "parked" if parked else "waiting"
    with transaction.atomic():
        db.execute("INSERT INTO kit_webhookattempt (delivery_id, at, status, milliseconds, error, answer)"
                   " VALUES (%s, %s, %s, %s, %s, %s)",
                   [found.id, now, status, milliseconds, error[:300], text.replace("\0", "")[:1000]])
        db.execute("UPDATE kit_webhookdelivery SET state = %s, attempts = %s, changed_at = %s WHERE id = %s",
                   [state, attempts, now, found.id])
        if status == 410:  # the receiver says: never again
            db.execute("UPDATE kit_webhookendpoint SET is_active = false WHERE id = %s", [found.endpoint_id])
        elif state == "waiting":
            _enqueue(found.id, BACKOFF[attempts - 1])


def _enqueue(delivery_id: int, wait: timedelta) -> None:
    db.execute("INSERT INTO procrastinate_jobs (queue_name, task_name, priority, args, scheduled_at)"
               " VALUES ('webhooks', 'kit.send_webhook', 0, jsonb_build_object('delivery_id', %s::bigint), now() + %s)",
               [delivery_id, wait])


def _checked(url: str, events: Iterable[str]) -> list[str]:
    try:
        outbound.parse(url)
    except outbound.Refused as error:
        raise InvalidInput("url", N_("This must be a full https address.")) from error
    wanted, known = sorted(set(events)), event_names()
    if not wanted or any(e != ANY and e not in known for e in wanted):
        raise InvalidInput("events", N_("Name events that exist, or * for all."))
    return wanted


def _locked(endpoint_id: UUID) -> WebhookEndpoint:
    endpoint = WebhookEndpoint.objects.select_for_update().filter(pk=endpoint_id).first()
    if endpoint is None:
        raise NotFound("webhook")
    return endpoint


def _fresh_secret() -> str:
    return "whsec_" + base64.b64encode(secrets.token_bytes(24)).decode()


def _place(endpoint_id: UUID) -> str:
    return f"kit_webhookendpoint.secret:{endpoint_id}"


def info(endpoint: WebhookEndpoint) -> EndpointInfo:
    """An endpoint without its secret."""
    return EndpointInfo(endpoint.id, endpoint.url, endpoint.description, list(endpoint.events), endpoint.is_active,
                        endpoint.created_at)
