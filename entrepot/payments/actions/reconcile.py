"""Compare a provider's statement with our ledger; every difference is a case until someone resolves it."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import Q

from entrepot.kit import audit, clock
from entrepot.kit.actor import Actor
from entrepot.kit.errors import N_, InvalidInput, NotFound
from entrepot.payments import rules
from entrepot.payments.contracts import Reconciliation, StatementRow
from entrepot.payments.formats import read_statement
from entrepot.payments.models import Statement, StatementLine, Transaction
from entrepot.payments.permissions import RECONCILE
from entrepot.payments.providers import SLOT

_KINDS = (Transaction.Kind.CAPTURE, Transaction.Kind.REFUND)
Difference = StatementLine.Difference


def import_statement(provider: str, data: bytes, *, name: str, from_at: datetime | None = None,
                     until_at: datetime | None = None, actor: Actor) -> Reconciliation:
    """Read a statement file and reconcile it. The same file twice is imported once.

    The period (until exclusive) defaults to that of the lines; what we booked in it and the file lacks is a case.
    """
    actor.require(RECONCILE)
    rules.refuse_card_numbers(name)
    if provider not in SLOT and provider not in rules.MANUAL:
        raise InvalidInput("provider", N_("There is no such way to pay."))
    digest = hashlib.sha256(provider.encode() + b"\0" + data).hexdigest()
    rows = read_statement(data)
    with transaction.atomic():
        times = [row.at for row in rows if row.at]
        statement, is_new = Statement.objects.get_or_create(digest=digest, defaults={
            "provider": provider, "name": name[:200], "imported_at": clock.now(),
            "from_at": from_at or min(times, default=None), "until_at": until_at or max(times, default=None)})
        if not is_new:
            return _summary(statement, is_new=False)
        _match(statement, rows)
        _find_missing(statement, is_period_given=until_at is not None)
        summary = _summary(statement, is_new=True)
        audit.record(actor, "payments.import_statement", "statement", statement.id,
                     new={"provider": provider, "lines": summary.lines, "differences": summary.differences})
    return summary


def reconcile(statement_id: int, *, actor: Actor) -> Reconciliation:
    """Look again at the open cases of a statement: what was booked since closes itself."""
    actor.require(RECONCILE)
    with transaction.atomic():
        statement = Statement.objects.select_for_update().filter(pk=statement_id).first()
        if statement is None:
            raise NotFound(N_("statement"))
        lines = list(statement.lines.filter(difference=Difference.MISSING_HERE, resolved_at__isnull=True))
        rows = [StatementRow(li.line, li.kind, li.provider_ref, li.amount_minor, li.currency, li.at) for li in lines]
        judged = _judge(statement.provider, rows)
        for line, (found, difference) in zip(lines, judged, strict=True):
            line.transaction, line.difference = found, difference
            line.save(update_fields=["transaction", "difference"])
        _close_missing(judged)
        audit.record(actor, "payments.reconcile", "statement", statement.id)
    return _summary(statement, is_new=False)


def resolve_difference(line_id: int, *, note: str, actor: Actor) -> None:
    """Close a case with what was found out."""
    actor.require(RECONCILE)
    rules.refuse_card_numbers(note)
    if not note.strip():
        raise InvalidInput("note", N_("Say how this was resolved."))
    with transaction.atomic():
        line = StatementLine.objects.select_for_update().exclude(difference="").filter(pk=line_id).first()
        if line is None:
            raise NotFound(N_("statement line"))
        line.resolution, line.resolved_at = note.strip()[:200], clock.now()
        line.save(update_fields=["resolution", "resolved_at"])
        audit.record(actor, "payments.resolve_difference", "statement_line", line_id, reason=note,
                     new={"difference": line.difference})


@dataclass(frozen=True, slots=True)
class _Ours:
    by_key: dict[tuple[str, str], Transaction]
    stated: set[int]


def _ours(provider: str, rows: Sequence[StatementRow]) -> _Ours:
    found = Transaction.objects.filter(payment__provider=provider, kind__in=_KINDS,
                                       provider_ref__in={row.reference for row in rows} - {""})
    by_key = {(t.kind, t.provider_ref): t for t in found}
    stated = StatementLine.objects.filter(transaction__in=by_key.values(), line__gt=0)
    return _Ours(by_key, set(stated.values_list("transaction_id", flat=True)))


def _judge(provider: str, rows: Sequence[StatementRow]) -> list[tuple[Transaction | None, str]]:
    ours = _ours(provider, rows)
    judged: list[tuple[Transaction | None, str]] = []
    for row in rows:
        found = ours.by_key.get((row.kind, row.reference))
        judged.append((found, _difference(row, found, ours.stated)))
        if found:
            ours.stated.add(found.id)
    return judged


def _difference(row: StatementRow, found: Transaction | None, stated: set[int]) -> str:
    if found is None:
        return Difference.MISSING_HERE
    if found.id in stated:
        return Difference.DUPLICATE
    if found.currency != row.currency:
        return Difference.CURRENCY
    return Difference.AMOUNT if found.amount_minor != row.amount_minor else ""


def _match(statement: Statement, rows: Sequence[StatementRow]) -> None:
    judged = _judge(statement.provider, rows)
    StatementLine.objects.bulk_create([
        StatementLine(statement=statement, line=row.line, kind=row.kind, provider_ref=row.reference[:120],
                      amount_minor=row.amount_minor, currency=row.currency, at=row.at, transaction=found,
                      difference=difference)
        for row, (found, difference) in zip(rows, judged, strict=True)], batch_size=1000)
    _close_missing(judged)


def _close_missing(judged: Sequence[tuple[Transaction | None, str]]) -> None:
    """What one statement lacked may stand in another: providers cut their days elsewhere than we do."""
    stated_now = [found.id for found, _ in judged if found]
    StatementLine.objects.filter(transaction_id__in=stated_now, line=0, resolved_at__isnull=True).update(
        resolved_at=clock.now(), resolution=N_("Stated in a later statement."))


def _find_missing(statement: Statement, *, is_period_given: bool) -> None:
    if statement.from_at is None or statement.until_at is None:
        return
    end = Q(at__lt=statement.until_at) if is_period_given else Q(at__lte=statement.until_at)
    ours = Transaction.objects.filter(end, payment__provider=statement.provider, kind__in=_KINDS,
                                      at__gte=statement.from_at)
    stated = StatementLine.objects.filter(transaction__isnull=False).values("transaction_id")
    StatementLine.objects.bulk_create([
        StatementLine(statement=statement, line=0, kind=t.kind, provider_ref=t.provider_ref, currency=t.currency,
                      amount_minor=t.amount_minor, at=t.at, transaction=t, difference=Difference.MISSING_THERE)
        for t in ours.exclude(id__in=stated).order_by("id")], batch_size=1000)


def _summary(statement: Statement, *, is_new: bool) -> Reconciliation:
    lines = list(statement.lines.values_list("line", "difference", "resolved_at"))
    open_cases = Counter(difference for _, difference, resolved_at in lines if difference and resolved_at is None)
    return Reconciliation(statement.id, sum(line > 0 for line, _, _ in lines),
                          sum(line > 0 and not difference for line, difference, _ in lines), dict(open_cases), is_new)
