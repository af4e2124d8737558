"""What fraud rules look for: pure.

A rule becomes a *probe*: a question with a number for an answer. It fires when the number is at least `least`, or at
most `most`. Rules that need no counting become a probe that has its answer already. The database answers all probes
of an order and records the decision in one statement; `judge` decides the same from the recorded answers, which is how
a decision is replayed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from entrepot.fraud.contracts import Decision, Reason, RuleInfo, Verdict
from entrepot.kit.errors import N_, InvalidInput

REVIEW_FROM = 50  # the score from which a person looks at the order
MAX_SCORE = 100
MAX_MINUTES = 366 * 24 * 60
KEYS = ("email", "ip", "address")
ATTEMPTS = ("order", "failed_payment")


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known of an order. `keys` holds digests, never the e-mail, IP or address itself."""

    keys: dict[str, str]
    total_minor: int
    currency: str
    shipping_country: str
    billing_country: str


@dataclass(frozen=True, slots=True)
class Probe:
    """Count attempts of `attempt` by `key` in the last `minutes` (`distinct`: different e-mails among them)."""

    code: str
    version: int
    score: int
    dry_run: bool
    attempt: str = ""
    key: str = ""
    minutes: int = 0
    distinct: bool = False
    least: int | None = None
    most: int | None = None


def _velocity(rule: RuleInfo, facts: Facts) -> Probe | None:
    """Too many orders or failed payments by one e-mail, IP or address: `limit` earlier ones within `minutes`."""
    return _counted(rule, facts, rule.params["of"], least=rule.params["limit"])


def _many_emails(rule: RuleInfo, facts: Facts) -> Probe | None:
    """`limit` different e-mails ordered from one IP, or to one address, within `minutes`."""
    return _counted(rule, facts, "order", distinct=True, least=rule.params["limit"])


def _high_value_first_order(rule: RuleInfo, facts: Facts) -> Probe | None:
    """An order of at least `amounts[currency]` by an e-mail without an earlier order."""
    if facts.total_minor < rule.params["amounts"].get(facts.currency, float("inf")):
        return None
    first = RuleInfo(
        rule.code,
        rule.kind,
        {"by": "email", "minutes": MAX_MINUTES},
        rule.score,
        rule.is_active,
        rule.dry_run,
        rule.version,
    )
    return _counted(first, facts, "order", most=0)


def _high_value(rule: RuleInfo, facts: Facts) -> Probe | None:
    """An order of at least `amounts[currency]`."""
    if facts.total_minor < rule.params["amounts"].get(facts.currency, float("inf")):
        return None
    return Probe(rule.code, rule.version, rule.score, rule.dry_run, most=0)


def _country_mismatch(rule: RuleInfo, facts: Facts) -> Probe | None:
    """Goods go to another country than the bill."""
    if not facts.shipping_country or not facts.billing_country or facts.shipping_country == facts.billing_country:
        return None
    return Probe(rule.code, rule.version, rule.score, rule.dry_run, most=0)


def _counted(rule: RuleInfo, facts: Facts, attempt: str, *, distinct: bool = False, least: int | None = None,
             most: int | None = None) -> Probe | None:
    key = facts.keys.get(rule.params["by"], "")
    if not key:
        return None
    return Probe(
        rule.code, rule.version, rule.score, rule.dry_run, attempt, key, rule.params["minutes"], distinct, least, most
    )


def _check_window(params: dict[str, Any], by: Sequence[str]) -> None:
    _choice(params, "by", by)
    _whole(params, "minutes", MAX_MINUTES)
    _whole(params, "limit", 1_000_000)


def _check_velocity(params: dict[str, Any]) -> None:
    _choice(params, "of", ATTEMPTS)
    _check_window(params, KEYS)


def _check_amounts(params: dict[str, Any]) -> None:
    amounts = params.get("amounts")
    if not isinstance(amounts, dict) or not amounts:
        raise InvalidInput("params.amounts", N_("Give an amount in minor units for at least one currency."))
    for currency in amounts:
        if not (isinstance(currency, str) and len(currency) == 3 and currency.isupper()):
            raise InvalidInput("params.amounts", N_("Name currencies by their three letters."))
        _whole(amounts, currency, 10**15)


