"""Pure decisions: what facts make of a payment, how a refund spreads, what must not be typed into a text field."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from urllib.parse import urlsplit
from uuid import UUID

from entrepot.kit.errors import N_
from entrepot.payments.contracts import Fact
from entrepot.payments.errors import CardNumberRefused

INTERNAL = frozenset({"test", "gift_card", "store_credit", "points"})  # settled inside our own transaction
MANUAL = frozenset({"bank_transfer", "cash_on_delivery"})  # settled by a person

KIND_OF = {"authorised": "authorisation", "captured": "capture", "voided": "void", "refunded": "refund",
           "refund_failed": "reversal"}
_RANK = {"authorised": 0, "captured": 1, "voided": 2, "failed": 3, "refunded": 4, "refund_failed": 5}


@dataclass(frozen=True, slots=True)
class Books:
    """A payment as far as facts change it. The sums are those of the ledger, whose keys are `keys`."""

    amount_minor: int
    currency: str
    authorised_minor: int = 0
    captured_minor: int = 0
    refunded_minor: int = 0
    voided: bool = False
    failed: bool = False
    keys: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Left:
    """A fact that cannot be booked, and why. `waits`: a later fact may change that."""

    fact: Fact
    problem: str
    waits: bool = False


def state_of(books: Books) -> str:
    """The state follows from what happened, never from the order in which it was heard of."""
    if books.captured_minor:
        return "captured"
    if books.voided:
        return "voided"
    if books.authorised_minor:
        return "authorised"
    return "failed" if books.failed else "pending"


def book(books: Books, facts: Iterable[Fact]) -> tuple[Books, list[Fact], list[Left]]:
    """Take in facts in any order, any number of times: the new books, what is new for the ledger, what is left over."""
    new: list[Fact] = []
    left: list[Left] = []
    for fact in sorted(facts, key=lambda f: (_RANK[f.kind], f.key)):
        if fact.key in books.keys:
            continue
        if fact.currency != books.currency:
            left.append(Left(fact, N_("The currency differs from ours.")))
            continue
        is_booked = fact.kind in KIND_OF and (fact.kind != "refund_failed" or undoes_refund(books, fact))
        books, problem = _one(books, fact)
        if problem:
            left.append(problem)
        elif is_booked:
            books = replace(books, keys=books.keys | {fact.key})
            if fact.amount_minor > 0:
                new.append(fact)
    return books, new, left


def undoes_refund(books: Books, fact: Fact) -> bool:
    """A refund that was booked as done came back (a closed account, a lost card): the ledger takes it back."""
    return fact.comes_back and f"refunded{fact.key.removeprefix('refund_failed')}" in books.keys


def end_of_refund(key: str) -> str:
    """The key of the fact that undoes the one with this key, if there ever is one."""
    return f"refund_failed{key.removeprefix('refunded')}"


def _one(books: Books, fact: Fact) -> tuple[Books, Left | None]:
    amount = fact.amount_minor
    if fact.kind == "authorised":
        if amount > books.amount_minor:
            return books, Left(fact, N_("More was authorised than asked for."))
        return replace(books, authorised_minor=max(books.authorised_minor, amount)), None
    if fact.kind == "captured":
        captured = books.captured_minor + amount
        if captured > books.amount_minor:
            return books, Left(fact, N_("More was captured than asked for."))
        return replace(books, captured_minor=captured, authorised_minor=max(books.authorised_minor, captured)), None
    if fact.kind == "refunded":
        refunded = books.refunded_minor + amount
        if refunded > books.captured_minor:
            return books, Left(fact, N_("More was refunded than was captured so far."), waits=True)
        return replace(books, refunded_minor=refunded), None
    if fact.kind == "refund_failed" and undoes_refund(books, fact):
        return replace(books, refunded_minor=books.refunded_minor - amount), None
    if fact.kind == "voided":
        return replace(books, voided=True), None
    return (replace(books, failed=True) if fact.kind == "failed" else books), None


@dataclass(frozen=True, slots=True)
class Refundable:
    """A payment a refund may draw on, with what is captured and neither refunded nor being refunded."""

    payment_id: UUID
    open_minor: int


def spread_refund(amount_minor: int, payments: Sequence[Refundable]) -> list[tuple[UUID, int]] | None:
    """Take the amount from the payments in the order given; None when they do not hold it."""
    parts: list[tuple[UUID, int]] = []
    for payment in payments:
        part = min(amount_minor, payment.open_minor)
        if part > 0:
            parts.append((payment.payment_id, part))
            amount_minor -= part
    return parts if amount_minor == 0 else None


@dataclass(frozen=True, slots=True)
class Limit:
    """The most that a role may give back alone at once; an empty role is everybody's."""

    role: str
    limit_minor: int


