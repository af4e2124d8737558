"""HTTP of fraud checks: decisions to read and replay, rules to change."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from django.http import HttpRequest
from ninja import Field, Query, Schema

from entrepot.fraud import actions, queries, rules
from entrepot.fraud.contracts import AssessmentView, RuleInfo
from entrepot.fraud.permissions import CONFIGURE, READ
from entrepot.kit.errors import N_, InvalidInput
from entrepot.kit.paging import DEFAULT_LIMIT, MAX_LIMIT
from entrepot.kit.rest import Routes, Strict, actor_of

routes = Routes()
ROUTES = [("/admin/fraud", routes)]


class RuleFields(Strict):
    params: dict[str, Any]
    score: int = Field(ge=1, le=100)
    dry_run: bool = True
    is_active: bool = True


class RuleInput(RuleFields):
    code: str = Field(min_length=1, max_length=50, pattern=r"^[A-Za-z0-9_-]+$")
    kind: str = Field(max_length=40)


class RulePatch(Strict):
    params: dict[str, Any] | None = None
    score: int | None = Field(None, ge=1, le=100)
    dry_run: bool | None = None
    is_active: bool | None = None
    expected_version: int | None = Field(None, ge=1, le=2**31 - 1)


class RuleOutput(Schema):
    code: str
    kind: str
    params: dict[str, Any]
    score: int
    is_active: bool
    dry_run: bool
    version: int


class KindOutput(Schema):
    kind: str
    text: str
    params: list[str]


class ReasonOutput(Schema):
    code: str
    version: int
    score: int
    count: int
    dry_run: bool


class AssessmentOutput(Schema):
    id: int
    order_id: UUID
    score: int
    verdict: str
    findings: list[ReasonOutput]
    inputs: dict[str, Any]
    at: datetime


class AssessmentPage(Schema):
    items: list[AssessmentOutput]
    next: str | None


class VerdictOutput(Schema):
    verdict: str
    score: int
    findings: list[ReasonOutput]


class ReplayOutput(Schema):
    same: bool
    recorded: VerdictOutput
    replayed: VerdictOutput


class AssessmentFilter(Schema):
    verdict: Literal["accept", "review"] | None = None
    limit: int = Field(DEFAULT_LIMIT, ge=1, le=MAX_LIMIT)
    cursor: str = Field("", max_length=400)


def _code(code: str) -> str:
    if "\x00" in code:
        raise InvalidInput("code", N_("This contains characters that cannot be stored."))
    return code


@routes.get("/assessments", permission=READ, response=AssessmentPage, summary="Assessments, newest first")
def list_assessments(request: HttpRequest, query: Query[AssessmentFilter]) -> dict[str, Any]:
    items, more = queries.list_assessments(verdict=query.verdict, limit=query.limit, cursor=query.cursor)
    return {"items": items, "next": more}


@routes.get("/assessments/of-order/{uuid:order_id}", permission=READ, response=list[AssessmentOutput],
            summary="The assessment of an order")
def assessment_of(request: HttpRequest, order_id: UUID) -> list[AssessmentView]:
    """The assessment of an order: one, or none."""
    found = queries.assessment_of(order_id)
    return [found] if found else []


@routes.post("/assessments/{assessment_id}/replay", permission=READ, response=ReplayOutput,
             summary="Decide again from the recorded inputs")
def replay(request: HttpRequest, assessment_id: int) -> dict[str, Any]:
    """Decide again from the recorded inputs, by the rule versions of then. Nothing is written."""
    if not 0 < assessment_id < 2**63:
        raise InvalidInput("assessment_id", N_("There is no such assessment."))
    done = queries.replay(assessment_id)
    return {"same": done.same, "recorded": asdict(done.recorded), "replayed": asdict(done.replayed)}


@routes.get("/kinds", permission=READ, response=list[KindOutput], summary="Kinds of fraud rules")
def list_kinds(request: HttpRequest) -> list[dict[str, Any]]:
    """The kinds of rules there are, and their parameters."""
    from django.utils.translation import gettext

    return [
        {"kind": name, "text": gettext(kind.text), "params": sorted(kind.params)} for name, kind in rules.KINDS.items()
    ]


@routes.get("/rules", permission=READ, response=list[RuleOutput], summary="Fraud rules")
def list_rules(request: HttpRequest) -> list[RuleInfo]:
    return queries.list_rules()


@routes.get("/rules/{code}", permission=READ, response=RuleOutput, summary="A fraud rule")
def get_rule(request: HttpRequest, code: str) -> RuleInfo:
    return queries.get_rule(_code(code))


@routes.post("/rules", permission=CONFIGURE, response={201: RuleOutput}, summary="Create a fraud rule")
def create_rule(request: HttpRequest, body: RuleInput) -> RuleInfo:
    return actions.create_rule(body.code, body.kind, body.params, score=body.score, dry_run=body.dry_run,
                               is_active=body.is_active, actor=actor_of(request))


@routes.patch("/rules/{code}", permission=CONFIGURE, response=RuleOutput, summary="Change a fraud rule")
def update_rule(request: HttpRequest, code: str, body: RulePatch) -> RuleInfo:
    return actions.update_rule(_code(code), **body.dict(), actor=actor_of(request))
