"""Shapes of fraud decisions."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID


class Decision(StrEnum):
    """What a check asks for."""

    ACCEPT = "accept"
    REVIEW = "review"


@dataclass(frozen=True, slots=True)
class Reason:
    """A rule that fired: its version then, what it counted, and what it added to the score (nothing in a dry run)."""

    code: str
    version: int
    score: int
    count: int
    dry_run: bool = False


@dataclass(frozen=True, slots=True)
class Verdict:
    """`findings` are all rules that fired, dry runs included."""

    verdict: Decision
    score: int
    findings: tuple[Reason, ...]

    @property
    def reasons(self) -> tuple[str, ...]:
        """The codes of the rules that counted, for the hold of an order."""
        return tuple(r.code for r in self.findings if not r.dry_run)


@dataclass(frozen=True, slots=True)
class RuleInfo:
    """A rule and what it adds to the score; a dry run only notes."""

    code: str
    kind: str
    params: dict[str, Any]
    score: int
    is_active: bool
    dry_run: bool
    version: int


@dataclass(frozen=True, slots=True)
class AssessmentView:
    """What a check of an order found, with what it saw."""

    id: int
    order_id: UUID
    score: int
    verdict: Decision
    findings: tuple[Reason, ...]
    inputs: dict[str, Any]
    at: datetime


@dataclass(frozen=True, slots=True)
class Replay:
    """A past decision beside what the same rule versions say of the same inputs."""

    recorded: Verdict
    replayed: Verdict

    @property
    def same(self) -> bool:
        return self.recorded == self.replayed
