"""Who a request is: the actor behind keys, sessions and nobody, and what it costs to find out."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.contrib import auth
from django.core import mail
from django.test import Client, RequestFactory
from django.utils.functional import SimpleLazyObject

from entrepot.customers import public as customers
from entrepot.identity import public as identity
from entrepot.identity.tests.factories import PASSWORD, key
from entrepot.kit.actor import ActorKind
from entrepot.kit.errors import DomainError
from entrepot.kit.rest import actor_of
from entrepot.web.middleware import resolve

pytestmark = [pytest.mark.django_db, pytest.mark.urls("entrepot.identity.tests.urls")]


def request_with(**headers: str) -> Any:
    return RequestFactory().get("/", headers=headers)


def test_visitor_is_anonymous_with_an_address() -> None:
    actor = resolve(request_with())
    assert (actor.kind, actor.ip) == (ActorKind.ANONYMOUS, "127.0.0.1")


def test_key_is_the_actor_and_a_bad_one_is_an_error() -> None:
    actor = resolve(request_with(Authorization=f"Bearer {key('identity.read')}"))
    assert (actor.kind, actor.permissions) == (ActorKind.KEY, {"identity.read"})
    for value in ("Bearer nonsense", "Basic YTpi", "Bearer"):
        with pytest.raises(DomainError):
            resolve(request_with(Authorization=value))


def test_actor_is_worked_out_once_and_only_when_asked(django_assert_num_queries: Any) -> None:
    request = request_with(Authorization=f"Bearer {key('identity.read')}")
    with django_assert_num_queries(0):
        request.actor = SimpleLazyObject(lambda: resolve(request))
    with django_assert_num_queries(2):  # the key, and its first use of the day
        assert actor_of(request).kind is ActorKind.KEY
        assert actor_of(request) is actor_of(request)


def test_who_signs_up_on_the_page_becomes_a_customer(client: Client) -> None:
    client.post("/accounts/signup/", {"email": "dora@example.com", "password1": PASSWORD})
    letter, = mail.outbox
    address = re.search(r"/accounts/confirm-email/\S+", str(letter.body))
    assert address is not None
    client.post(address.group())
    client.post("/accounts/login/", {"login": "dora@example.com", "password": PASSWORD})
    user = auth.get_user(client)
    assert identity.get_user(user.pk).is_staff is False
    request = RequestFactory().get("/")
    request.session, request.user = client.session, user
    actor = resolve(request)
    found = customers.customer_of_user(user.pk)
    assert found is not None
    assert (actor.kind, actor.customer_id) == (ActorKind.CUSTOMER, found.id)
