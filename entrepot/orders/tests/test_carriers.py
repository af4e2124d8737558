"""Carriers: what is offered to whom, and where a parcel is followed."""

from __future__ import annotations

import pytest

from entrepot.orders import public
from entrepot.orders.carriers import carrier_names, tracking_page
from entrepot.orders.tests.factories import TEST, a_shop, placed

SF = "https://www.kuaidi100.com/chaxun?com=shunfeng&nu="


@pytest.mark.parametrize(("carrier", "number", "page"), [
    ("顺丰速运", "SF139 2041 58866", f"{SF}SF139204158866"), ("sf express ", "SF1", f"{SF}SF1"),
    ("DHL", "a/b&c", "https://www.dhl.com/global-en/home/tracking.html?tracking-id=a%2Fb%26c"), ("顺丰", " ", ""),
    ("A man on a bicycle", "1", ""), ("DPD", "1", "")])
def test_where_a_parcel_is_followed(carrier: str, number: str, page: str) -> None:
    assert tracking_page(carrier, number) == page


def test_carriers_of_the_readers_country_come_first() -> None:
    assert carrier_names("zh-hans")[:3] == ["顺丰速运", "中通快递", "圆通速递"]
    assert carrier_names("en")[0] == "DHL"
    assert "SF Express" in carrier_names("en")


@pytest.mark.django_db(transaction=True)
def test_a_parcel_of_a_known_carrier_leads_to_its_page_also_after_a_correction() -> None:
    shop = a_shop()
    [parcel, *_] = public.plan_fulfilments(placed(shop, run=False).id, actor=TEST)
    sent = public.ship_fulfilment(parcel.id, "顺丰速运", "SF1", actor=TEST)
    assert sent.tracking_url == f"{SF}SF1"
    right = public.change_tracking(parcel.id, carrier="顺丰速运", tracking_number="SF2", tracking_url=sent.tracking_url,
                                   actor=TEST)
    assert right.tracking_url == f"{SF}SF2"
    own = public.change_tracking(parcel.id, carrier="顺丰速运", tracking_number="SF2",
                                 tracking_url="https://example.com/2", actor=TEST)
    assert own.tracking_url == "https://example.com/2"
