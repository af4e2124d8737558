"""Whose session it is comes with the session; what ends it, ends it at once."""

from __future__ import annotations

import pytest
from allauth.usersessions.models import UserSession
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from entrepot.identity.models import User
from entrepot.identity.tests.factories import alice_login, charlie_login
from entrepot.identity.tests.test_signin import ALICE, PASSWORD, login
from entrepot.kit import db

pytestmark = [pytest.mark.django_db, pytest.mark.urls("entrepot.identity.tests.urls")]

SESSIONS = "/api/v1/account/sessions"


@pytest.fixture
def alice(client: Client) -> User:
    alice_login()
    assert login(client, ALICE, PASSWORD).status_code == 200
    return User.objects.get(email=ALICE)


def test_who_somebody_is_takes_one_statement(client: Client, alice: User) -> None:
    with CaptureQueriesContext(connection) as seen:
        assert client.get("/page/").status_code == 200
    asked = [q["sql"] for q in seen if "django_session" in q["sql"] or "identity_user" in q["sql"]]
    assert len(asked) == 1
    assert "django_session" in asked[0]
    assert "identity_user" in asked[0]


def test_a_closed_account_is_out_at_once(client: Client, alice: User) -> None:
    User.objects.filter(pk=alice.pk).update(is_active=False)
    assert client.get(SESSIONS).status_code == 401


def test_a_changed_password_ends_sessions_at_once(client: Client, alice: User) -> None:
    alice.set_password("another correct horse battery")
    alice.save()
    assert client.get(SESSIONS).status_code == 401


def test_an_ended_session_is_over_at_once(client: Client, alice: User) -> None:
    db.execute("DELETE FROM django_session")
    assert client.get(SESSIONS).status_code == 401


def test_the_session_says_whose_it_is_whatever_the_list_of_sessions_says(client: Client, alice: User) -> None:
    UserSession.objects.update(user_id=charlie_login())
    assert len(client.get(SESSIONS).json()) == 0  # Alice's: Charlie would see one
    UserSession.objects.all().delete()
    assert client.get(SESSIONS).status_code == 200
