"""What was paid and what goes back. The payments ledger is the truth: here it is only summed and acted upon."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from django.db import transaction
from django.db.models import F

from entrepot.kit import audit, clock, db, outbox
from entrepot.kit.actor import Actor
from entrepot.kit.errors import NotFound
from entrepot.orders import queries
from entrepot.orders.actions import earmark
from entrepot.orders.actions.common import CONSEQUENCE, lock_order, move, tell
from entrepot.orders.actions.notify import queue
from entrepot.orders.contracts import OrderState, Trigger
from entrepot.orders.draft import worth_leaving_minor
from entrepot.orders.errors import NothingToPay
from entrepot.orders.events import OrderPaid, OrderRefunded
from entrepot.orders.models import Earmark, Order, Refund, Transfer
from entrepot.orders.permissions import CANCEL, CHANGE, OWN
from entrepot.orders.rules import ENDED, due_minor
from entrepot.payments import public as payments
from entrepot.payments.contracts import PaymentInfo

_TRANSFERS = """
SELECT coalesce(sum(CASE WHEN target_id = %(order)s THEN amount_minor ELSE -amount_minor END), 0)::bigint AS net,
       coalesce(sum(CASE WHEN source_id = %(order)s THEN amount_minor ELSE -amount_minor END)
                FILTER (WHERE is_refund), 0)::bigint AS refunded
FROM orders_transfer WHERE %(order)s IN (source_id, target_id)
"""


class Purse(NamedTuple):
    """What the payments ledger and the earmarks say of one order."""

    own: int  # taken at its own payments, less what went back
    held: int  # set aside there
    incoming: int  # set aside for it at other orders' payments
    outgoing: int  # set aside at its own for others

    @property
    def is_shared(self) -> bool:
        return bool(self.incoming or self.outgoing)


def refresh_paid(order: Order, *, actor: Actor) -> Purse:
    """Set paid, refunded and set aside, and how far refunds have come, to what the ledger says.

    What a home holds beyond its own needs is its payments' to keep until those it holds money for need no more.
    """
    _refresh_refunds(order)
    infos = payments.payments_of(order.id)
    purse = Purse(sum(p.captured_minor - p.refunded_minor for p in infos), sum(p.held_minor for p in infos),
                  *queries.earmarked(order.id))
    moved = db.row(_TRANSFERS, {"order": order.id})
    order.paid_minor = purse.own + moved.net
    order.refunded_minor = sum(p.refunded_minor for p in infos) + moved.refunded
    free = purse.held - purse.outgoing
    order.authorised_minor = purse.incoming + (0 if purse.outgoing and _due(order) <= 0 else max(free, 0))
    order.save(update_fields=["paid_minor", "refunded_minor", "authorised_minor"])
    return purse


def _due(order: Order) -> int:
    return due_minor(order.total_minor, order.credited_minor, order.paid_minor)


def _refresh_refunds(order: Order) -> None:
    """A refund is done or failed as far as payments says, by our reference."""
    refunds = list(order.refunds.select_for_update().order_by("id"))
    infos = payments.refunds_of(order.id) if refunds else []
    for refund in refunds:
        done, failed = (sum(i.amount_minor for i in infos if i.reference == refund.reference and i.state == state)
                        for state in ("done", "failed"))
        dropped = min(refund.dropped_minor, failed)
        if (refund.done_minor, refund.failed_minor, refund.dropped_minor) != (done, failed - dropped, dropped):
            refund.done_minor, refund.failed_minor, refund.dropped_minor = done, failed - dropped, dropped
            refund.save(update_fields=["done_minor", "failed_minor", "dropped_minor"])


def sync_payments(order_id: UUID, *, actor: Actor) -> None:
    """Something happened to the order's payments: sum the ledger, go on when it is paid, give back what is too much.

    Idempotent and independent of the order in which news arrives.
    """
    now = clock.now()
    with transaction.atomic():
        order = lock_order(order_id, actor=actor)
        settle(order, now=now, actor=actor)


def settle(order: Order, *, reason: str = "", change_id: UUID | None = None, first: UUID | None = None, now: datetime,
           actor: Actor) -> None:
    """Bring a locked order's money in line: paid in full moves it on, a surplus pays for the orders it holds money for
    (`first` before others), and what is left of it is refunded (never twice)."""
    held = order.authorised_minor
    purse = refresh_paid(order, actor=actor)
    if purse.outgoing and earmark.serve(order, -_due(order) - _asked(order), purse.held, now, first):
        purse = refresh_paid(order, actor=actor)
    if still_open(order) <= 0:
        purse = _let_go(order, purse, actor)
    due = _due(order)
    if OrderState(order.state) not in ENDED:
        if due <= 0:
            _go_on(order, now, actor)
        elif due <= order.authorised_minor:
            _secured(order, now, actor)
        elif held > order.authorised_minor and order.state == OrderState.PROCESSING:
            move(order, Trigger.OWE, now=now, actor=actor)  # what was set aside is gone
    surplus = -due - _asked(order)
    if surplus > 0:
        _give_back(order, surplus, purse.own, reason or "surplus", change_id, now, actor)


def _let_go(order: Order, purse: Purse, actor: Actor) -> Purse:
    """Nothing more is to be taken for the order: what others hold for it is theirs, what it holds the payer's."""
    if purse.held and not purse.outgoing:
        payments.release(order.id, actor=CONSEQUENCE)
    if not purse.incoming:
        return purse
    earmark.give_back(order)
    return refresh_paid(order, actor=actor)


