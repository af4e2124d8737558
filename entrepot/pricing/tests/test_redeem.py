"""Uses are counted once, with the order, never past a limit, and given back when it is undone."""

from __future__ import annotations

import threading
from collections.abc import Callable
from importlib import import_module
from uuid import UUID

import pytest
from django.db import DatabaseError, connection, transaction
from django.test.utils import CaptureQueriesContext

from entrepot.kit import clock, db, invariants
from entrepot.kit.ids import uuid7
from entrepot.pricing import public
from entrepot.pricing.contracts import Use
from entrepot.pricing.errors import PromotionUsedUp
from entrepot.pricing.models import Coupon, Promotion, Redemption
from entrepot.pricing.tests.factories import BOB, a_coupon, a_promotion

pytestmark = pytest.mark.django_db(transaction=True)

PERCENT = {"kind": "percent", "percent": "10"}


def redeem(*uses: Use, customer: str = "alice", order: UUID | None = None) -> UUID:
    order = order or uuid7()
    with transaction.atomic():
        public.redeem(order, customer, uses, "EUR", clock.now(), actor=BOB)
    return order


def test_limits_in_total_budget_and_per_customer() -> None:
    total = a_promotion(PERCENT, usage_limit=1)
    redeem(Use(total, 100))
    with pytest.raises(PromotionUsedUp):
        redeem(Use(total, 100), customer="charlie")
    budget = a_promotion(PERCENT, budget_minor=250, budget_currency="EUR")
    redeem(Use(budget, 200))
    with pytest.raises(PromotionUsedUp):
        redeem(Use(budget, 51))
    redeem(Use(budget, 50))
    personal = a_promotion(PERCENT, customer_limit=2)
    redeem(Use(personal, 1, None, 2))
    with pytest.raises(PromotionUsedUp):
        redeem(Use(personal, 1))
    redeem(Use(personal, 1), customer="charlie")
    assert Redemption.objects.count() == 5
    assert Promotion.objects.get(id=budget).used_minor == 250


def test_a_refusal_counts_nothing_at_all() -> None:
    fine, gone = a_promotion(PERCENT, usage_limit=5), a_promotion(PERCENT, usage_limit=1)
    redeem(Use(gone, 1))
    with pytest.raises(PromotionUsedUp):
        redeem(Use(fine, 1), Use(gone, 1))
    assert (Promotion.objects.get(id=fine).used_count, Redemption.objects.count()) == (0, 1)


def test_coupons_and_ended_promotions() -> None:
    a_coupon("ONCE")
    a_coupon("SHARED", limit=None)
    once, shared = Coupon.objects.get(code="ONCE"), Coupon.objects.get(code="SHARED")
    redeem(Use(once.promotion_id, 1, once.id), Use(shared.promotion_id, 1, shared.id))
    redeem(Use(shared.promotion_id, 1, shared.id))
    with pytest.raises(PromotionUsedUp):
        redeem(Use(once.promotion_id, 1, once.id))
    public.disable_coupons(codes=["SHARED"], actor=BOB)
    with pytest.raises(PromotionUsedUp):
        redeem(Use(shared.promotion_id, 1, shared.id))
    plain = a_promotion(PERCENT, code="plain")
    public.end_promotion("plain", actor=BOB)
    with pytest.raises(PromotionUsedUp):
        redeem(Use(plain, 1))


def test_one_statement_whatever_is_redeemed() -> None:
    a_coupon("ONCE")
    coupon = Coupon.objects.get(code="ONCE")
    uses = [Use(a_promotion(PERCENT, usage_limit=9, customer_limit=3), 5) for _ in range(4)]
    with transaction.atomic(), CaptureQueriesContext(connection) as captured:
        public.redeem(uuid7(), "alice", [*uses, Use(coupon.promotion_id, 1, coupon.id)], "EUR", clock.now(), actor=BOB)
    assert len(captured) == 1
    with transaction.atomic(), CaptureQueriesContext(connection) as captured:
        public.redeem(uuid7(), "alice", [], "EUR", clock.now(), actor=BOB)
    assert len(captured) == 0
    with pytest.raises(RuntimeError, match="transaction"):
        public.redeem(uuid7(), "alice", uses, "EUR", clock.now(), actor=BOB)


