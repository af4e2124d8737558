"""Addresses of many countries; no database."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from entrepot.customers.contracts import PostalAddress
from entrepot.customers.rules import COUNTRIES, normalise_address
from entrepot.customers.tests.factories import LONDON, SHANGHAI
from entrepot.kit.errors import InvalidInput


def _refused(data: dict[str, Any]) -> str:
    with pytest.raises(InvalidInput) as refused:
        normalise_address(data)
    return str(refused.value.params["field"])


def test_spelling_becomes_canonical() -> None:
    address = normalise_address({**LONDON, "postcode": "nw16xe", "country": "gb", "name": "  Alice   Buyer "})
    assert (address.postcode, address.country, address.name) == ("NW1 6XE", "GB", "Alice Buyer")


def test_chinese_address_has_three_levels() -> None:
    assert normalise_address({**SHANGHAI, "city": ""}).city == "上海市"
    assert _refused({**SHANGHAI, "district": ""}) == "district"
    assert _refused({**SHANGHAI, "region": ""}) == "region"
    assert _refused({**SHANGHAI, "postcode": "20012"}) == "postcode"
    assert normalise_address({**SHANGHAI, "region": "广东省", "city": "东莞市", "district": "", "postcode": ""})


@pytest.mark.parametrize(("country", "region", "good", "bad"), [
    ("US", "CA", "94103-1234", "9410"), ("CA", "ON", "k1a 0b1", "D1A 0B1"), ("DE", "", "10115", "1011"),
    ("NL", "", "1012 AB", "0012 AB"), ("JP", "", "100-0001", "1000"), ("SE", "", "111 22", "1112"),
    ("PL", "", "00-950", "00950"), ("IE", "", "D02 X285", "2"), ("BR", "SP", "01310-100", "0131"),
    ("AU", "NSW", "2000", "20000"), ("CH", "", "8001", "800"), ("SG", "", "018956", "1895"),
    ("HK", "", "", "x" * 13),
])
def test_postcode_shapes(country: str, region: str, good: str, bad: str) -> None:
    data = {**LONDON, "country": country, "region": region}
    assert normalise_address({**data, "postcode": good}).postcode == good.upper()
    assert _refused({**data, "postcode": bad}) == "postcode"


def test_unknown_field_wrong_type_and_unprintable_are_refused() -> None:
    assert _refused({**LONDON, "planet": "Earth"}) == "planet"
    assert _refused({**LONDON, "city": 7}) == "city"
    assert _refused({**LONDON, "line1": "a\x00b"}) == "line1"
    assert _refused({**LONDON, "country": "XX"}) == "country"
    assert _refused({**LONDON, "phone": "call me"}) == "phone"
    assert _refused({**LONDON, "name": "x" * 121}) == "name"


_texts = st.text(max_size=30)


@given(st.dictionaries(st.sampled_from(list(PostalAddress.__dataclass_fields__)), _texts),
       st.sampled_from(sorted(COUNTRIES)))
def test_any_input_is_refused_or_stays_as_it_is(data: dict[str, str], country: str) -> None:
    """Normalising twice is normalising once, and nothing but InvalidInput comes out."""
    try:
        address = normalise_address({**data, "country": country})
    except InvalidInput:
        return
    assert normalise_address({f: getattr(address, f) for f in PostalAddress.__dataclass_fields__}) == address
