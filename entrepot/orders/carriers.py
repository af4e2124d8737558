"""Carriers that parcels often leave with: what they are called, and where a parcel of theirs is followed.

Those of mainland China ask for a telephone number or a picture puzzle on their own pages; a query service that reads
them all needs neither. A carrier that is not here is typed as before, with a link by hand or none.
"""

from __future__ import annotations

from urllib.parse import quote

_QUERY = "https://www.kuaidi100.com/chaxun?com={}&nu="
# what it is called (its English name first), and the address that the tracking number follows
CARRIERS: tuple[tuple[tuple[str, ...], str], ...] = (
    (("SF Express", "顺丰速运", "顺丰", "SF"), _QUERY.format("shunfeng")),
    (("ZTO Express", "中通快递", "中通", "ZTO"), _QUERY.format("zhongtong")),
    (("YTO Express", "圆通速递", "圆通", "YTO"), _QUERY.format("yuantong")),
    (("STO Express", "申通快递", "申通", "STO"), _QUERY.format("shentong")),
    (("Yunda Express", "韵达快递", "韵达", "Yunda"), _QUERY.format("yunda")),
    (("J&T Express", "极兔速递", "极兔", "J&T"), _QUERY.format("jtexpress")),
    (("JD Logistics", "京东物流", "京东快递", "JD"), _QUERY.format("jd")),
    (("EMS China", "中国邮政 EMS", "EMS"), _QUERY.format("ems")),
    (("Deppon Express", "德邦快递", "德邦", "Deppon"), _QUERY.format("debangkuaidi")),
    (("DHL",), "https://www.dhl.com/global-en/home/tracking.html?tracking-id="),
    (("UPS",), "https://www.ups.com/track?tracknum="),
    (("FedEx",), "https://www.fedex.com/fedextrack/?trknbr="),
    (("Royal Mail",), "https://www.royalmail.com/track-your-item#/tracking-results/"),
    (("DPD",), ""),
)
_PAGES = {name.casefold(): page for names, page in CARRIERS for name in names}


def carrier_names(language: str) -> list[str]:
    """What to offer somebody who ships: in the reader's language, those of that language's country first."""
    is_chinese = language.startswith("zh")
    found = [names[1] if is_chinese and len(names) > 1 else names[0] for names, _page in CARRIERS]
    ours = [name for name, (names, _page) in zip(found, CARRIERS, strict=True) if (len(names) > 1) is is_chinese]
    return [*ours, *(name for name in found if name not in ours)]


def tracking_page(carrier: str, number: str) -> str:
    """Where a parcel is followed; nothing for a carrier that we do not know, or without a number."""
    page, number = _PAGES.get(carrier.strip().casefold(), ""), "".join(number.split())
    return f"{page}{quote(number, safe='')}" if page and number else ""
