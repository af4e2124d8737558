"""Refunds above a limit: one asks, another decides, nobody decides on their own."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection

from entrepot.identity import public as identity
from entrepot.kit import clock, db, outbox
from entrepot.kit.actor import Actor, ActorKind, declared
from entrepot.kit.errors import InvalidInput, PermissionDenied
from entrepot.orders import public
from entrepot.orders.contracts import ChangeKind, Compensate, Condition, ReturnLine
from entrepot.orders.errors import ApprovalNot, ChangeNot, DifferenceChanged, OwnRefund
from entrepot.orders.models import RefundApproval
from entrepot.orders.tests.factories import TEST, a_shop, bob, placed, shipped
from entrepot.payments import public as payments

pytestmark = pytest.mark.django_db(transaction=True)

FINA = Actor(ActorKind.STAFF, id="fina", label="Fina",
             permissions=frozenset({"payments.approve_refund", "orders.read"}))


@pytest.fixture(autouse=True)
def limit() -> None:
    identity.ensure_roles()
    payments.set_refund_limit("EUR", 1_500, actor=TEST)


def a_claim(order: Any, amount: int, *, line: int = 0) -> Any:
    operations = [Compensate(order.lines[line].id, amount)]
    return public.give_back(order.id, operations, reason="scratched", actor=bob())


def test_below_the_limit_one_person_suffices() -> None:
    order = placed(a_shop())
    change = a_claim(order, 1_500)
    done = public.confirm_change(change.id, expected_difference=-1_500, actor=bob())
    assert (done.state, done.approval_id) == ("confirmed", None)


def test_above_it_nothing_happens_until_another_agrees() -> None:
    order = placed(a_shop())
    change = a_claim(order, 1_600)
    with pytest.raises(DifferenceChanged):
        public.confirm_change(change.id, expected_difference=-1_601, actor=bob())
    asked = public.confirm_change(change.id, expected_difference=-1_600, actor=bob())
    again = public.confirm_change(change.id, expected_difference=-1_600, actor=bob())
    assert (asked.state, asked.approval_id) == ("approved", again.approval_id)
    assert asked.approval_id is not None
    assert public.get_order(order.id, actor=TEST).refunded_minor == 0
    [mine] = public.find_approvals(actor=bob())
    [theirs] = public.find_approvals(actor=FINA)
    assert (mine.is_own, theirs.is_own, theirs.amount_minor, theirs.reason) == (True, False, 1_600, "scratched")

    with pytest.raises(OwnRefund):
        public.decide_refund(asked.approval_id, approve=True, actor=replace(FINA, id="bob", label="Other name"))
    with pytest.raises(PermissionDenied):
        public.decide_refund(asked.approval_id, approve=True, actor=bob())
    done = public.decide_refund(asked.approval_id, approve=True, actor=FINA)
    outbox.drain()
    after = public.get_order(order.id, actor=TEST)
    assert (done.state, after.refunded_minor, after.credited_minor) == ("confirmed", 1_600, 1_600)
    with pytest.raises(ApprovalNot):
        public.decide_refund(asked.approval_id, approve=True, actor=FINA)
    told = db.rows("SELECT action, actor_label, new FROM kit_audit WHERE action LIKE 'orders.%%refund%%' ORDER BY id")
    assert [(r.action, r.actor_label) for r in told] == [
        ("orders.ask_refund", "Bob"), ("orders.refund_approved", "Fina"), ("orders.note_refunded", "orders")]
    assert [t.kind for t in after.timeline if t.kind.startswith("refund_")][:2] == ["refund_waits", "refund_approved"]


def test_many_small_ones_count_together() -> None:
    order = placed(a_shop())
    public.confirm_change(a_claim(order, 1_000).id, expected_difference=-1_000, actor=bob())
    asked = public.confirm_change(a_claim(order, 600).id, expected_difference=-600, actor=bob())
    assert asked.approval_id is not None
    public.decide_refund(asked.approval_id, approve=True, actor=FINA)
    last = public.confirm_change(a_claim(order, 500, line=1).id, expected_difference=-500, actor=bob())
    assert last.state == "confirmed"  # what a second person agreed to does not count against the first


def test_a_refusal_needs_its_reason_and_leaves_the_change_to_its_maker() -> None:
    order = placed(a_shop())
    change = a_claim(order, 3_000)
    first = public.confirm_change(change.id, expected_difference=-3_000, actor=bob()).approval_id
    assert first is not None
    with pytest.raises(InvalidInput):
        public.decide_refund(first, approve=False, note=" ", actor=FINA)
    left = public.decide_refund(first, approve=False, note="ask for photos", actor=FINA)
    assert (left.state, left.approval_id) == ("approved", None)
    second = public.confirm_change(change.id, expected_difference=-3_000, actor=bob()).approval_id
    assert second not in (None, first)
    public.cancel_change(change.id, actor=bob())
    assert set(RefundApproval.objects.values_list("state", flat=True)) == {"declined", "withdrawn"}
    assert public.find_approvals(state="declined", actor=FINA)[0].note == "ask for photos"


def test_returns_and_edits_wait_too() -> None:
    shop = a_shop()
    sent = shipped(shop, placed(shop))
    back = public.open_change(sent.id, ChangeKind.RETURN, reason="too small", actor=bob())
    public.add_operation(back.id, ReturnLine(sent.lines[0].id, Decimal(3)), actor=bob())
    public.approve_change(back.id, actor=bob())
    public.receive_return(back.id, [(sent.lines[0].id, Decimal(3), Condition.GOOD, shop.main)], actor=bob())
    asked = public.confirm_change(back.id, expected_difference=-3_000, actor=bob())
    assert asked.approval_id is not None
    with pytest.raises(ChangeNot):
        public.cancel_change(back.id, actor=bob())
    assert public.decide_refund(asked.approval_id, approve=True, actor=FINA).state == "confirmed"


def test_two_decide_at_once_and_one_decision_stands() -> None:
    order = placed(a_shop())
    asked = public.confirm_change(a_claim(order, 3_000).id, expected_difference=-3_000, actor=bob()).approval_id
    assert asked is not None

    def decide(n: int) -> str:
        try:
            return public.decide_refund(asked, approve=True, actor=replace(FINA, id=f"f{n}")).state.value
        except ApprovalNot as error:
            return error.code
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(decide, range(2))) == ["approval_state", "confirmed"]
    outbox.drain()
    assert public.get_order(order.id, actor=TEST).refunded_minor == 3_000


def test_an_amount_is_taken_from_lines_then_delivery() -> None:
    order = placed(a_shop())
    change = public.give_back_amount(order.id, 5_200, reason="late", actor=bob())
    assert [(o["op"], o["amount_minor"]) for o in change.operations] == [
        ("compensate", 3_000), ("compensate", 2_000), ("refund_delivery", 200)]
    public.cancel_change(change.id, actor=bob())
    with pytest.raises(InvalidInput):
        public.give_back_amount(order.id, 5_491, reason="late", actor=bob())
    with pytest.raises(InvalidInput):
        public.give_back_amount(order.id, 100, reason=" ", actor=bob())


def a_person(email: str, *roles: str) -> Actor:
    number = identity.create_staff(email, email.partition("@")[0], "mild-river-stone-41", list(roles), actor=TEST)
    found = identity.actor_of_user(number)
    assert found is not None
    return found


def a_key(*, actor: Actor) -> Actor:
    codes = sorted(c for c in actor.permissions if c.startswith(("orders.", "payments.", "identity.")))
    _, token = identity.create_api_key("robot", codes, clock.now() + timedelta(days=1), actor=actor)
    return identity.actor_of_key(token)


def test_a_key_and_its_maker_are_one_person() -> None:
    """What a key asks for its maker may not approve, nor another key of theirs, nor a key that this key made; and the
    other way round."""
    maker, other = a_person("mara@example.com", "owner"), a_person("otto@example.com", "owner")
    key = a_key(actor=maker)
    order = placed(a_shop())
    change = public.give_back(order.id, [Compensate(order.lines[0].id, 1_600)], reason="scratched", actor=key)
    asked = public.confirm_change(change.id, expected_difference=-1_600, actor=key)
    assert asked.approval_id is not None
    for same in (key, maker, a_key(actor=maker), a_key(actor=key)):
        with pytest.raises(OwnRefund):
            public.decide_refund(asked.approval_id, approve=True, actor=same)
        assert [a.is_own for a in public.find_approvals(actor=same)] == [True]
    assert [a.is_own for a in public.find_approvals(actor=a_key(actor=other))] == [False]
    public.decide_refund(asked.approval_id, approve=True, actor=other)

    again = public.give_back(order.id, [Compensate(order.lines[1].id, 1_700)], reason="scratched", actor=maker)
    asked = public.confirm_change(again.id, expected_difference=-1_700, actor=maker)
    assert asked.approval_id is not None
    with pytest.raises(OwnRefund):
        public.decide_refund(asked.approval_id, approve=True, actor=key)


def test_a_key_gives_back_no_more_than_its_maker() -> None:
    payments.set_refund_limit("EUR", None, actor=TEST)
    payments.set_refund_limit("EUR", 700, role="manager", actor=TEST)
    key = a_key(actor=replace(a_person("mara@example.com", "manager"), permissions=frozenset(declared())))
    assert payments.refund_limit(key, "EUR") == 700
