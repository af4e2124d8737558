"""Assessing orders, noting attempts, changing rules."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import connection, transaction

from entrepot.fraud import queries, rules
from entrepot.fraud.contracts import Decision, Reason, RuleInfo, Verdict
from entrepot.fraud.errors import RuleExists
from entrepot.fraud.models import Rule, RuleVersion
from entrepot.fraud.permissions import ASSESS, CONFIGURE, MAINTAIN
from entrepot.kit import audit, clock, db, digests
from entrepot.kit.actor import Actor
from entrepot.kit.errors import N_, NotFound, StaleVersion
from entrepot.kit.json import dumps_text


def _digest(kind: str, value: str | None) -> str:
    """The stored form of an e-mail, IP or address: comparable, not readable. Empty for nothing."""
    plain = (value or "").strip().casefold()
    return f"{kind}:{digests.keyed('ENTREPOT_FRAUD_KEY', f'{kind}:{plain}')[:40]}" if plain else ""


_ASSESS = """
SELECT * FROM fraud_assess(%(order)s, %(probes)s::jsonb, %(inputs)s::jsonb, %(keys)s::text[], %(email)s,
                           %(review_from)s, %(max)s, %(now)s::timestamptz)
"""


def assess(order_id: UUID, *, email: str, ip: str | None, customer_id: UUID | None, total_minor: int, currency: str,
           shipping_country: str, billing_country: str, shipping_key: str, now: datetime, actor: Actor) -> Verdict:
    """Decide whether a person should look at this order, and record why. One statement, in the caller's transaction."""
    actor.require(ASSESS)
    if not connection.in_atomic_block:
        raise RuntimeError("an assessment belongs in the transaction of the order it judges")
    keys = {"email": _digest("email", email), "ip": _digest("ip", ip), "address": _digest("address", shipping_key)}
    active = queries.active_rules()
    facts = rules.Facts(keys, total_minor, currency, shipping_country, billing_country)
    asked = rules.probes(active, facts)
    found = db.row(_ASSESS, {
        "probes": dumps_text([{"n": n, **asdict(p)} for n, p in enumerate(asked)]), "now": now, "max": rules.MAX_SCORE,
        "email": keys["email"], "keys": [k for k in keys.values() if k], "order": order_id,
        "review_from": rules.REVIEW_FROM,
        "inputs": dumps_text({"facts": asdict(facts), "rules": [[r.code, r.version] for r in active],
                              "customer_id": customer_id, "review_from": rules.REVIEW_FROM}),
    })
    return Verdict(Decision(found.verdict), found.score, tuple(Reason(**r) for r in found.reasons))


_FAILED = """
INSERT INTO fraud_attempt (kind, key, email, at)
SELECT 'failed_payment', k.value, a.inputs -> 'facts' -> 'keys' ->> 'email', %s
  FROM fraud_assessment a, jsonb_each_text(a.inputs -> 'facts' -> 'keys') k WHERE a.order_id = %s AND k.value <> ''
"""


def note_failed_payment(order_id: UUID, now: datetime, *, actor: Actor) -> None:
    """A payment failed: remember it against the e-mail, IP and address that the order was assessed with."""
    actor.require(ASSESS)
    db.execute(_FAILED, [now, order_id])


def create_rule(
    code: str,
    kind: str,
    params: dict[str, Any],
    *,
    score: int,
    dry_run: bool = True,
    is_active: bool = True,
    actor: Actor,
) -> RuleInfo:
    """A new rule; by default it only records what it would have said."""
    actor.require(CONFIGURE)
    rules.check(kind, params, score)
    with transaction.atomic():
        made, is_new = Rule.objects.get_or_create(code=code, defaults={
            "kind": kind, "params": params, "score": score, "dry_run": dry_run, "is_active": is_active})
        if not is_new:
            raise RuleExists(rule=code)
        _keep_version(made)
        audit.record(actor, "fraud.create_rule", "fraud.rule", code, new=asdict(queries.info(made)))
    queries.forget_rules()
    return queries.info(made)


def update_rule(
    code: str,
    *,
    params: dict[str, Any] | None = None,
    score: int | None = None,
    dry_run: bool | None = None,
    is_active: bool | None = None,
    expected_version: int | None = None,
    actor: Actor,
) -> RuleInfo:
    """Change a rule: a new version. Past decisions keep the version they used."""
    actor.require(CONFIGURE)
    with transaction.atomic():
        rule = Rule.objects.select_for_update().filter(code=code).first()
        if rule is None:
            raise NotFound(N_("rule"))
        if expected_version is not None and rule.version != expected_version:
            raise StaleVersion
        old = asdict(queries.info(rule))
        changes = {
            k: v
            for k, v in (("params", params), ("score", score), ("dry_run", dry_run), ("is_active", is_active))
            if v is not None
        }
        for name, value in changes.items():
            setattr(rule, name, value)
        rules.check(rule.kind, rule.params, rule.score)
        rule.version += 1
        rule.save(update_fields=[*changes, "version"])
        _keep_version(rule)
        audit.record(actor, "fraud.update_rule", "fraud.rule", code, old=old, new=asdict(queries.info(rule)))
    queries.forget_rules()
    return queries.info(rule)


def _keep_version(rule: Rule) -> None:
    RuleVersion.objects.create(rule=rule, version=rule.version, kind=rule.kind, params=rule.params, score=rule.score,
                               is_active=rule.is_active, dry_run=rule.dry_run, at=clock.now())


def ensure_rules(*, actor: Actor) -> None:
    """The rules a new shop begins with; those that exist are left as they are."""
    actor.require(CONFIGURE)
    known = {r.code for r in queries.list_rules()}
    for code, kind, params, score in rules.DEFAULTS:
        if code not in known:
            create_rule(code, kind, params, score=score, dry_run=False, actor=actor)


def forget_attempts(now: datetime, *, actor: Actor) -> int:
    """Delete attempts that no rule can look back to any more."""
    actor.require(MAINTAIN)
    return db.execute("DELETE FROM fraud_attempt WHERE at < %s", [now - timedelta(minutes=rules.MAX_MINUTES)])


_STRIP = "UPDATE fraud_assessment SET inputs = jsonb_set(inputs, '{facts,keys}', '{}') - 'customer_id'"
_STRIP_OLD = _STRIP + """ WHERE id IN (
    SELECT id FROM fraud_assessment WHERE at < %(before)s AND inputs -> 'facts' -> 'keys' <> '{}'
    ORDER BY at LIMIT %(limit)s)"""  # noqa: S608  own names
_FORGET_NETWORK = """
DELETE FROM fraud_attempt WHERE id IN (
    SELECT id FROM fraud_attempt WHERE at < %(before)s AND key LIKE 'ip:%%' ORDER BY at LIMIT %(limit)s)
"""


def forget_network(before: datetime, limit: int, *, actor: Actor) -> int:
    """Who came from which address is of use for weeks. Decisions from before a moment stay, with their reasons and
    without what the person was recognised by; at most so many rows at once."""
    actor.require(MAINTAIN)
    old = {"before": before, "limit": limit}
    return db.execute(_STRIP_OLD, old) + db.execute(_FORGET_NETWORK, old)


def forget_orders(order_ids: Sequence[UUID], *, actor: Actor) -> int:
    """The buyer of these orders has left: decisions on them lose what the person was recognised by."""
    actor.require(ASSESS)
    return db.execute(_STRIP + " WHERE order_id = ANY(%s)", [list(order_ids)])