def _choice(params: dict[str, Any], name: str, allowed: Sequence[str]) -> None:
    if params.get(name) not in allowed:
        raise InvalidInput(f"params.{name}", N_("This value is not one of those allowed."))


def _whole(params: dict[str, Any], name: str, most: int) -> None:
    value = params.get(name)
    if not isinstance(value, int) or isinstance(value, bool) or not 1 <= value <= most:
        raise InvalidInput(f"params.{name}", N_("Give a whole number greater than zero."))


@dataclass(frozen=True, slots=True)
class Kind:
    """How a kind of rule asks its question, what its parameters must be, and which it knows."""

    text: str
    probe: Callable[[RuleInfo, Facts], Probe | None]
    check: Callable[[dict[str, Any]], None]
    params: frozenset[str]


KINDS: dict[str, Kind] = {
    "velocity": Kind(N_("Too many orders or failed payments by one e-mail, IP or address"), _velocity, _check_velocity,
                     frozenset({"of", "by", "limit", "minutes"})),
    "many_emails": Kind(N_("Different e-mails from one IP or to one address"), _many_emails,
                        lambda params: _check_window(params, ("ip", "address")), frozenset({"by", "limit", "minutes"})),
    "high_value_first_order": Kind(N_("A first order of high value"), _high_value_first_order, _check_amounts,
                                   frozenset({"amounts"})),
    "high_value": Kind(N_("An order of high value"), _high_value, _check_amounts, frozenset({"amounts"})),
    "country_mismatch": Kind(N_("Delivery and billing in different countries"), _country_mismatch, lambda params: None,
                             frozenset()),
}


def check(kind: str, params: dict[str, Any], score: int) -> None:
    """Raise InvalidInput for a rule that could not be asked."""
    if kind not in KINDS:
        raise InvalidInput("kind", N_("There is no such kind of rule."))
    if set(params) - KINDS[kind].params:
        raise InvalidInput("params", N_("This rule does not know this parameter."))
    if not 1 <= score <= MAX_SCORE:
        raise InvalidInput("score", N_("A score is between 1 and 100."))
    KINDS[kind].check(params)


def probes(rules: Iterable[RuleInfo], facts: Facts) -> list[Probe]:
    """The questions that the active rules ask of an order."""
    asked = (KINDS[r.kind].probe(r, facts) for r in rules if r.is_active)
    return [p for p in asked if p is not None]


def fires(probe: Probe, count: int) -> bool:
    return (probe.least is not None and count >= probe.least) or (probe.most is not None and count <= probe.most)


def judge(asked: Sequence[Probe], counts: Sequence[int], review_from: int = REVIEW_FROM) -> Verdict:
    """The decision from the answers: scores of rules that fired are added, dry runs only named."""
    answers = zip(asked, counts, strict=True)
    findings = tuple(Reason(p.code, p.version, p.score, n, p.dry_run) for p, n in answers if fires(p, n))
    score = min(MAX_SCORE, sum(r.score for r in findings if not r.dry_run))
    return Verdict(Decision.REVIEW if score >= review_from else Decision.ACCEPT, score, findings)


# Sensible beginnings for a new shop; amounts are added by those who know their goods.
DEFAULTS: tuple[tuple[str, str, dict[str, Any], int], ...] = (
    ("orders-per-email", "velocity", {"of": "order", "by": "email", "limit": 5, "minutes": 60}, 50),
    ("orders-per-ip", "velocity", {"of": "order", "by": "ip", "limit": 20, "minutes": 60}, 30),
    ("orders-per-address", "velocity", {"of": "order", "by": "address", "limit": 6, "minutes": 1440}, 40),
    ("failed-payments-per-email", "velocity", {"of": "failed_payment", "by": "email", "limit": 5, "minutes": 60}, 50),
    ("failed-payments-per-ip", "velocity", {"of": "failed_payment", "by": "ip", "limit": 8, "minutes": 60}, 50),
    ("emails-per-address", "many_emails", {"by": "address", "limit": 4, "minutes": 1440}, 50),
    ("country-mismatch", "country_mismatch", {}, 20),
)