def _go_on(order: Order, now: datetime, actor: Actor) -> None:
    if order.paid_at is not None and order.state != OrderState.PENDING:
        return
    first = order.paid_at is None
    order.paid_at, order.expires_at = order.paid_at or now, None
    order.save(update_fields=["paid_at", "expires_at"])
    tell(order, "paid", {"amount_minor": order.paid_minor, "currency": order.currency}, now=now, actor=actor,
         is_public=True)
    move(order, Trigger.PAY, now=now, actor=actor)
    if not (first and order.is_promised):  # a promised order was announced as payable when it was placed
        outbox.publish(OrderPaid(order.id, order.number, order.paid_minor, order.currency))


def _secured(order: Order, now: datetime, actor: Actor) -> None:
    """The payer's money is set aside in full: the order is packed, and the money taken when goods leave."""
    if order.state != OrderState.PENDING:
        return
    order.expires_at = None
    order.save(update_fields=["expires_at"])
    tell(order, "authorised", {"amount_minor": order.authorised_minor, "currency": order.currency}, now=now,
         actor=actor)
    move(order, Trigger.PAY, now=now, actor=actor)


def collect(order_id: UUID, short_minor: int, *, actor: Actor) -> None:
    """Take what the leaving goods cost, from what is set aside: at the order's own payments, then where other orders
    hold money for it. Outside any transaction: the provider is asked."""
    purse = Purse(0, _held(order_id), *queries.earmarked(order_id))
    for home_id, within in [(order_id, purse.held - purse.outgoing), *queries.homes_of(order_id)]:
        if (wanted := min(short_minor, within)) > 0:
            taken = _take(home_id, wanted)
            short_minor -= taken
            if home_id != order_id:
                _bring_over(home_id, order_id, taken, within)
    sync_payments(order_id, actor=actor)


def _held(order_id: UUID) -> int:
    return sum(p.held_minor for p in payments.payments_of(order_id))


def _take(home_id: UUID, wanted_minor: int) -> int:
    """Capture so much. Where a provider lets go of the rest after one capture, all that is still due to the home and to
    those it holds money for is taken with the first."""
    held = [p for p in payments.payments_of(home_id) if p.held_minor]
    home, open_minor = Order.objects.get(pk=home_id), queries.earmarked(home_id)[1]
    open_minor, left = open_minor + max(still_open(home), 0), wanted_minor
    for payment in sorted(held, key=lambda p: not payments.captures_many(p.provider)):
        if left <= 0:
            break
        part = min(left if payments.captures_many(payment.provider) else open_minor, payment.held_minor)
        payments.capture(payment.id, part, actor=CONSEQUENCE)
        left, open_minor = left - part, open_minor - part
    return wanted_minor - max(left, 0)


