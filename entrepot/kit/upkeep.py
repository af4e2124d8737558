"""Scheduled work of the kit. Imported by `tasks`, where Procrastinate looks for it."""

from __future__ import annotations

import structlog
from procrastinate.contrib.django import app

from entrepot.kit import maintenance, retention, seal, webhooks
from entrepot.kit.invariants import violations

log = structlog.get_logger(__name__)


@app.task(name="kit.send_webhook", queue="webhooks")
def send_webhook(delivery_id: int) -> None:
    webhooks.send(delivery_id)


@app.periodic(cron="* * * * * */15")
@app.task(name="kit.retry_stalled", queue="upkeep", queueing_lock="kit.retry_stalled")
def retry_stalled(timestamp: int) -> None:
    if found := maintenance.retry_stalled():
        log.warning("jobs of dead workers taken up again", jobs=found)
    if lost := maintenance.requeue_lost():
        log.warning("deliveries without a job queued again", deliveries=lost)


@app.periodic(cron="* * * * *")
@app.task(name="kit.seal_audit", queue="upkeep", queueing_lock="kit.seal_audit")
def seal_audit(timestamp: int) -> None:
    seal.seal()


@app.periodic(cron="17 * * * *")
@app.task(name="kit.clean", queue="upkeep", queueing_lock="kit.clean")
def clean(timestamp: int) -> None:
    log.info("cleaned", removed=maintenance.clean())


@app.periodic(cron="50 2 * * *")
@app.task(name="kit.forget_old", queue="upkeep", queueing_lock="kit.forget_old")
def forget_old(timestamp: int) -> None:
    log.info("forgotten", removed=retention.purge_all())


@app.periodic(cron="5 0 * * *")
@app.task(name="kit.ensure_partitions", queue="upkeep", queueing_lock="kit.ensure_partitions")
def ensure_partitions(timestamp: int) -> None:
    maintenance.ensure_partitions()


@app.periodic(cron="30 3 * * *")
@app.task(name="kit.nightly_check", queue="upkeep", queueing_lock="kit.nightly_check")
def nightly_check(timestamp: int) -> None:
    """Everything that must always hold, and the audit trail against its seals."""
    for violation in violations():
        log.error("invariant broken", code=violation.code, row=violation.row)
    for finding in seal.verify():
        log.error("audit trail contradicts its seals", kind=finding.kind, where=finding.where)
