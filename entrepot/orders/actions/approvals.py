"""Refunds that one person may not give alone: asked for by one, decided by another, never by the same."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db.models import Sum

from entrepot.identity import public as identity
from entrepot.kit import audit
from entrepot.kit.actor import Actor, ActorKind
from entrepot.kit.errors import N_, InvalidInput, NotFound
from entrepot.orders.actions.change import draft_of
from entrepot.orders.actions.common import tell
from entrepot.orders.contracts import ApprovalView, ChangeKind
from entrepot.orders.draft import difference_minor, refund_minor
from entrepot.orders.errors import ApprovalNot, DifferenceChanged, OwnRefund
from entrepot.orders.models import Order, OrderChange, RefundApproval
from entrepot.orders.permissions import READ
from entrepot.orders.rules import needs_second
from entrepot.payments import public as payments

_STATE = RefundApproval.State


def ask_if_needed(order: Order, change: OrderChange, expected_difference: int, *, now: datetime, actor: Actor) -> bool:
    """Put the change before a second person where its refund is above what this one may give alone.

    True when it waits now. The locks are the caller's.
    """
    limit = payments.refund_limit(actor, order.currency)
    if limit is None:
        return False
    draft, before, _ = draft_of(order, change, now=now, actor=actor)
    difference = difference_minor(before, draft.sale)
    amount = min(refund_minor(draft.sale), -difference)
    if not needs_second(amount, _given_alone(order), limit):
        return False
    if difference != expected_difference:
        raise DifferenceChanged(difference_minor=difference, expected_minor=expected_difference,
                                currency=order.currency)
    RefundApproval.objects.create(
        order=order, change=change, amount_minor=amount, currency=order.currency, difference_minor=difference,
        asked_by_id=_identity(actor), asked_by=actor.label[:200], asked_at=now)
    tell(order, "refund_waits", {"number": change.number, "amount_minor": amount, "currency": order.currency}, now=now,
         actor=actor)
    audit.record(actor, "orders.ask_refund", "order", order.id, reason=change.reason,
                 new={"change": change.number, "amount_minor": amount, "limit_minor": limit})
    return True


def _given_alone(order: Order) -> int:
    """What went back of this order so far without a second person."""
    agreed = order.approvals.filter(state=_STATE.APPROVED).values("change_id")
    alone = order.refunds.exclude(change_id=None).exclude(change_id__in=agreed)
    return int(alone.aggregate(sum=Sum("amount_minor"))["sum"] or 0)


def _identity(actor: Actor) -> str:
    return f"{actor.kind.value}:{actor.id}"[:100]


def _is_own(approval: RefundApproval, actor: Actor) -> bool:
    """A key and whoever made it are one: the second person must be another."""
    return _person(approval.asked_by_id) == _person(_identity(actor))


def _person(identity_of: str) -> str:
    kind, _, number = identity_of.partition(":")
    maker = identity.maker_of_key(int(number)) if kind == ActorKind.KEY and number.isdigit() else None
    return identity_of if maker is None else f"{ActorKind.STAFF.value}:{maker}"


def change_of(approval_id: UUID) -> UUID:  # lint: allow action-actor
    found = RefundApproval.objects.filter(pk=approval_id).values_list("change_id", flat=True).first()
    if found is None:
        raise NotFound(N_("refund"))
    return found


def waiting(approval_id: UUID) -> RefundApproval:  # lint: allow action-actor
    """The request, locked behind its order; refused once it is decided."""
    found = RefundApproval.objects.select_for_update().get(pk=approval_id)
    if found.state != _STATE.WAITING:
        raise ApprovalNot
    return found


def decide(approval: RefundApproval, order: Order, *, approve: bool, note: str, now: datetime, actor: Actor) -> None:
    """Write the decision down; nobody decides on what they asked for themselves."""
    if _is_own(approval, actor):
        raise OwnRefund
    if not approve and not note.strip():
        raise InvalidInput("note", N_("Give a reason."))
    approval.state = _STATE.APPROVED if approve else _STATE.DECLINED
    approval.decided_by, approval.decided_at, approval.note = actor.label[:200], now, note.strip()[:400]
    approval.save(update_fields=["state", "decided_by", "decided_at", "note"])
    told = "refund_approved" if approve else "refund_declined"
    tell(order, told, {"amount_minor": approval.amount_minor, "currency": approval.currency, "reason": note.strip(),
                       "asked_by": approval.asked_by}, now=now, actor=actor)
    audit.record(actor, f"orders.{told}", "order", order.id, reason=note,
                 new={"change": approval.change.number, "amount_minor": approval.amount_minor})


def find_approvals(*, state: str = "waiting", limit: int = 50, actor: Actor) -> list[ApprovalView]:
    """Refunds that wait for a second person, oldest first, or that were decided, newest first."""
    actor.require(READ)
    found = RefundApproval.objects.select_related("order", "change").filter(state=state)
    ordered = found.order_by("asked_at", "id") if state == _STATE.WAITING else found.order_by("-decided_at", "-id")
    return [_view(a, actor) for a in ordered[:limit]]


def _view(a: RefundApproval, actor: Actor) -> ApprovalView:
    return ApprovalView(
        a.id, a.order_id, a.order.number, a.change_id, a.change.number, ChangeKind(a.change.kind), a.change.reason,
        a.state, a.amount_minor, a.currency, a.asked_by, a.asked_at, a.decided_by, a.decided_at, a.note,
        _is_own(a, actor))
