"""The web server alone, as several machines before one database run it."""

import http.client
from pathlib import Path

import pytest

from entrepot.checkout.tests.factories import a_shop
from tests.flows.shopfront import environment, free_port, serving

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]


def answers(port: int, *asked: tuple[str, str, dict[str, str]]) -> list[tuple[int, dict[str, str], bytes]]:
    """One after another over one connection, so that an answer of the wrong length spoils the next."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
    found = []
    for method, path, headers in asked:
        connection.request(method, path, headers={"Host": "localhost", **headers})
        answer = connection.getresponse()
        found.append((answer.status, {k.lower(): v for k, v in answer.getheaders()}, answer.read()))
    connection.close()
    return found


def test_serve_answers_until_it_is_told_to_stop(tmp_path: Path) -> None:
    a_shop()
    port = free_port()
    base = f"http://127.0.0.1:{port}"
    with serving("serve", tmp_path, base, environment(tmp_path, base)) as server:
        assert server.poll() is None
        (_, seen, page), = answers(port, ("GET", "/api/v1/openapi.json", {}))
        head, same, wrong, again = answers(
            port, ("HEAD", "/api/v1/openapi.json", {}),
            ("GET", "/api/v1/products", {"Accept-Encoding": "gzip"}),
            ("OPTIONS", "/api/v1/products", {}), ("GET", "/api/v1/openapi.json", {}))
        assert (head[0], head[2]) == (200, b"")
        assert int(seen["content-length"]) == len(page) == int(head[1].get("content-length", len(page)))
        assert (same[0], wrong[0], again[2] == page) == (200, 405, True)
        (unchanged,) = answers(port, ("GET", "/api/v1/products", {"If-None-Match": same[1]["etag"]}))
        assert (unchanged[0], unchanged[2]) == (304, b"")
    assert server.returncode in (0, -15)
    assert f"{base}/office/" in (tmp_path / "server.log").read_text()
