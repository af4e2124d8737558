"""The way into the office looks like the office at each of its steps."""

from __future__ import annotations

import re

import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from entrepot.identity.tests.test_signin import PASSWORD, bob_with_factor
from entrepot.orders.tests.factories import a_shop
from entrepot.web.tests.test_office import client_of

pytestmark = pytest.mark.django_db(transaction=True)


def test_an_address_that_is_none_is_told_in_one_way() -> None:
    a_shop()
    client = Client(headers={"Accept-Language": "zh-hans"})
    page = client.post("/accounts/login/", {"login": "bob@", "password": "x"}).content.decode()
    assert "请输入有效的电子邮箱地址。" in page
    assert "Email 地址" not in page


def test_pages_may_be_kept_for_the_way_back_but_no_answer_to_a_form() -> None:
    """With `no-store` the browser would forget a half-written form."""
    a_shop()
    client, new = client_of("owner"), reverse("admin:desk_new_product")
    assert client.get(new)["Cache-Control"] == "private, no-cache"
    assert "no-store" in client.post(new, {"type": ""})["Cache-Control"]


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
    [field] = re.findall(r'<input[^>]*name="code"[^>]*>', page)
    assert 'inputmode="numeric"' in field
    assert 'autocomplete="one-time-code"' in field
    assert 'class="foot"' not in page
