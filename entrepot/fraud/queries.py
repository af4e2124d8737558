"""Reads of rules and decisions."""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import Any
from uuid import UUID

from entrepot.fraud import rules
from entrepot.fraud.contracts import AssessmentView, Decision, Reason, Replay, RuleInfo, Verdict
from entrepot.fraud.errors import InputsForgotten
from entrepot.fraud.models import Assessment, Rule
from entrepot.kit import db, paging
from entrepot.kit.errors import N_, NotFound

CACHE_SECONDS = 5.0
_cached: tuple[float, list[RuleInfo]] = (float("-inf"), [])


def active_rules() -> list[RuleInfo]:
    """The active rules, at most a few seconds old."""
    global _cached
    if time.monotonic() - _cached[0] > CACHE_SECONDS:
        found = db.rows("SELECT code, kind, params, score, is_active, dry_run, version FROM fraud_rule"
                        " WHERE is_active ORDER BY code")
        _cached = (time.monotonic(), [RuleInfo(*r) for r in found if r.kind in rules.KINDS])
    return _cached[1]


def forget_rules() -> None:
    """Drop this process's copy after a change."""
    global _cached
    _cached = (float("-inf"), [])


def info(rule: Rule) -> RuleInfo:
    return RuleInfo(rule.code, rule.kind, rule.params, rule.score, rule.is_active, rule.dry_run, rule.version)


def list_rules() -> list[RuleInfo]:
    """All rules by code, those switched off too."""
    return [info(r) for r in Rule.objects.order_by("code")]


def get_rule(code: str) -> RuleInfo:
    found = Rule.objects.filter(code=code).first()
    if found is None:
        raise NotFound(N_("rule"))
    return info(found)


def _view(a: Assessment) -> AssessmentView:
    return AssessmentView(
        a.id, a.order_id, a.score, Decision(a.verdict), tuple(Reason(**r) for r in a.reasons), a.inputs, a.at
    )


def get_assessment(assessment_id: int) -> AssessmentView:
    found = Assessment.objects.filter(id=assessment_id).first()
    if found is None:
        raise NotFound(N_("assessment"))
    return _view(found)


def assessment_of(order_id: UUID) -> AssessmentView | None:
    """What was found when the order was placed, with the reasons."""
    found = Assessment.objects.filter(order_id=order_id).first()
    return None if found is None else _view(found)


def assessments_of(order_ids: Sequence[UUID]) -> list[AssessmentView]:
    """The decisions on these orders, oldest first."""
    return [_view(a) for a in Assessment.objects.filter(order_id__in=order_ids).order_by("id")]


def list_assessments(*, verdict: str | None, limit: int, cursor: str) -> tuple[list[AssessmentView], str | None]:
    """Newest first."""
    query = Assessment.objects.order_by("-id")
    if verdict:
        query = query.filter(verdict=verdict)
    if (after := paging.number(cursor)) is not None:
        query = query.filter(id__lt=after)
    found = list(query[:limit + 1])
    return [_view(a) for a in found[:limit]], paging.encode([found[limit - 1].id]) if len(found) > limit else None


def replay(assessment_id: int) -> Replay:
    """Decide again from the recorded inputs by the rule versions of then."""
    past = get_assessment(assessment_id)
    if not past.inputs["facts"]["keys"]:
        raise InputsForgotten
    asked = rules.probes(_versions(past.inputs["rules"]), rules.Facts(**past.inputs["facts"]))
    again = rules.judge(asked, past.inputs["counts"], past.inputs["review_from"])
    return Replay(Verdict(past.verdict, past.score, past.findings), again)


def _versions(used: list[list[Any]]) -> list[RuleInfo]:
    found = {(r.code, r.version): RuleInfo(*r) for r in db.rows(
        "SELECT r.code, v.kind, v.params, v.score, v.is_active, v.dry_run, v.version FROM fraud_ruleversion v"
        " JOIN fraud_rule r ON r.id = v.rule_id"
        " JOIN unnest(%s::text[], %s::int[]) AS u(code, version) ON u.code = r.code AND u.version = v.version",
        [[code for code, _ in used], [version for _, version in used]])}
    return [found[code, version] for code, version in used]