def test_reversing_gives_everything_back_once() -> None:
    a_coupon("ONCE")
    coupon = Coupon.objects.get(code="ONCE")
    limited = a_promotion(PERCENT, usage_limit=1, customer_limit=1)
    order = redeem(Use(limited, 70), Use(coupon.promotion_id, 30, coupon.id))
    for _ in range(2):
        with transaction.atomic():
            public.reverse(order, now=clock.now(), actor=BOB)
    assert sorted(Redemption.objects.values_list("uses", "amount_minor")) == [(-1, -70), (-1, -30), (1, 30), (1, 70)]
    redeem(Use(limited, 70), Use(coupon.promotion_id, 30, coupon.id))
    assert Promotion.objects.get(id=limited).used_count == 1


def test_the_ledger_is_append_only_and_limits_hold_in_the_database() -> None:
    limited = a_promotion(PERCENT, usage_limit=1)
    redeem(Use(limited, 1))
    for statement in ("UPDATE pricing_redemption SET uses = 0", "DELETE FROM pricing_redemption"):
        with pytest.raises(DatabaseError, match="append-only"):
            db.execute(statement)
    with pytest.raises(DatabaseError, match="pricing_promotion_within_limit"):
        db.execute("UPDATE pricing_promotion SET used_count = 2")


def test_counters_without_limit_are_rolled_up() -> None:
    from entrepot.pricing.actions.redeeming import roll_up_uses

    plain = a_promotion(PERCENT, code="plain")
    redeem(Use(plain, 10))
    redeem(Use(plain, 20))
    assert Promotion.objects.get(id=plain).used_count == 0  # orders do not queue for it
    assert (public.get_promotion("plain").used_count, public.get_promotion("plain").used_minor) == (2, 30)
    assert (roll_up_uses(actor=BOB), roll_up_uses(actor=BOB)) == (1, 0)
    assert Promotion.objects.get(id=plain).used_minor == 30


