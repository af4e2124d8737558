"""The back office opens for who may, and its buttons press actions."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib import admin
from django.contrib.messages.storage.fallback import FallbackStorage
from django.test import RequestFactory

from entrepot.orders import public
from entrepot.orders.contracts import ChangeKind
from entrepot.orders.models import Order, OrderChange
from entrepot.orders.tests.factories import TEST, a_shop, bob, placed
from entrepot.payments import public as payments

pytestmark = pytest.mark.django_db(transaction=True)


def request_of(actor: Any, method: str = "get", data: dict[str, str] | None = None) -> Any:
    request = getattr(RequestFactory(), method)("/", data or {})
    request.actor = actor
    request.session = {}
    request._messages = FallbackStorage(request)
    return request


def models() -> list[Any]:
    return [m for m in admin.site._registry if m._meta.app_label == "orders"]


def test_every_list_is_closed_to_those_without_permission() -> None:
    assert len(models()) >= 9
    for model in models():
        site = admin.site._registry[model]
        assert site.has_view_permission(request_of(bob()))
        assert not site.has_view_permission(request_of(bob("catalog.read")))
        assert not site.has_delete_permission(request_of(bob()))


def test_what_actions_own_cannot_be_edited() -> None:
    for model in (Order, OrderChange):
        site = admin.site._registry[model]
        assert not site.has_change_permission(request_of(bob()))
        assert not site.has_add_permission(request_of(bob()))


def test_every_list_and_record_opens() -> None:
    from django.contrib.auth import get_user_model

    shop = a_shop()
    order = placed(shop)
    public.plan_fulfilments(order.id, actor=TEST)
    public.cancel_order(placed(shop).id, reason="x", actor=TEST)
    public.open_change(order.id, ChangeKind.RETURN, actor=TEST)
    public.set_issuer(shop.channel.id, name="Entrepot", actor=TEST)
    public.set_return_window(shop.channel.id, 30, actor=TEST)
    payments.set_refund_limit("EUR", 100, actor=TEST)
    claim = public.give_back_amount(order.id, 500, reason="x", actor=bob())
    public.confirm_change(claim.id, expected_difference=-500, actor=bob())
    public.set_template("placed", "en", subject="a", body="b", actor=TEST)
    user = get_user_model().objects.create(email="bob@example.com", is_staff=True)
    for model in models():
        site, request = admin.site._registry[model], request_of(bob())
        request.user = user
        listed = site.changelist_view(request)
        assert listed.render().status_code == 200
        record = model.objects.first()
        assert record is not None, model
        shown = site.changeform_view(request, str(record.pk))
        assert shown.render().status_code == 200


def test_buttons_press_actions_and_show_refusals() -> None:
    shop = a_shop()
    order = placed(shop)
    site = admin.site._registry[Order]
    press = {b.code: b for b in site.buttons}
    press["hold"].run(request_of(bob(), "post"), str(order.id), "wait")
    assert public.get_order(order.id, actor=TEST).state == "on_hold"
    press["release"].run(request_of(bob(), "post"), str(order.id), "fine")
    press["note"].run(request_of(bob(), "post"), str(order.id), "hello")
    press["fulfil"].run(request_of(bob(), "post"), str(order.id), "")
    assert len(public.get_order(order.id, actor=TEST).fulfilments) == 1
    press["cancel"].run(request_of(bob(), "post"), str(order.id), "x")
    assert public.get_order(order.id, actor=TEST).state == "cancelled"
