"""Addresses that people type."""

import pytest

from entrepot.kit.errors import InvalidInput
from entrepot.kit.links import check_typed


@pytest.mark.parametrize(("typed", "taken"), [
    ("", ""), ("  ", ""), ("https://carrier.example/1?a=b", "https://carrier.example/1?a=b"),
    (" carrier.example/track/1 ", "https://carrier.example/track/1"), ("http://carrier.example", "http://carrier.example"),
    ("carrier.example", "https://carrier.example"), ("快递.中国/1", "https://快递.中国/1")])
def test_an_address_is_taken_as_people_type_it(typed: str, taken: str) -> None:
    assert check_typed("link", typed) == taken


@pytest.mark.parametrize("typed", [
    "javascript:alert(1)", "javascript:alert(1).com", "data:text/html,x", "ftp://carrier.example/1",
    "//carrier.example", "RM123", "https://", "https://a:b@carrier.example", "carrier.example/a b", "https://carrier.example:x/",
    "https://carrier.example/" + "1" * 500])
def test_what_leads_to_no_page_is_refused(typed: str) -> None:
    with pytest.raises(InvalidInput):
        check_typed("link", typed)
