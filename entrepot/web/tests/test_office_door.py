"""The way into the office looks like the office at each of its steps."""

from __future__ import annotations

import pytest
from django.core.cache import cache
from django.test import Client

from entrepot.identity.tests.test_signin import PASSWORD, bob_with_factor
from entrepot.orders.tests.factories import a_shop

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.mark.parametrize(("language", "sign", "asked"), [("en", "Office", "Code"), ("zh-hans", "后台", "验证码")])
def test_the_second_factor_is_asked_for_in_the_offices_frame(language: str, sign: str, asked: str) -> None:
    a_shop()
    bob_with_factor()
    cache.clear()
    client = Client(headers={"Accept-Language": language})
    first = client.post("/accounts/login/", {"login": "bob@example.com", "password": PASSWORD})
    page = client.get(first.url).content.decode()  # type: ignore[attr-defined]  # a redirect
    assert f"· {sign}</b>" in page
    assert f">{asked}" in page
    assert 'class="foot"' not in page
