"""Mail servers by their addresses."""

from __future__ import annotations

import pytest

from entrepot.kit.smtp import Server, server


@pytest.mark.parametrize(("address", "found"), [
    ("smtp://localhost", Server("localhost", 25)),
    ("smtp://relay.example:2525", Server("relay.example", 2525)),
    ("smtp+tls://shop%40example.com:p%3Aw%2F@mail.example", Server("mail.example", 587, "shop@example.com", "p:w/",
                                                                   starts_tls=True)),
    ("smtps://shop:secret@mail.example", Server("mail.example", 465, "shop", "secret", is_tls=True)),
])
def test_an_address_says_all(address: str, found: Server) -> None:
    assert server(address) == found


@pytest.mark.parametrize("address", ["", "mail.example", "http://mail.example", "smtp://", "smtp://mail.example:port"])
def test_anything_else_stops_the_start(address: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011  a port that is none has urllib's own words
        server(address)
