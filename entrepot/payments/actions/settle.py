"""Facts into the ledger: the one place where money that moved is booked, whoever told of it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from django.db import connection

from entrepot.kit import audit, outbox
from entrepot.kit.actor import Actor
from entrepot.kit.event import Event
from entrepot.payments import rules
from entrepot.payments.contracts import Fact
from entrepot.payments.events import (
    PaymentAuthorised,
    PaymentCaptured,
    PaymentFailed,
    PaymentRefunded,
    PaymentVoided,
    RefundFailed,
)
from entrepot.payments.models import Payment, Request, Transaction
from entrepot.payments.queue import enqueue_request

_FINAL = ("captured", "voided")


def lock_payment(payment_id: UUID, *, actor: Actor) -> Payment:
    """The payment's row, ours until the transaction ends. Everything about one payment happens behind this lock."""
    if not connection.in_atomic_block:
        raise RuntimeError("a lock needs a transaction")
    return Payment.objects.select_for_update(no_key=True).get(pk=payment_id)


def _books_of(payment: Payment) -> rules.Books:
    booked = list(payment.transactions.values_list("idempotency_key", "kind"))
    return rules.Books(
        payment.amount_minor, payment.currency, payment.authorised_minor, payment.captured_minor,
        payment.refunded_minor, payment.state == Payment.State.VOIDED or any(kind == "void" for _, kind in booked),
        payment.state == Payment.State.FAILED or bool(payment.failure), frozenset(key for key, _ in booked))


def apply(payment: Payment, facts: Iterable[Fact], *, now: datetime, actor: Actor,
          request: Request | None = None) -> list[rules.Left]:
    """Book what is new of `facts` on a locked payment, settle the requests they answer and publish what happened.

    Idempotent and independent of order; what cannot be booked (yet) is returned.
    """
    facts = list(facts)
    before = payment.state
    books, new, left = rules.book(_books_of(payment), facts)
    if new:
        Transaction.objects.bulk_create([
            Transaction(payment=payment, kind=rules.KIND_OF[f.kind], amount_minor=f.amount_minor, currency=f.currency,
                        provider_ref=f.ref, idempotency_key=f.key, reason=f.reason[:200], at=now) for f in new])
    _update(payment, books, facts, now)
    stuck = {entry.fact.key for entry in left}
    references, events = _settle_requests(payment, [f for f in facts if f.key not in stuck], new, request, actor)
    events += _events(payment, before, new, references)
    if new or payment.state != before:
        audit.record(actor, "payments.settle", "payment", payment.id, old={"state": before},
                     new={"state": payment.state, "booked": [[f.kind, f.amount_minor, f.currency] for f in new]})
    outbox.publish(*events)
    _void_late_authorisation(payment, books, now)
    return left


def _update(payment: Payment, books: rules.Books, facts: list[Fact], now: datetime) -> None:
    """The sums were set by the ledger's trigger; here they are only mirrored in memory."""
    payment.authorised_minor, payment.captured_minor = books.authorised_minor, books.captured_minor
    payment.refunded_minor = books.refunded_minor
    payment.state = rules.state_of(books)
    failures = [f.reason for f in facts if f.kind == "failed"]
    if failures:
        payment.failure = failures[-1][:200] or "failed"
    if not payment.provider_ref:
        payment.provider_ref = next((f.provider_ref for f in facts if f.provider_ref), "")
    if payment.state in _FINAL:
        payment.ask_at = None
    payment.updated_at = now
    payment.save(update_fields=["state", "failure", "provider_ref", "ask_at", "updated_at"])


def _settle_requests(payment: Payment, facts: list[Fact], new: list[Fact], request: Request | None,
                     actor: Actor) -> tuple[dict[str, str], list[Event]]:
    """Close the pending requests that the facts answer, and open again nothing: a refund that came back has failed,
    one that had failed and is booked all the same is done.

    The references by fact key, and failures as events.
    """
    undone = {f.key for f in new if f.kind == "refund_failed"}
    overtaken = {f.key for f in new if f.kind == "refunded" and rules.end_of_refund(f.key) not in undone}
    answering = {"captured": "capture", "voided": "void", "refunded": "refund", "refund_failed": "refund"}
    requests = list(payment.requests.all()) if facts else []
    references: dict[str, str] = {}
    events: list[Event] = []
    for fact in facts:
        kind = answering.get(fact.kind)
        found = _answered(requests, fact, kind, request)
        if found is None:
            continue
        references[fact.key] = found.reference
        if found.state != Request.State.PENDING and fact.key not in undone | overtaken:
            continue
        if fact.kind == "refund_failed":
            events.append(fail_request(payment, found, fact.reason, actor=actor))
        else:
            found.state, found.failure, found.due_at = Request.State.DONE, "", None
            found.save(update_fields=["state", "failure", "due_at"])
    return references, events


def _answered(requests: list[Request], fact: Fact, kind: str | None, given: Request | None) -> Request | None:
    if kind is None:
        return None
    if given is not None and given.kind == kind:
        return next((r for r in requests if r.id == given.id), None)
    if fact.request_id:
        return next((r for r in requests if r.kind == kind and r.id.hex == fact.request_id.replace("-", "")), None)
    if kind == "refund":
        return None
    return next((r for r in requests if r.kind == kind and r.state == Request.State.PENDING), None)


def fail_request(payment: Payment, request: Request, reason: str, *, actor: Actor) -> RefundFailed:
    """Give a request up; the event tells whoever asked for a refund (publish it for refunds only)."""
    request.state, request.failure, request.due_at = Request.State.FAILED, reason[:200], None
    request.save(update_fields=["state", "failure", "due_at"])
    return RefundFailed(payment.id, payment.order_id, request.amount_minor, payment.currency,
                        request.reference, reason[:200])


def _events(payment: Payment, before: str, new: list[Fact], references: dict[str, str]) -> list[Event]:
    order_id = payment.order_id
    events: list[Event] = []
    for fact in new:
        if fact.kind == "authorised":
            events.append(PaymentAuthorised(payment.id, order_id, fact.amount_minor, fact.currency))
        elif fact.kind == "captured":
            events.append(PaymentCaptured(payment.id, order_id, fact.amount_minor, fact.currency))
        elif fact.kind == "refunded":
            events.append(PaymentRefunded(payment.id, order_id, fact.amount_minor, fact.currency,
                                          references.get(fact.key, "")))
    if payment.state != before and payment.state == Payment.State.FAILED:
        events.append(PaymentFailed(payment.id, order_id, payment.failure))
    is_voided = payment.state != before and payment.state == Payment.State.VOIDED
    if is_voided or any(fact.kind == "voided" for fact in new):
        events.append(PaymentVoided(payment.id, order_id))
    return events


def _void_late_authorisation(payment: Payment, books: rules.Books, now: datetime) -> None:
    """Money that was reserved after we gave the payment up is let go at once."""
    if payment.state != Payment.State.VOIDED or not books.authorised_minor:
        return
    if payment.transactions.filter(kind=Transaction.Kind.VOID).exists():
        return
    request, made = Request.objects.get_or_create(
        payment=payment, kind=Request.Kind.VOID, reference="late",
        defaults={"amount_minor": books.authorised_minor, "due_at": now, "created_at": now})
    if made:
        enqueue_request(request.id)
