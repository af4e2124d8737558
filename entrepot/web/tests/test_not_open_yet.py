"""Before there is a channel, every page of the shop says so and leads to the office; none breaks."""

import pytest
from django.test import Client

from entrepot.catalog.queries import channels

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(("prefix", "words"), [("", "This shop is not open yet"), ("/zh-hans", "商城尚未开业")])
def test_a_shop_without_a_channel_leads_to_its_office(prefix: str, words: str) -> None:
    channels.forget()
    visitor = Client(raise_request_exception=False)
    for path in ("/", "/favicon.ico", "/search/", "/nowhere/"):
        answer = visitor.get(prefix + path, follow=True)
        assert answer.status_code == 503, path
        assert words in answer.content.decode()
        assert 'href="/office/"' in answer.content.decode()
    assert visitor.get("/api/v1/products").status_code == 404  # programs are told which channel is missing
    assert visitor.get("/livez").status_code == 200
