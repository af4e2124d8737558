"""How much one person may give back alone."""

from __future__ import annotations

from dataclasses import replace

import pytest
from django.test import Client

from entrepot.identity import public as identity
from entrepot.identity.tests import factories as people
from entrepot.kit.actor import Actor, ActorKind
from entrepot.kit.errors import InvalidInput, PermissionDenied
from entrepot.payments import public
from entrepot.payments.errors import OwnRefundLimit, RefundNeedsSecond
from entrepot.payments.tests.factories import BOB, CHARLIE, SYSTEM, paid_at_simulator

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def simulator(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ENTREPOT_PAYMENT_SIMULATOR", "1")


def test_limits_are_set_by_who_may_and_taken_away() -> None:
    identity.ensure_roles()
    public.set_refund_limit("EUR", 5_000, actor=BOB)
    public.set_refund_limit("EUR", 20_000, role="service", actor=BOB)
    public.set_refund_limit("EUR", 6_000, actor=SYSTEM)
    assert [(x["role"], x["limit_minor"]) for x in public.list_refund_limits()] == [("", 6_000), ("service", 20_000)]
    public.set_refund_limit("EUR", None, role="service", actor=BOB)
    assert [x["role"] for x in public.list_refund_limits()] == [""]
    for bad in (("eur", 1, ""), ("EUR", -1, ""), ("EUR", 1, "nobody")):
        with pytest.raises(InvalidInput):
            public.set_refund_limit(bad[0], bad[1], role=bad[2], actor=BOB)
    with pytest.raises(PermissionDenied):
        public.set_refund_limit("EUR", 1, actor=CHARLIE)


def test_the_limit_of_a_person_is_that_of_their_roles() -> None:
    clerk = people.bob("service")
    assert public.refund_limit(clerk, "EUR") is None
    public.set_refund_limit("EUR", 5_000, actor=BOB)
    public.set_refund_limit("EUR", 20_000, role="service", actor=BOB)
    assert public.refund_limit(clerk, "EUR") == 20_000
    assert public.refund_limit(Actor(ActorKind.KEY, "7"), "EUR") == 5_000
    assert (public.refund_limit(clerk, "CNY"), public.refund_limit(SYSTEM, "EUR")) == (None, None)


def test_a_payment_is_not_refunded_past_the_limit_by_hand() -> None:
    payment = paid_at_simulator()
    public.set_refund_limit("EUR", 5_000, actor=BOB)
    with pytest.raises(RefundNeedsSecond):
        public.refund_payment(payment.id, 5_001, reason="x", reference="a", actor=replace(BOB, user_id=None))
    assert public.refund_payment(payment.id, 5_000, reason="x", reference="b", actor=BOB).amount_minor == 5_000


def test_a_large_sum_does_not_go_back_in_small_ones() -> None:
    payment = paid_at_simulator()
    public.set_refund_limit("EUR", 500, actor=SYSTEM)
    first = public.refund_payment(payment.id, 300, reason="x", reference="a", actor=BOB)
    assert public.refund_payment(payment.id, 300, reason="x", reference="a", actor=BOB) == first  # the same, once
    with pytest.raises(RefundNeedsSecond):
        public.refund_payment(payment.id, 201, reason="x", reference="b", actor=BOB)
    assert public.refund_payment(payment.id, 200, reason="x", reference="c", actor=BOB).amount_minor == 200
    assert public.refund_payment(payment.id, 1, reason="x", reference="d", actor=SYSTEM).amount_minor == 1


def test_nobody_widens_the_limit_that_holds_for_themselves() -> None:
    clerk = people.bob("finance")
    public.set_refund_limit("EUR", 500, actor=SYSTEM)
    public.set_refund_limit("EUR", 800, role="finance", actor=SYSTEM)
    for role, wider in (("finance", 801), ("finance", None)):
        if wider is None:
            public.set_refund_limit("EUR", 400, role=role, actor=SYSTEM)
        with pytest.raises(OwnRefundLimit):
            public.set_refund_limit("EUR", wider, role=role, actor=clerk)
    assert public.refund_limit(clerk, "EUR") == 400
    public.set_refund_limit("EUR", 300, role="finance", actor=clerk)
    public.set_refund_limit("EUR", 9_000, role="service", actor=clerk)
    owner = people.bob("owner", "finance")
    public.set_refund_limit("EUR", 2_000, role="finance", actor=owner)
    assert public.refund_limit(owner, "EUR") == 2_000


def test_limits_over_http() -> None:
    key = people.key("payments.read", "payments.configure")
    api = Client(headers={"authorization": f"Bearer {key}"})
    path = "/api/v1/admin/payments/refund-limits"
    done = api.put(path, {"currency": "EUR", "limit_minor": 900}, content_type="application/json")
    assert (done.status_code, done.json()) == (200, [{"role": "", "currency": "EUR", "limit_minor": 900}])
    assert api.put(path, {"currency": "euro"}, content_type="application/json").status_code == 422
    assert api.get(path).json()[0]["limit_minor"] == 900
    assert Client().get(path).status_code == 401
