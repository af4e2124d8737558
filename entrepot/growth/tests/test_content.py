"""Pages from draft to shop and back, menus, pictures, the door."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.db import connection
from django.test.utils import CaptureQueriesContext

from entrepot.catalog.errors import UnsafeMedia
from entrepot.growth import public
from entrepot.growth.contracts import Content, PageState
from entrepot.growth.errors import PictureInUse, SlugTaken
from entrepot.growth.tests.factories import BOB, content, live_page, photo
from entrepot.kit import clock, db
from entrepot.kit.actor import ANONYMOUS, Actor, ActorKind
from entrepot.kit.errors import InvalidInput, NotFound, PermissionDenied, StaleVersion, Unauthenticated

pytestmark = pytest.mark.django_db

CHARLIE = Actor(ActorKind.CUSTOMER, id="charlie")


def test_visitors_see_what_was_published_and_never_the_draft() -> None:
    made = public.create_page("about", "page", content(), actor=BOB)
    assert public.page(1, "en", "about") is None
    public.publish_page(made.id, actor=BOB)
    public.save_page(made.id, content("New words", "Not yet."), actor=BOB)
    seen = public.page(1, "zh-hans", "about")
    assert seen is not None
    assert (seen.title, seen.blocks[0].data["body"]) == ("关于我们", "<p>我们<strong>用心</strong>打包。</p>")
    assert public.get_page(made.id).has_newer_draft
    public.publish_page(made.id, actor=BOB)
    seen = public.page(1, "en", "about")
    assert seen is not None
    assert seen.title == "New words"
    assert seen.seo_title == "New words, in short"


def test_a_page_is_live_between_its_dates() -> None:
    now = clock.now()
    made = public.create_page("sale", "landing", content(), actor=BOB)
    shown = public.publish_page(made.id, from_at=now + timedelta(hours=1), until_at=now + timedelta(hours=2), actor=BOB)
    assert shown.state is PageState.SCHEDULED
    assert public.page(1, "en", "sale") is None
    with clock.at(now + timedelta(minutes=90)):
        public.forget()
        assert public.page(1, "en", "sale") is not None
    with clock.at(now + timedelta(hours=3)):
        public.forget()
        assert public.page(1, "en", "sale") is None
        assert public.get_page(made.id).state is PageState.ENDED
    with pytest.raises(InvalidInput):
        public.publish_page(made.id, from_at=now, until_at=now, actor=BOB)


def test_an_earlier_version_comes_back_as_a_new_one() -> None:
    made = live_page()
    public.save_page(made.id, content("Second"), actor=BOB)
    back = public.restore_version(made.id, 1, actor=BOB)
    assert back.latest == 3
    assert public.get_version(made.id, 3).content == public.get_version(made.id, 1).content
    assert [v.number for v in public.list_versions(made.id)] == [3, 2, 1]


def test_who_saves_on_top_of_another_is_told() -> None:
    made = live_page()
    public.save_page(made.id, content("Second"), expected_version=1, actor=BOB)
    with pytest.raises(StaleVersion):
        public.save_page(made.id, content("Third"), expected_version=1, actor=BOB)
    assert public.get_page(made.id).latest == 2


def test_an_address_belongs_to_one_page() -> None:
    live_page("about")
    other = live_page("terms")
    with pytest.raises(SlugTaken):
        public.create_page("about", "page", content(), actor=BOB)
    with pytest.raises(SlugTaken):
        public.save_page(other.id, content(), slug="about", actor=BOB)
    assert public.get_page(other.id).latest == 1


def test_a_channel_has_its_own_front_page_before_the_common_one() -> None:
    def front(slug: str, words: str, channels: list[int]) -> None:
        hero = {"kind": "hero", "data": {"heading": {"en": words}}}
        made = public.create_page(slug, "home", Content({"en": words}, {}, (hero,)), channels=channels, actor=BOB)
        public.publish_page(made.id, actor=BOB)

    assert public.home_blocks(1, "en") == ()
    front("home-all", "For all", [])
    front("home-two", "For two", [2])
    assert public.home_blocks(1, "en")[0].data["heading"] == "For all"
    assert public.home_blocks(2, "en")[0].data["heading"] == "For two"
    assert public.page(1, "en", "home-all") is None


def test_what_is_asked_again_costs_no_statement() -> None:
    live_page()
    public.save_menu("footer", {"en": "Foot"}, [], actor=BOB)
    with CaptureQueriesContext(connection, ) as first:
        public.page(1, "en", "about"), public.menu("footer", "en"), public.closure(), public.home_blocks(1, "en")
    with CaptureQueriesContext(connection) as again:
        public.page(1, "en", "about"), public.menu("header", "zh-hans"), public.closure(), public.home_blocks(1, "en")
    assert (len(first), len(again)) == (4, 0)


def test_nobody_else_writes(django_user_model: Any) -> None:
    made = live_page()
    for act in (lambda a: public.create_page("x", "page", content(), actor=a),
                lambda a: public.publish_page(made.id, actor=a), lambda a: public.delete_page(made.id, actor=a),
                lambda a: public.save_menu("footer", {"en": "F"}, [], actor=a),
                lambda a: public.add_picture(photo(), "x", actor=a), lambda a: public.close_shop(5, actor=a)):
        with pytest.raises(Unauthenticated):
            act(ANONYMOUS)
        with pytest.raises(PermissionDenied):
            act(CHARLIE)


def test_a_withdrawn_page_is_gone_from_the_shop_and_kept_in_the_office() -> None:
    made = live_page()
    public.withdraw_page(made.id, reason="old", actor=BOB)
    assert public.page(1, "en", "about") is None
    assert public.get_page(made.id).state is PageState.DRAFT
    public.delete_page(made.id, actor=BOB)
    with pytest.raises(NotFound):
        public.get_page(made.id)


def test_a_menu_is_saved_whole_and_read_in_a_language() -> None:
    items = [{"label": {"en": "Help", "zh-hans": "帮助"}, "kind": "page", "value": "help"}]
    public.save_menu("footer", {"en": "Foot"}, items, actor=BOB)
    assert public.menu("footer", "zh-hans")[0].label == "帮助"
    with pytest.raises(StaleVersion):
        public.save_menu("footer", {"en": "Foot"}, [], expected_version=7, actor=BOB)
    public.save_menu("footer", {"en": "Foot"}, [], expected_version=1, actor=BOB)
    assert public.menu("footer", "en") == ()


def test_a_picture_is_kept_once_clean_and_in_several_widths(tmp_path: Path, monkeypatch: Any) -> None:
    monkeypatch.setattr(settings, "MEDIA_ROOT", tmp_path)
    kept = public.add_picture(photo(1500, 1000) + b"<script>", "C:\\x\\Mill <b>.png", alt={"en": "A mill"}, actor=BOB)
    again = public.add_picture(photo(1500, 1000) + b"<script>", "other.png", actor=BOB)
    assert again.id == kept.id
    assert kept.name == "Mill b .png"
    assert [r["width"] for r in kept.renditions] == [1280, 640, 320, 160]
    files = sorted(tmp_path.rglob("*.webp"))
    assert len(files) == 5
    assert all(b"<script>" not in f.read_bytes() for f in files)
    with pytest.raises(UnsafeMedia):
        public.add_picture(b"<svg xmlns='http://www.w3.org/2000/svg'/>", "x.svg", actor=BOB)


@pytest.mark.django_db(transaction=True)
def test_a_picture_that_is_shown_stays(tmp_path: Path, monkeypatch: Any) -> None:
    monkeypatch.setattr(settings, "MEDIA_ROOT", tmp_path)
    kept = public.add_picture(photo(), "mill.png", alt={"en": "A mill", "zh-hans": "磨坊"}, actor=BOB)
    block = {"kind": "image", "data": {"picture": str(kept.id)}}
    made = public.create_page("mill", "article", Content({"en": "Mill"}, {}, (block,)), actor=BOB)
    public.publish_page(made.id, actor=BOB)
    seen = public.page(1, "zh-hans", "mill")
    assert seen is not None
    assert seen.blocks[0].data["picture"]["alt"] == "磨坊"
    assert public.where_used(kept.id) == [(made.id, "mill")]
    with pytest.raises(PictureInUse):
        public.delete_picture(kept.id, actor=BOB)
    public.delete_page(made.id, actor=BOB)
    public.delete_picture(kept.id, actor=BOB)
    assert list(tmp_path.rglob("*.webp")) == []


def test_the_door() -> None:
    assert public.closure() is None
    public.close_shop(30, message={"en": "Back soon"}, actor=BOB)
    closed = public.closure()
    assert closed is not None
    assert closed.message == {"en": "Back soon"}
    public.open_shop(actor=BOB)
    assert public.closure() is None
    with pytest.raises(InvalidInput):
        public.close_shop(0, actor=BOB)
    assert db.value("SELECT count(*) FROM kit_audit WHERE action LIKE 'growth.%%shop'") == 2
