"""What a refusal says: to a person in their language, to a program in numbers."""

from __future__ import annotations

import json

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
