"""Mail: once per fact, in the customer's language, failures kept and tried again."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from django.core import mail
from django.core.mail.backends.locmem import EmailBackend

from entrepot.kit import clock, db
from entrepot.kit.errors import InvalidInput, NotFound
from entrepot.orders import lists, mailtexts, public
from entrepot.orders.actions import notify
from entrepot.orders.models import Notification
from entrepot.orders.tests.factories import TEST, a_shop, bob, placed, shipped
from tools import i18n

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True, scope="module")
def _chinese_texts() -> None:
    for context in i18n.contexts(["orders"]):
        i18n.build(context)


def sent() -> list[Any]:
    return list(mail.outbox)


def test_each_message_goes_out_once_in_the_order_it_was_told() -> None:
    shop = a_shop()
    order = placed(shop)
    shipped(shop, order)
    assert public.send_due(actor=TEST) == 4
    assert public.send_due(actor=TEST) == 0
    subjects = [m.subject for m in sent()]
    assert [order.number in s for s in subjects] == [True] * 4
    assert "3 × Item 0" in sent()[0].body
    assert "€54.90" in sent()[0].body
    assert "00340" in sent()[2].body
    assert sent()[0].to == ["alice@example.com"]
    jobs = db.value("SELECT count(*) FROM procrastinate_jobs WHERE task_name = 'orders.send_notification'")
    assert jobs == 4


def test_days_that_were_brought_in_are_not_mailed_once_more() -> None:
    shop = a_shop()
    with clock.at(clock.now() - timedelta(days=3)):
        placed(shop)
    placed(shop)
    assert public.leave_unsent(clock.now() - timedelta(days=1), actor=TEST) == 2
    assert db.value("SELECT count(*) FROM procrastinate_jobs WHERE task_name = 'orders.send_notification'") == 2
    assert public.send_due(actor=TEST) == 2
    assert public.leave_unsent(clock.now(), actor=TEST) == 0
    assert Notification.objects.filter(sent_at=None).count() == 0


def test_the_link_in_the_mail_opens_the_order_and_is_kept_only_as_a_hash() -> None:
    shop = a_shop()
    order = placed(shop)
    public.send_due(actor=TEST)
    found = re.search(r"/track/([^/\s]+)/", sent()[0].body)
    assert found is not None
    assert len(found[1]) >= 22  # 128 bits in base 64
    assert public.track(found[1], actor=TEST).id == order.id
    assert db.value("SELECT count(*) FROM orders_trackingsecret WHERE hash = %s", [found[1]]) == 0


def test_chinese_customers_read_chinese() -> None:
    shop = a_shop()
    placed(shop, language="zh-hans")
    public.send_due(actor=TEST)
    assert "订单" in sent()[0].subject
    assert "合计" in sent()[0].body


def test_the_link_leads_to_the_page_in_the_language_of_the_mail() -> None:
    shop = a_shop()
    placed(shop, language="zh-hans")
    placed(shop, language="en")
    public.send_due(actor=TEST)
    bodies = [m.body for m in sent()]
    assert any("/zh-hans/track/" in b for b in bodies)
    assert any("/track/" in b and "/zh-hans/" not in b for b in bodies)


def test_a_label_without_its_value_is_left_out() -> None:
    text = "Gone.\n\nCarrier: {carrier}\n承运商：{carrier}\nNumber: {number}\nAt {place}, or {reason}\n"
    assert mailtexts.fill(text, {"number": "1"}) == "Gone.\n\nNumber: 1\nAt , or"
    assert mailtexts.fill(text, {"carrier": "DHL"}) == "Gone.\n\nCarrier: DHL\n承运商：DHL\nAt , or"


def test_own_text_replaces_the_built_in_one_and_braces_in_values_stay() -> None:
    shop = a_shop()
    public.set_template("placed", "en", subject="Got it, {number}!", body="Hi {name}, {total}.", actor=bob())
    placed(shop, shipping_address={"name": "{total} Alice", "line1": "x", "city": "y", "country": "DE"})
    public.send_due(actor=TEST)
    assert sent()[0].subject.startswith("Got it, E")
    assert sent()[0].body == "Hi {total} Alice, €54.90."
    public.reset_template("placed", "en", actor=bob())
    assert not any(t["is_own"] for t in lists.list_templates(actor=TEST))


@pytest.mark.parametrize(("kind", "language", "subject", "body", "error"), [
    ("nonsense", "en", "a", "b", NotFound),
    ("placed", "xx", "a", "b", InvalidInput),
    ("placed", "en", "a\nBcc: x", "b", InvalidInput),
    ("placed", "en", "a", "{password}", InvalidInput),
    ("placed", "en", " ", "b", InvalidInput),
])
def test_bad_texts_are_refused(kind: str, language: str, subject: str, body: str, error: type[Exception]) -> None:
    with pytest.raises(error):
        public.set_template(kind, language, subject=subject, body=body, actor=bob())
    assert not any(t["is_own"] for t in lists.list_templates(actor=TEST))


def test_every_kind_has_texts_that_fill() -> None:
    assert {t["kind"] for t in lists.list_templates(actor=TEST)} == set(mailtexts.TEXTS)
    for subject, body in mailtexts.TEXTS.values():
        assert mailtexts.unknown_placeholders(subject + body) == []


def test_a_failing_server_is_seen_retried_and_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    shop = a_shop()
    placed(shop)
    monkeypatch.setattr(EmailBackend, "send_messages", _refuse)
    now = clock.now()
    for _ in range(notify.MAX_ATTEMPTS):
        assert public.send_due(actor=TEST) == 0
        assert public.send_due(actor=TEST) == 0  # not before its time
        now += timedelta(hours=3)
        clock._frozen.set(now)
    clock._frozen.set(None)
    note = Notification.objects.order_by("id")[0]
    assert (note.attempts, note.next_at, note.sent_at) == (notify.MAX_ATTEMPTS, None, None)
    assert "mailbox full" in note.error
    assert len(lists.list_notifications(state="failed", limit=10, actor=TEST)["items"]) == 2
    monkeypatch.undo()
    public.retry_notification(note.id, actor=bob())
    assert public.send_due(actor=TEST) == 1
    with pytest.raises(NotFound):
        public.retry_notification(note.id, actor=bob())


def _refuse(self: object, messages: object) -> int:
    raise OSError("mailbox full")


def test_a_sender_that_died_is_replaced_after_its_lease() -> None:
    shop = a_shop()
    placed(shop)
    note = Notification.objects.order_by("id")[0]
    now = clock.now()
    db.value(notify._CLAIM, {"id": note.id, "now": now, "lease": now + notify.LEASE})
    assert notify.send_notification(note.id, actor=TEST) is False
    with clock.at(now + notify.LEASE + timedelta(seconds=1)):
        assert notify.send_notification(note.id, actor=TEST) is True
        assert notify.send_notification(note.id, actor=TEST) is False
    assert len(sent()) == 1
