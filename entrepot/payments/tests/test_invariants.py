"""Each invariant finds a planted violation, and nothing in a sound house."""

from __future__ import annotations

import pytest
from django.db import connection, transaction

from entrepot.kit import clock, db, invariants
from entrepot.kit.ids import uuid7
from entrepot.payments import public
from entrepot.payments.tests.factories import ALICE, BOB, gift_card, opened, paid_at_simulator

pytestmark = pytest.mark.django_db(transaction=True)

_LEDGER_ROW = ("INSERT INTO payments_transaction (payment_id, kind, amount_minor, currency, provider_ref,"
               " idempotency_key, reason, at) SELECT id, 'capture', 1, {currency}, '', 'planted', '', now()"
               " FROM payments_payment")
PLANTED = {
    "payments.sums_follow_ledger": _LEDGER_ROW.format(currency="currency"),
    "payments.state_follows_sums": "UPDATE payments_payment SET state = 'authorised' WHERE captured_minor > 0",
    "payments.one_currency": _LEDGER_ROW.format(currency="'JPY'"),
    "payments.refunds_answer_requests": "UPDATE payments_request SET state = 'done'",
    "payments.refunds_within_capture": "UPDATE payments_request SET amount_minor = 99999 WHERE kind = 'refund'",
    "payments.gift_cards_follow_ledger": "UPDATE payments_giftcard SET balance_minor = balance_minor + 1",
    "payments.gift_card_payments_are_taken": "UPDATE payments_giftcardentry SET delta_minor = delta_minor - 1"
                                             " WHERE reason = 'payment'",
}


@pytest.fixture
def _house() -> None:
    payment = paid_at_simulator()
    public.refund(payment.order_id, 500, reason="", reference="r", actor=BOB)
    opened("test")
    code = gift_card()
    with transaction.atomic():
        public.pay_with_gift_card(uuid7(), code, 1_000, "EUR", clock.now(), actor=ALICE)


def _found() -> set[str]:
    return {v.code for v in invariants.violations() if v.code.startswith("payments.")}


@pytest.mark.usefixtures("_house")
def test_sound_house_has_no_violation() -> None:
    assert _found() == set()


def test_every_invariant_has_a_twin() -> None:
    assert set(PLANTED) == {i.code for i in invariants.registered() if i.code.startswith("payments.")}


@pytest.mark.usefixtures("_house")
@pytest.mark.parametrize("code", sorted(PLANTED))
def test_planted_violation_is_found(code: str) -> None:
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL session_replication_role = replica")
            cursor.execute(PLANTED[code])
        assert code in _found()
        transaction.set_rollback(True)
    assert db.value("SELECT count(*) FROM payments_payment") == 3
