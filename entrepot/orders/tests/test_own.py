"""What customers and guests see and do with their own orders, and how strangers are kept out."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from entrepot.kit import clock, db
from entrepot.kit.actor import ANONYMOUS
from entrepot.kit.errors import NotFound, PermissionDenied, TooManyRequests
from entrepot.kit.ids import secret_token
from entrepot.orders import public, queries
from entrepot.orders.actions import selfcare
from entrepot.orders.contracts import OrderState
from entrepot.orders.errors import (
    TransitionRefused,
)
from entrepot.orders.tests.factories import (
    CHARLIE,
    TEST,
    a_member,
    a_shop,
    alice,
    bob,
    placed,
)

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("invariants_hold")]


def test_customer_sees_and_cancels_only_their_own() -> None:
    shop, me = a_shop(), a_member()
    order = placed(shop, customer_id=me)
    for stranger in (CHARLIE, alice(None)):
        for attempt in (lambda a: public.get_order(order.id, actor=a),
                        lambda a: public.cancel_order(order.id, reason="x", actor=a),
                        lambda a: public.pay_order(order.id, provider="test", return_url="/", actor=a)):
            with pytest.raises(NotFound):
                attempt(stranger)
    assert public.get_order(order.id, actor=TEST).version == order.version
    with pytest.raises(PermissionDenied):
        public.cancel_order(order.id, reason="x", actor=bob("orders.read"))
    seen = public.get_order(order.id, actor=alice(me))
    assert seen.can == ["cancel"]
    assert seen.holds == []
    assert all(t.is_public and not t.actor for t in seen.timeline)
    assert public.cancel_order(order.id, reason="changed my mind", actor=alice(me)).state == OrderState.CANCELLED


def test_customer_cannot_cancel_once_packing_began() -> None:
    shop, me = a_shop(), a_member()
    order = placed(shop, customer_id=me)
    public.plan_fulfilments(order.id, actor=TEST)
    with pytest.raises(TransitionRefused):
        public.cancel_order(order.id, reason="x", actor=alice(me))
    assert public.cancel_order(order.id, reason="by phone", actor=TEST).state == OrderState.CANCELLED


def test_tracking_secret_opens_one_order_until_it_expires() -> None:
    shop, secret = a_shop(), secret_token()
    order = placed(shop, tracking_secret_hash=public.hash_secret(secret),
                   tracking_expires_at=clock.now() + timedelta(days=30))
    other = placed(shop)
    assert public.track(secret, actor=CHARLIE).id == order.id
    with clock.at(clock.now() + timedelta(days=31)), pytest.raises(NotFound) as late:
        public.track(secret, actor=CHARLIE)
    with pytest.raises(NotFound) as wrong:
        public.track(secret_token(), actor=CHARLIE)
    assert str(late.value) == str(wrong.value)
    assert db.value("SELECT count(*) FROM orders_trackingsecret WHERE hash = %s", [secret]) == 0
    _, guest = public.guest_of(secret, actor=CHARLIE)
    with pytest.raises(NotFound):
        public.get_order(other.id, actor=guest)
    assert public.cancel_order(order.id, reason="guest", actor=guest).state == OrderState.CANCELLED


def test_who_guesses_tracking_secrets_must_wait_and_who_knows_need_not(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(queries, "GUESSES", 3)
    shop, secret = a_shop(), secret_token()
    order = placed(shop, tracking_secret_hash=public.hash_secret(secret),
                   tracking_expires_at=clock.now() + timedelta(days=30))
    guesser, neighbour = replace(ANONYMOUS, ip="203.0.113.7"), replace(ANONYMOUS, ip="203.0.113.8")
    for _ in range(3):
        with pytest.raises(NotFound):
            public.track(secret_token(), actor=guesser)
    for _ in range(2):
        with pytest.raises(TooManyRequests):
            public.track(secret_token(), actor=guesser)
    assert public.track(secret, actor=guesser).id == order.id  # who shares a guesser's address and knows
    with pytest.raises(NotFound):
        public.track(secret_token(), actor=neighbour)
    with clock.at(clock.now() + queries.GUESS_WAIT + timedelta(seconds=1)), pytest.raises(NotFound):
        public.track(secret_token(), actor=guesser)


def test_many_who_guess_together_must_wait_and_who_knows_need_not(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(queries, "GUESSES_OF_ALL", 3)
    shop, secret = a_shop(), secret_token()
    order = placed(shop, tracking_secret_hash=public.hash_secret(secret),
                   tracking_expires_at=clock.now() + timedelta(days=30))
    for last in range(3):
        with pytest.raises(NotFound):
            public.track(secret_token(), actor=replace(ANONYMOUS, ip=f"203.0.113.{last}"))
    fourth = replace(ANONYMOUS, ip="203.0.113.9")
    with pytest.raises(TooManyRequests):
        public.track(secret_token(), actor=fourth)
    assert public.track(secret, actor=fourth).id == order.id


def test_links_by_number_and_address_are_limited_by_address_and_in_total(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(selfcare, "LINKS_OF_IP", 2)
    monkeypatch.setattr(selfcare, "LINKS_OF_ALL", 3)
    one, two = replace(ANONYMOUS, ip="203.0.113.7"), replace(ANONYMOUS, ip="203.0.113.8")
    for _ in range(2):
        public.send_tracking_link("E1", "nobody@example.com", actor=one)
    with pytest.raises(TooManyRequests):
        public.send_tracking_link("E1", "nobody@example.com", actor=one)
    public.send_tracking_link("E1", "nobody@example.com", actor=two)
    with pytest.raises(TooManyRequests):
        public.send_tracking_link("E1", "nobody@example.com", actor=two)
