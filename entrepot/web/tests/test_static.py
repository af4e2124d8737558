"""Static files as collected for service: named by content, compressed, kept for good; pages that travel compressed."""

from __future__ import annotations

import gzip
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as configured
from django.contrib.staticfiles import finders
from django.core.management import call_command
from django.templatetags.static import static
from django.test import Client

from entrepot.web.supervisor import web_command
from tests.shop import MUG, Shop, forget, open_shop

_ASKED = re.compile(r'(?:href|src)="(/static/[^"#]+)')
_NAMED = re.compile(r"\.[0-9a-f]{12}\.\w+$")
_GZIP = {"Accept-Encoding": "gzip, br"}


@pytest.fixture
def collected(settings: Any, tmp_path: Path) -> Path:
    settings.STATIC_ROOT = tmp_path
    call_command("collectstatic", verbosity=0, interactive=False)
    return tmp_path


@pytest.fixture
def shop(transactional_db: None) -> Iterator[Shop]:
    yield open_shop()
    forget()


def test_a_page_asks_for_files_by_their_content_which_browsers_keep_for_good(collected: Path, shop: Shop) -> None:
    client = Client()
    asked = set(_ASKED.findall(client.get("/").content.decode()))
    assert sorted(a.rpartition(".")[2] for a in asked) == ["css", "js", "png", "svg", "woff", "woff"]
    for address in sorted(asked):
        answer = client.get(address, headers=_GZIP)
        assert answer.status_code == 200, address
        assert _NAMED.search(address), address
        assert "immutable" in answer["Cache-Control"]
        assert answer["X-Content-Type-Options"] == "nosniff"
        if address.endswith((".css", ".js")):
            assert answer["Content-Encoding"] == "gzip", address
            assert answer["Vary"] == "Accept-Encoding"
        answer.close()


def test_changed_content_has_a_new_name_and_the_old_one_stays(collected: Path, settings: Any, tmp_path_factory: Any,
                                                              ) -> None:
    before, whole = static("storefront/shop.js"), static("storefront/main.js")
    own = tmp_path_factory.mktemp("own")
    (own / "storefront").mkdir()
    (own / "storefront" / "shop.js").write_text("export {};")
    settings.STATICFILES_DIRS = [own, *settings.STATICFILES_DIRS]
    call_command("collectstatic", verbosity=0, interactive=False)
    assert static("storefront/shop.js") != before
    assert static("storefront/main.js") != whole  # which carries it
    assert (collected / before.removeprefix("/static/")).exists()


def test_what_a_style_sheet_names_is_named_by_content_too(collected: Path) -> None:
    sheet = collected / static("office/office.css").removeprefix("/static/")
    named = re.findall(r'url\("([^"]+)"\)', sheet.read_text())
    assert named
    for path in named:
        assert _NAMED.search(path)
        assert (sheet.parent / path).exists()


def test_a_second_start_compresses_nothing_again(collected: Path) -> None:
    packed = collected / (static("storefront/shop.css").removeprefix("/static/") + ".gz")
    packed.write_bytes(gzip.compress(b"as it was"))
    call_command("collectstatic", verbosity=0, interactive=False)
    assert gzip.decompress(packed.read_bytes()) == b"as it was"


def test_what_every_page_needs_of_scripts_is_one_file(collected: Path) -> None:
    text = (collected / static("storefront/main.js").removeprefix("/static/")).read_text()
    assert not re.search(r"^\s*(import|export)\b", text, re.M)
    for name in ("shop", "buy", "events"):
        part = finders.find(f"storefront/{name}.js")
        assert f"{{\n{Path(str(part)).read_text()}}}" in text


def test_so_is_what_every_page_needs_of_style(collected: Path) -> None:
    text = (collected / static("storefront/main.css").removeprefix("/static/")).read_text()
    assert "@import" not in text
    for name in ("shop", "browse"):
        part = Path(str(finders.find(f"storefront/{name}.css"))).read_text()
        assert part.rpartition("@font-face")[2].partition("\n")[2] in text  # whose addresses were named by content
    assert re.search(r'url\("\.\./typefaces/[^"]+"\)', text)


def test_plain_names_go_on_working_for_a_short_time_each(collected: Path) -> None:
    answer = Client().get("/static/storefront/mark.svg")
    assert answer.status_code == 200
    assert answer["Cache-Control"] == "max-age=300, public"
    answer.close()


def test_a_file_that_was_never_made_stops_nothing(collected: Path) -> None:
    assert static("typefaces/of-nobody.woff") == "/static/typefaces/of-nobody.woff"


def test_every_file_that_a_template_names_is_there() -> None:
    named = {name for folder in configured.TEMPLATES[0]["DIRS"] for page in Path(folder).rglob("*.html")
             for name in re.findall(r"""\{% static ['"]([^'"]+)['"]""", page.read_text())}
    assert len(named) > 20
    assert [name for name in sorted(named) if not finders.find(name)] == []


def test_the_server_mounts_media_alone() -> None:
    command = web_command("127.0.0.1", 8000, 2)
    assert [command[n + 1] for n, part in enumerate(command) if part == "--static-path-route"] == ["/media"]


def test_pages_travel_compressed_and_the_api_does_not(shop: Shop) -> None:
    client = Client()
    plain, packed = client.get(f"/p/{MUG}/"), client.get(f"/p/{MUG}/", headers=_GZIP)
    assert "Content-Encoding" not in plain
    assert packed["Content-Encoding"] == "gzip"
    assert len(packed.content) < len(plain.content) / 3
    assert b"</html>" in gzip.decompress(packed.content)
    assert "Accept-Encoding" in packed["Vary"]
    assert "Accept-Encoding" in plain["Vary"]
    for address in ("/api/v1/products", "/api/v1/openapi.json"):
        assert "Content-Encoding" not in client.get(address, headers=_GZIP)


def test_two_answers_with_the_same_page_differ_in_length(shop: Shop) -> None:
    """So that the length of a page tells nothing of what stands in it beside what a stranger made it say."""
    client = Client()
    assert len({len(client.get("/search/?q=mug", headers=_GZIP).content) for _ in range(8)}) > 1


def test_a_page_known_already_is_not_sent_again(shop: Shop) -> None:
    client = Client()
    for headers in (dict[str, str](), _GZIP):
        first = client.get("/manifest.webmanifest", headers=headers)
        assert first["ETag"].startswith("W/") == bool(headers)
        again = client.get("/manifest.webmanifest", headers={**headers, "If-None-Match": first["ETag"]})
        assert again.status_code == 304
        assert again["ETag"] == first["ETag"]
        assert "Accept-Encoding" in again["Vary"]
