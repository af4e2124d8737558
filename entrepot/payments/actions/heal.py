"""What a crash, a lost message or a silent provider left open is taken up again within a minute."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import structlog
from django.db import transaction

from entrepot.kit import clock, db
from entrepot.kit.actor import Actor
from entrepot.kit.errors import DomainError
from entrepot.payments import rules
from entrepot.payments.actions.begin import refresh
from entrepot.payments.actions.inbox import process_message
from entrepot.payments.actions.requests import run_request
from entrepot.payments.models import InboxMessage, Payment, Request
from entrepot.payments.permissions import NOTIFY

log = structlog.get_logger(__name__)

_BATCH = 100
_GRACE = timedelta(seconds=10)  # whoever received a message is probably still at it


def heal(*, actor: Actor) -> int:
    """Run due requests, take in waiting messages, ask silent providers. Returns how many were taken up."""
    actor.require(NOTIFY)
    return _run_due(actor) + _process_waiting(actor) + _ask_silent(actor)


def _run_due(actor: Actor) -> int:
    due = Request.objects.filter(state=Request.State.PENDING, due_at__lte=clock.now()).order_by("due_at")
    ids = list(due.values_list("id", flat=True)[:_BATCH])
    for request_id in ids:
        _try(run_request, request_id, actor)
    return len(ids)


def _process_waiting(actor: Actor) -> int:
    waiting = InboxMessage.objects.filter(processed_at__isnull=True, received_at__lte=clock.now() - _GRACE)
    found = list(waiting.order_by("received_at").values_list("id", "payment_id")[:_BATCH])
    for message_id, payment_id in found:
        _try(process_message, message_id, actor)
        if payment_id and InboxMessage.objects.filter(pk=message_id, processed_at__isnull=True).exists():
            _try(refresh, payment_id, actor)
            _try(process_message, message_id, actor)
    return len(found)


_CLAIM = """
UPDATE payments_payment SET ask_at = %(until)s
WHERE id IN (SELECT id FROM payments_payment WHERE ask_at <= %(now)s ORDER BY ask_at LIMIT %(batch)s
             FOR NO KEY UPDATE SKIP LOCKED)
RETURNING id, created_at
"""


def _ask_silent(actor: Actor) -> int:
    """Ask about payments whose provider has not spoken; ever less often, for three days."""
    now = clock.now()
    with transaction.atomic(durable=True):
        claimed = db.rows(_CLAIM, {"now": now, "until": now + timedelta(seconds=60), "batch": _BATCH})
    for payment in claimed:
        wait = rules.ask_again_seconds(int((now - payment.created_at).total_seconds()))
        Payment.objects.filter(pk=payment.id, ask_at__isnull=False).update(
            ask_at=None if wait is None else now + timedelta(seconds=wait))
        _try(refresh, payment.id, actor)
    return len(claimed)


def _try(work: Callable[..., object], subject: object, actor: Actor) -> None:
    """One that fails must not keep the others waiting; it stays due."""
    try:
        work(subject, actor=actor)
    except DomainError as error:
        log.info("still open", reason=str(error), subject=str(subject))
    except Exception:
        log.exception("healing failed", subject=str(subject))
