"""The back office shows money and changes it only by buttons; secrets stay inside."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib import admin
from django.test import RequestFactory

from entrepot.kit.actor import Actor
from entrepot.payments import models
from entrepot.payments.admin import PaymentAdmin
from entrepot.payments.tests.factories import BOB, CHARLIE, gift_card, paid_at_simulator

pytestmark = pytest.mark.django_db(transaction=True)
REGISTERED = [models.Payment, models.Request, models.InboxMessage, models.GiftCard, models.Statement,
              models.StatementLine, models.MethodSetting]


def _request(actor: Actor) -> Any:
    request = RequestFactory().get("/")
    request.actor = actor  # type: ignore[attr-defined]
    return request


@pytest.mark.parametrize("model", REGISTERED)
def test_nothing_is_written_by_hand(model: Any) -> None:
    page = admin.site._registry[model]
    assert page.has_view_permission(_request(BOB))
    for may in (page.has_add_permission, page.has_change_permission, page.has_delete_permission):
        assert not may(_request(BOB))
    assert not page.has_view_permission(_request(CHARLIE))


def _name(field: Any) -> str:
    """Amounts are shown by a function that bears the field's name."""
    return str(getattr(field, "__name__", field))


def test_secrets_stay_inside() -> None:
    payment = models.Payment.objects.get(pk=paid_at_simulator().id)
    page = admin.site._registry[models.Payment]
    shown = [_name(f) for _, options in page.get_fieldsets(_request(BOB), payment) for f in options["fields"]]
    assert "captured_minor" in shown
    assert not {"secret", "action"} & set(shown)
    gift_card()
    card_page = admin.site._registry[models.GiftCard]
    card = models.GiftCard.objects.get()
    shown = [_name(f) for _, options in card_page.get_fieldsets(_request(BOB), card) for f in options["fields"]]
    assert "code_digest" not in shown


def test_button_calls_the_action() -> None:
    payment = paid_at_simulator("authorise")
    capture = next(b for b in PaymentAdmin.buttons if b.code == "capture")
    capture.run(_request(BOB), str(payment.id), "")
    assert models.Payment.objects.get(pk=payment.id).captured_minor == 10_000
