"""Sales targets: a month's days come to the month."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from entrepot.catalog.tests.factories import a_channel
from entrepot.insight import public
from entrepot.insight.targets import Span
from entrepot.kit.actor import system

pytestmark = pytest.mark.django_db(transaction=True)
TEST = system("test")


@pytest.mark.parametrize("amount", [1, 100, 1_000_001, 9_007_199_254_740_993])
def test_the_days_of_a_month_come_to_its_target_to_the_cent(amount: int) -> None:
    channel, first = a_channel(), date(2026, 1, 1)
    public.set_target(channel.code, Span.MONTH, first, amount, actor=TEST)
    days = [first + timedelta(days=n) for n in range(31)]
    assert sum(public.day_targets(days, actor=TEST).values()) == amount