def _bring_over(home_id: UUID, order_id: UUID, taken_minor: int, held_before: int) -> None:
    """What was taken at the home for another order counts for that one, so far as the home's surplus has not gone there
    already; never what pays for goods that left the home itself."""
    now = clock.now()
    with transaction.atomic():
        home = lock_order(home_id, actor=CONSEQUENCE)
        settle(home, first=order_id, now=now, actor=CONSEQUENCE)
        mark = Earmark.objects.select_for_update().filter(source=home, target_id=order_id).first()
        if mark:
            missing = min(taken_minor - (held_before - mark.amount_minor), taken_minor)
            earmark.pay(mark, min(missing, home.paid_minor - _asked(home) - _gone_minor(home)), now)
            refresh_paid(home, actor=CONSEQUENCE)


def _gone_minor(order: Order) -> int:
    """The worth of what has left; delivery counts with the first parcel."""
    sale = queries.sale_of(order)
    return worth_leaving_minor(sale, {}) if any(line.fulfilled_qty for line in sale.lines.values()) else 0


def still_open(order: Order) -> int:  # lint: allow action-actor
    """What is still to be taken of the order's worth; money that is on its way back no longer counts as ours."""
    return _due(order) + _asked(order)


def _asked(order: Order) -> int:
    """Refunds under way, failed ones included until someone has looked at them."""
    parts = order.refunds.values_list("amount_minor", "done_minor", "dropped_minor")
    return sum(amount - done - dropped for amount, done, dropped in parts)


def _give_back(order: Order, surplus: int, own: int, reason: str, change_id: UUID | None, now: datetime,
               actor: Actor) -> None:
    """Ask payments for a refund; money that was paid on another order (before a split or merge) goes back there first,
    and from there on, when it had come from a third."""
    here = min(surplus, max(own - _asked(order), 0))
    if here:
        _ask(order, here, reason, change_id, now, actor)
    rest = surplus - here
    for source in Order.objects.filter(transfers_out__target=order).distinct().order_by("id"):
        if rest <= 0:
            return
        lent = _lent(source, order)
        back = min(rest, lent)
        if back <= 0:
            continue
        Transfer.objects.create(source=order, target=source, amount_minor=back, is_refund=True, reason="refund", at=now)
        Order.objects.filter(pk=source.pk).update(paid_minor=F("paid_minor") + back,
                                                  refunded_minor=F("refunded_minor") - back)
        refresh_paid(order, actor=actor)
        lender = Order.objects.get(pk=source.pk)
        _give_back(lender, back, _own(lender), reason, change_id, now, actor)
        rest -= back


def _own(order: Order) -> int:
    return sum(p.captured_minor - p.refunded_minor for p in payments.payments_of(order.id))


def _lent(source: Order, target: Order) -> int:
    out = sum(Transfer.objects.filter(source=source, target=target).values_list("amount_minor", flat=True))
    back = sum(Transfer.objects.filter(source=target, target=source).values_list("amount_minor", flat=True))
    return out - back


def _ask(order: Order, amount_minor: int, reason: str, change_id: UUID | None, now: datetime, actor: Actor) -> None:
    serial = db.value("SELECT nextval('orders_refund_number')")
    reference = f"{order.number}-R{serial}"
    Refund.objects.create(order=order, reference=reference, change_id=change_id, amount_minor=amount_minor,
                          reason=reason[:200], asked_at=now)
    tell(order, "refund_asked", {"amount_minor": amount_minor, "currency": order.currency, "reference": reference},
         now=now, actor=actor)
    payments.refund(order.id, amount_minor, reason=reason[:200], reference=reference, actor=CONSEQUENCE)


def note_refunded(order_id: UUID, payment_id: UUID, amount_minor: int, reference: str, *, actor: Actor) -> None:
    """A refund reached the customer."""
    now = clock.now()
    with transaction.atomic():
        order = lock_order(order_id, actor=actor)
        refresh_paid(order, actor=actor)
        tell(order, "refunded", {"amount_minor": amount_minor, "currency": order.currency}, now=now, actor=actor,
             is_public=True)
        audit.record(actor, "orders.note_refunded", "order", order.id,
                     new={"amount_minor": amount_minor, "currency": order.currency, "reference": reference})
        outbox.publish(OrderRefunded(order.id, order.number, amount_minor, order.currency, reference))
        queue(order, "refunded", f"refunded:{payment_id}:{reference}:{amount_minor}",
              {"amount_minor": amount_minor}, now=now, actor=actor)


