"""The goods desk: the type of a product, what keeps it from being bought, its story in words."""

from __future__ import annotations

from typing import Any

import pytest
from django.urls import reverse

from entrepot.catalog import public as catalog
from entrepot.catalog.tests.factories import BOB
from entrepot.orders.tests.factories import a_shop
from entrepot.pricing import public as pricing
from entrepot.web.tests.test_office import client_of
from entrepot.web.tests.test_office_goods import a_draft, address, by_sku, product, save

pytestmark = pytest.mark.django_db(transaction=True)


def a_kind(code: str, *attributes: str, per_variant: tuple[str, ...] = ()) -> None:
    known = {a["code"] for a in catalog.list_attributes()}
    for name in attributes:
        if name not in known:
            catalog.create_attribute(name, {"en": name.replace("_", " ")}, "text", actor=BOB)
    catalog.create_product_type(code, {"en": code}, attributes=attributes, per_variant=per_variant, actor=BOB)


def test_the_type_of_a_new_product_is_asked_for() -> None:
    client, new = client_of("owner"), reverse("admin:desk_new_product")
    a_shop(items=1)
    assert 'value=""' not in client.get(new).content.decode().partition('name="type"')[2].partition("</select>")[0]
    a_kind("lamp")
    page = client.get(new).content.decode().partition('name="type"')[2].partition("</select>")[0]
    assert page.index('value=""') < page.index('value="lamp"')
    assert "selected" not in page.replace('<option value="" selected>', "")
    back = client.post(new, {"type": "", "name-en": "Lamp", "sku": "LAMP"})
    assert (back.status_code, back.context["sheet"].errors) == (422, {"type": "Choose what kind of product it is."})
    assert 'value="LAMP"' in back.content.decode()


def test_a_draft_changes_its_type_and_is_asked_before_attributes_go() -> None:
    client = client_of("owner")
    a_shop(items=1)
    a_kind("lamp", "lamp_colour", "lamp_watt", per_variant=("lamp_watt",))
    a_kind("bulb", "lamp_colour")
    lamp = a_draft(client, type="lamp", sku="LAMP")
    key = by_sku(lamp)["LAMP"]["id"]
    save(client, lamp, **{"attr-lamp_colour": "red", f"va-{key}-lamp_watt": "40"})
    assert by_sku(lamp)["LAMP"]["attributes"] == {"lamp_watt": "40"}
    back = save(client, lamp, type="bulb")
    assert back.status_code == 422
    assert "The new type has no place for: lamp watt." in back.content.decode()
    assert product(lamp)["type"] == "lamp"
    early = save(client, lamp, **{"type": "bulb", "type-confirmed": "1", "status": "active"})
    assert "then put it on sale" in early.content.decode()
    assert save(client, lamp, **{"type": "bulb", "type-confirmed": "1"}).status_code == 302
    now = product(lamp)
    assert (now["type"], now["attributes"], by_sku(lamp)["LAMP"]["attributes"]) == ("bulb", {"lamp_colour": "red"}, {})
    save(client, lamp, status="active")
    assert save(client, lamp, type="lamp").status_code == 422
    assert product(lamp)["type"] == "bulb"


def test_what_is_published_but_cannot_be_bought_is_said_beside_the_channel() -> None:
    shop, client = a_shop(items=1), client_of("owner")
    pot, chosen, channel = a_draft(client, sku="POT"), pricing.list_price_lists("", 1)[0].code, shop.channel.code
    key = by_sku(pot)["POT"]["id"]
    on = {f"pub-{channel}": "1", f"pub-{channel}-shown": "1"}

    def told(**fields: Any) -> tuple[list[str], str]:
        assert save(client, pot, **fields).status_code == 302
        answer = client.get(address(pot))
        offered = answer.content.decode().partition('id="channels"')[2].partition("</section>")[0]
        return [f"{m.level_tag}: {m}" for m in answer.context["messages"]], offered

    said, beside = told(status="active", **on)
    assert [m for m in said if m.startswith("warning: Published, but without a price") and 'href="#variants"' in m]
    assert "without a price nobody can buy it" in beside
    said, beside = told(**{f"price-{key}-{chosen}": "12"})
    assert [m for m in said if m.startswith("warning")] == []
    assert "nothing of it is in stock" in beside
    _said, beside = told(**{f"stock-{key}-main": "3"})
    assert "Published, but" not in beside


def test_the_story_is_told_in_words() -> None:
    shop, client = a_shop(items=1), client_of("owner")
    client.cookies["django_language"] = "zh-hans"
    a_kind("lamp", "lamp_colour")
    pot, channel = a_draft(client, type="lamp", sku="POT"), shop.channel.code
    key = by_sku(pot)["POT"]["id"]
    save(client, pot, **{"attr-lamp_colour": "红", f"v-{key}-cost": "12.5", "status": "active",
                         f"pub-{channel}": "1", f"pub-{channel}-shown": "1", f"pub-{channel}-from": "2026-01-02T10:00"})
    save(client, pot, **{f"v-{key}-active-shown": "1"})
    page = client.get(address(pot, "desk_product_history")).content.decode()
    table = page.partition('class="of-timeline"')[2].partition("</ol>")[0]
    assert "<dt>POT · 启用</dt><dd><del>是</del> → <ins>否</ins></dd>" in table
    assert "<dt>lamp colour</dt><dd><ins>红</ins></dd>" in table
    assert "<dt>状态</dt><dd><del>草稿</del> → <ins>在售</ins></dd>" in table
    assert "POT · 单位成本" in table
    assert "€12.50" in table
    assert "已上架、开始时间：" in table
    for raw in ("is active", "is_active", "True", "channel_id", "from_at", "12.5000"):
        assert raw not in table, raw