def _at_once(run: Callable[[int], None], threads: int) -> list[BaseException | None]:
    """Run in threads of their own connections, started together; what each raised."""
    gate, results = threading.Barrier(threads), [None] * threads

    def work(n: int) -> None:
        try:
            connection.ensure_connection()
            gate.wait(30)
            run(n)
        except BaseException as error:
            results[n] = error  # type: ignore[call-overload]
        finally:
            connection.close()

    workers = [threading.Thread(target=work, args=(n,)) for n in range(threads)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join(60)
    return results


def test_without_the_guard_two_read_the_same_last_use() -> None:
    """Read, add, write: more uses are granted than counted. If this fails, the tests below prove nothing."""
    limited, meet = a_promotion(PERCENT, usage_limit=10), threading.Barrier(4)

    def naive(n: int) -> None:
        with transaction.atomic():
            row = Promotion.objects.get(id=limited)
            assert row.used_count < 10
            meet.wait(30)
            Promotion.objects.filter(id=limited).update(used_count=row.used_count + 1)

    assert _at_once(naive, 4) == [None] * 4
    assert Promotion.objects.get(id=limited).used_count == 1  # four were granted


def test_forty_at_once_for_ten_uses() -> None:
    limited = a_promotion(PERCENT, usage_limit=10)
    results = _at_once(lambda n: redeem(Use(limited, 5), customer=f"c{n}") and None, 40)
    assert [type(r) for r in results if r is not None] == [PromotionUsedUp] * 30
    assert Promotion.objects.get(id=limited).used_count == 10
    assert Redemption.objects.count() == 10


def test_a_guest_is_counted_and_not_named() -> None:
    personal = a_promotion(PERCENT, customer_limit=2)
    order = redeem(Use(personal, 5), customer="alice@example.com")
    redeem(Use(personal, 5), customer="alice@example.com")
    with pytest.raises(PromotionUsedUp):
        redeem(Use(personal, 5), customer="alice@example.com")
    redeem(Use(personal, 5), customer="bob@example.com")
    with transaction.atomic():
        public.reverse(order, now=clock.now(), actor=BOB)
    redeem(Use(personal, 5), customer="alice@example.com")
    assert "@" not in _kept()
    assert invariants.violations() == []


def test_what_guests_used_before_is_counted_on_and_no_longer_names_them() -> None:
    personal = a_promotion(PERCENT, customer_limit=1)
    redeem(Use(personal, 5), customer="alice")
    with connection.schema_editor() as editor:
        editor.execute("ALTER TABLE pricing_redemption DISABLE TRIGGER pricing_redemption_append_only")
        for table in ("pricing_redemption", "pricing_customeruse"):
            editor.execute(f"UPDATE {table} SET customer_key = 'alice@example.com'")  # noqa: S608
        editor.execute("ALTER TABLE pricing_redemption ENABLE TRIGGER pricing_redemption_append_only")
    with connection.schema_editor(atomic=True) as editor:
        import_module("entrepot.pricing.migrations.0004_guest_keys").hash_guests(None, editor)
    assert "@" not in _kept()
    with pytest.raises(PromotionUsedUp):
        redeem(Use(personal, 5), customer="alice@example.com")
    with pytest.raises(DatabaseError, match="append-only"):
        db.execute("UPDATE pricing_redemption SET uses = 0")


def _kept() -> str:
    return " ".join(r.customer_key for r in db.rows(
        "SELECT customer_key FROM pricing_redemption UNION SELECT customer_key FROM pricing_customeruse"))


def test_one_customer_at_once_from_many_windows() -> None:
    personal = a_promotion(PERCENT, customer_limit=2)
    results = _at_once(lambda n: redeem(Use(personal, 5), customer="alice@example.com") and None, 16)
    assert [type(r) for r in results if r is not None] == [PromotionUsedUp] * 14
    assert Redemption.objects.count() == 2


def test_single_use_coupon_and_budget_at_once() -> None:
    a_coupon("ONCE", budget_minor=1000, budget_currency="EUR")
    coupon = Coupon.objects.get(code="ONCE")
    results = _at_once(lambda n: redeem(Use(coupon.promotion_id, 5, coupon.id), customer=f"c{n}") and None, 12)
    assert [type(r) for r in results if r is not None] == [PromotionUsedUp] * 11
    budget = a_promotion(PERCENT, budget_minor=100, budget_currency="EUR")
    results = _at_once(lambda n: redeem(Use(budget, 30), customer=f"c{n}") and None, 12)
    assert [type(r) for r in results if r is not None] == [PromotionUsedUp] * 9
    assert Promotion.objects.get(id=budget).used_minor == 90


def test_many_promotions_in_any_order_never_lock_each_other_out() -> None:
    pair = [a_promotion(PERCENT, usage_limit=1000, customer_limit=1000) for _ in range(3)]

    def run(n: int) -> None:
        for turn in range(5):
            order = pair if (n + turn) % 2 else pair[::-1]
            redeem(*(Use(p, 1) for p in order))

    assert _at_once(run, 8) == [None] * 8
    assert set(Promotion.objects.values_list("used_count", flat=True)) == {40}


def test_two_reversals_at_once_give_back_once() -> None:
    limited = a_promotion(PERCENT, usage_limit=5)
    order = redeem(Use(limited, 5))

    def undo(n: int) -> None:
        with transaction.atomic():
            public.reverse(order, now=clock.now(), actor=BOB)

    assert _at_once(undo, 6) == [None] * 6
    assert (Promotion.objects.get(id=limited).used_count, Redemption.objects.count()) == (0, 2)
