"""Addresses as people write them where they lead to."""

from __future__ import annotations

from typing import Any

import pytest
from django.utils import translation

from entrepot.customers.public import address_lines
from tools import i18n

SHANGHAI = {"name": "王小明", "phone": "13800138000", "country": "CN", "region": "上海市", "city": "上海市",
            "district": "浦东新区", "line1": "世纪大道100号", "line2": "", "postcode": "200120"}


@pytest.fixture(autouse=True, scope="module")
def _chinese_texts() -> None:
    for context in i18n.contexts(["customers"]):
        i18n.build(context)


@pytest.mark.parametrize(("region", "city", "said"), [
    ("上海市", "上海市", "上海市浦东新区世纪大道100号"), ("北京", "北京市", "北京市浦东新区世纪大道100号"),
    ("重庆市", "重庆", "重庆市浦东新区世纪大道100号"), ("浙江省", "杭州市", "浙江省杭州市浦东新区世纪大道100号"),
    ("吉林省", "吉林市", "吉林省吉林市浦东新区世纪大道100号"), ("天津市", "", "天津市浦东新区世纪大道100号")])
def test_a_municipality_is_said_once(region: str, city: str, said: str) -> None:
    with translation.override("zh-hans"):
        assert address_lines({**SHANGHAI, "region": region, "city": city}) == ["王小明", said, "200120", "13800138000"]


def test_who_reads_another_language_is_told_the_country() -> None:
    with translation.override("en"):
        assert address_lines(SHANGHAI)[-2:] == ["China", "13800138000"]


@pytest.mark.parametrize(("country", "place"), [
    ("GB", ["London", "NW1 6XE", "United Kingdom"]), ("DE", ["NW1 6XE London", "Germany"]),
    ("US", ["London, OH NW1 6XE", "United States"]), ("CH", ["NW1 6XE London", "Switzerland"]),
    ("SG", ["London NW1 6XE", "Singapore"]), ("XX", ["London OH NW1 6XE", "XX"])])
def test_city_and_postcode_stand_as_the_country_writes_them(country: str, place: list[str]) -> None:
    address = {"name": "Alice", "company": "Acme", "line1": "1 High Street", "line2": "Flat 2", "city": "London",
               "postcode": "NW1 6XE", "country": country, "region": "OH" if country in ("US", "XX") else ""}
    with translation.override("en"):
        assert address_lines(address) == ["Alice", "Acme", "1 High Street", "Flat 2", *place]


def test_the_country_is_named_in_the_readers_language() -> None:
    with translation.override("zh-hans"):
        assert address_lines({"line1": "1 High Street", "city": "Leeds", "country": "GB"})[-1] == "英国"


def test_a_japanese_address_in_its_own_script_goes_from_large_to_small() -> None:
    tokyo = {"name": "山田", "postcode": "100-0005", "region": "東京都", "line1": "千代田区丸の内1-1", "country": "JP"}
    with translation.override("en"):
        assert address_lines(tokyo) == ["山田", "〒100-0005", "東京都", "千代田区丸の内1-1", "Japan"]


@pytest.mark.parametrize("address", [None, {}, {"name": "", "line1": None}])
def test_nothing_is_made_of_nothing(address: dict[str, Any] | None) -> None:
    assert address_lines(address) == []
