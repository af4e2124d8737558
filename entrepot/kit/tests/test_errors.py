"""What a refusal says: to a person in their language, to a program in numbers."""

from __future__ import annotations

import json
from decimal import Decimal

from django.utils import translation

from entrepot.kit.errors import N_, DomainError
from entrepot.kit.rest import problem_of


class NotPaid(DomainError):
    code, status = "not_paid", 409
    text = N_("{number} still has {due} to pay.")


def test_an_amount_is_written_as_people_read_it_and_told_to_programs_in_minor_units() -> None:
    error = NotPaid(number="E1", due_minor=129900, currency="GBP")
    with translation.override("en"):
        answer = json.loads(problem_of(error).content)
    assert answer["detail"] == "E1 still has £1,299.00 to pay."
    assert answer["params"] == {"number": "E1", "due_minor": 129900, "currency": "GBP"}
    assert str(error) == "E1 still has 1299.00 GBP to pay."


def test_a_quantity_is_told_without_empty_decimals() -> None:
    class Short(DomainError):
        code, status, text = "short", 409, N_("{sku}: {available} left.")

    assert str(Short(sku="A", available=Decimal("3.000"))) == "A: 3 left."
    assert str(Short(sku="A", available=Decimal("100.000"))) == "A: 100 left."
    with translation.override("zh-hans"):
        assert json.loads(problem_of(Short(sku="A", available=Decimal("0.250"))).content)["detail"] == "A: 0.25 left."