def limit_of(roles: Iterable[str], limits: Iterable[Limit]) -> int | None:
    """What a person with these roles may give back alone: the largest of their roles' limits, else everybody's, else
    any amount."""
    by_role = {limit.role: limit.limit_minor for limit in limits}
    own = [by_role[role] for role in roles if role and role in by_role]
    return max(own) if own else by_role.get("")


def points_back(points: int, amount_minor: int, refunded_before: int, refunded_after: int) -> int:
    """Points that go back for a part of a payment with points, so that all parts together give all points."""
    return points * refunded_after // amount_minor - points * refunded_before // amount_minor


def ask_again_seconds(age_seconds: int) -> int | None:
    """How long until a silent provider is asked again: a minute, then as long as the payment is old; 3 days in all."""
    if age_seconds > 3 * 86_400:
        return None
    return max(60, min(age_seconds, 6 * 3_600))


def retry_seconds(attempts: int) -> int | None:
    """Wait after the n-th failed call; None after about a day."""
    return None if attempts >= 30 else int(min(15 * 2 ** min(attempts, 10), 3_600))


_DIGITS = re.compile(r"(?<!\d)(?:\d[ \-]?){12,18}\d(?!\d)")
_UUID = re.compile(r"[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}", re.IGNORECASE)
_ISSUERS = re.compile(r"^(?:4|5[1-5]|2[2-7]|3[47]|3[0689]|6)")


def has_card_number(text: str) -> bool:
    """Whether a text holds 13 to 19 digits that a card scheme could have issued and that pass the Luhn check.

    The id of an order or a payment is no card number, though some have such digits by chance.
    """
    for found in _DIGITS.finditer(_UUID.sub("id", text)):
        digits = re.sub(r"\D", "", found.group())
        if _ISSUERS.match(digits) and _luhn(digits):
            return True
    return False


def _luhn(digits: str) -> bool:
    total = 0
    for place, digit in enumerate(reversed(digits)):
        value = int(digit) * (1 + place % 2)
        total += value - 9 if value > 9 else value
    return total % 10 == 0


def refuse_card_numbers(*texts: str) -> None:
    """Raise CardNumberRefused when someone typed a card number where a reference or a note belongs."""
    if any(has_card_number(text) for text in texts):
        raise CardNumberRefused


def is_safe_return(url: str, hosts: Iterable[str]) -> bool:
    """Whether the payer may be sent back there: a path of ours, or http(s) to a known host."""
    if any(ord(c) < 33 or c == "\\" for c in url):
        return False
    try:
        parts = urlsplit(url)
        _ = parts.port  # "shop.example:80.evil.example" reads as a host of ours with a port that is no number
    except ValueError:
        return False
    if not parts.scheme and not parts.netloc:
        return url.startswith("/") and not url.startswith("//")
    return parts.scheme in ("http", "https") and (parts.hostname or "") in set(hosts)


def gift_card_digest(code: str) -> str:
    """How a gift card is found: letters and digits count, spelling does not."""
    return hashlib.sha256(normal_code(code).encode()).hexdigest()


def normal_code(code: str) -> str:
    """A gift card's code as it is compared: letters and digits, in capitals."""
    return re.sub(r"[^0-9A-Z]", "", code.upper())
