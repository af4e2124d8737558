"""The back office shows stock to those who may see it, and changes it through actions only."""

from __future__ import annotations

import pytest
from django.contrib import admin
from django.contrib.messages.storage.fallback import FallbackStorage
from django.contrib.sessions.backends.db import SessionStore
from django.core.exceptions import PermissionDenied as Forbidden
from django.http import HttpRequest
from django.test import RequestFactory

from entrepot.inventory import public
from entrepot.inventory.models import Balance, Movement, Reservation, Transfer, Warehouse
from entrepot.inventory.tests.factories import BOB, CHARLIE, make_shop
from entrepot.kit.actor import Actor
from entrepot.kit.errors import PermissionDenied

pytestmark = pytest.mark.django_db(transaction=True)


def request_of(actor: Actor, method: str = "GET") -> HttpRequest:
    request = RequestFactory().generic(method, "/")
    request.actor = actor  # type: ignore[attr-defined]
    request.session = SessionStore()
    request._messages = FallbackStorage(request)  # type: ignore[attr-defined]
    return request


@pytest.mark.parametrize("model", [Balance, Movement, Reservation, Transfer])
def test_ledgers_are_to_read(model: type) -> None:
    page = admin.site._registry[model]
    assert page.has_view_permission(request_of(BOB))
    assert not page.has_view_permission(request_of(CHARLIE))
    for right in (page.has_add_permission, page.has_change_permission, page.has_delete_permission):
        assert not right(request_of(BOB))


def test_a_button_sends_a_transfer() -> None:
    shop = make_shop({"main": [5], "store": [0]})
    made = public.create_transfer("main", "store", {shop.items[0]: shop.balance().on_hand}, actor=BOB)
    page = admin.site._registry[Transfer]
    with pytest.raises(PermissionDenied):
        page._do(request_of(CHARLIE, "POST"), str(made.id), "send")
    assert public.get_transfer(made.id).state == "draft"
    page._do(request_of(BOB, "POST"), str(made.id), "send")
    assert public.get_transfer(made.id).state == "sent"


def test_a_warehouse_is_made_and_changed_in_the_settings() -> None:
    page = admin.site._registry[Warehouse]
    assert page.add_view(request_of(BOB))["Location"].endswith("/settings/warehouses/new/")
    assert not page.has_change_permission(request_of(BOB))
    with pytest.raises(Forbidden):
        page.add_view(request_of(CHARLIE))