def note_refund_failed(order_id: UUID, amount_minor: int, reference: str, reason: str, *, actor: Actor) -> None:
    """A provider refused: shown on the order and in the office until someone retries it."""
    now = clock.now()
    with transaction.atomic():
        order = lock_order(order_id, actor=actor)
        order.refunds.filter(reference=reference).update(failure=reason[:200])
        refresh_paid(order, actor=actor)
        tell(order, "refund_failed", {"amount_minor": amount_minor, "currency": order.currency, "reason": reason},
             now=now, actor=actor)


def retry_refund(refund_id: int, *, actor: Actor) -> None:
    """Ask again for what failed, under a new reference."""
    actor.require(CANCEL)
    now = clock.now()
    with transaction.atomic():
        found = Refund.objects.filter(pk=refund_id).values_list("order_id", flat=True).first()
        if found is None:
            raise NotFound("refund")
        order = lock_order(found, actor=actor)
        own = refresh_paid(order, actor=actor).own
        refund = Refund.objects.get(pk=refund_id)
        failed = refund.failed_minor
        refund.dropped_minor, refund.failed_minor = refund.dropped_minor + failed, 0
        refund.save(update_fields=["dropped_minor", "failed_minor"])
        audit.record(actor, "orders.retry_refund", "order", order.id, new={"refund": refund_id, "amount_minor": failed})
        again = min(failed, -_due(order) - _asked(order))
        if again > 0:
            _give_back(order, again, own, refund.reason, refund.change_id, now, actor)


def note_authorised(order_id: UUID, amount_minor: int, *, actor: Actor) -> None:
    """The payer's money is set aside: the order does not expire any more, and goes on once it is all there."""
    now = clock.now()
    with transaction.atomic():
        order = lock_order(order_id, actor=actor)
        settle(order, now=now, actor=actor)
        if order.state == OrderState.PENDING and order.expires_at is not None:
            order.expires_at = None
            order.save(update_fields=["expires_at"])
            tell(order, "authorised", {"amount_minor": amount_minor, "currency": order.currency}, now=now, actor=actor)


def note_failed_payment(order_id: UUID, reason: str, *, actor: Actor) -> None:
    """A try to pay came to nothing: the customer hears of it and may try again until the order expires."""
    now = clock.now()
    with transaction.atomic():
        order = lock_order(order_id, actor=actor)
        tell(order, "payment_failed", {"reason": reason}, now=now, actor=actor, is_public=True)
        if order.state == OrderState.PENDING:
            queue(order, "payment_failed", f"payment_failed:{order.id}:{now.isoformat()}", {}, now=now, actor=actor)


def pay_order(order_id: UUID, *, provider: str, method: str = "", return_url: str, actor: Actor) -> PaymentInfo:
    """Pay what is open: again after a failure, or the rest after a change. Open tries before it are given up,
    not what orders share: of that only the rest is to pay."""
    actor.require(CHANGE if queries.is_company(actor) else OWN)
    payments.refuse_foreign_return(return_url)
    now = clock.now()
    with transaction.atomic():
        order = lock_order(order_id, actor=actor)
        purse = refresh_paid(order, actor=actor)
        due = _due(order) - (order.authorised_minor if purse.is_shared else 0)
        if due <= 0 or OrderState(order.state) in ENDED or order.origin == "import":
            raise NothingToPay(number=order.number)
        payments.cancel_open(order.id, keeps_held=purse.is_shared, actor=CONSEQUENCE)
        payment = payments.open_payment(order.id, provider=provider, method=method, amount_minor=due,
                                        currency=order.currency, now=now, actor=actor)
        audit.record(actor, "orders.pay_order", "order", order.id,
                     new={"payment": str(payment.id), "amount_minor": due})
        settle(order, now=now, actor=actor)
    return payments.begin(payment.id, return_url=return_url, description=order.number, language=order.language,
                          actor=actor)
