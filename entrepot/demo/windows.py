"""How the demo's shop is dressed: gift sets with pictures, collections, offers in several departments, words that mean
the same, and what shoppers have searched for.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from entrepot.catalog import public as catalog
from entrepot.catalog.contracts import ProductPatch
from entrepot.demo.art import in_place, picture
from entrepot.demo.company import texts
from entrepot.demo.goods import COLOURS, Words
from entrepot.insight import public as insight
from entrepot.kit import clock
from entrepot.kit.actor import Actor
from entrepot.pricing import public as pricing
from entrepot.pricing.contracts import PromotionInput
from entrepot.showcase import public as showcase


@dataclass(frozen=True, slots=True)
class GiftSet:
    slug: str
    department: str
    colour: str
    brand: str
    description: Words


GIFT_SETS = (
    GiftSet("tea-for-two", "kitchen", "terracotta", "kiln-no-9", (
        "<p>A porcelain teapot, two stoneware mugs and a packet of Longjing, boxed and tied: everything that a slow "
        "afternoon asks for but the company.</p><ul><li>One teapot, two mugs, 250 g of green tea</li><li>Comes "
        "wrapped, with a card to write on</li><li>Less than the three would cost apart</li></ul>",
        "<p>一把骨瓷茶壶、两只粗陶马克杯、一袋龙井，装盒系带。慢悠悠的下午要的都在这里，只差一个对坐的人。</p>"
        "<ul><li>茶壶一把、杯子两只、绿茶 250 克</li><li>已包装好，附手写卡片</li><li>比单独购买更实惠</li></ul>")),
    GiftSet("quiet-evening", "home", "plum", "nordhaus", (
        "<p>Two cedar candles and a wool throw for evenings when the telephone stays in the other room.</p>"
        "<ul><li>Two candles of forty hours each, one throw of 130 by 180 cm</li><li>Comes wrapped, with a card to "
        "write on</li><li>Less than the three would cost apart</li></ul>",
        "<p>两支雪松蜡烛、一条羊毛盖毯，留给把手机放在另一个房间的夜晚。</p>"
        "<ul><li>蜡烛两支，各燃约四十小时；盖毯 130 × 180 厘米</li>"
        "<li>已包装好，附手写卡片</li><li>比单独购买更实惠</li></ul>")),
)

COLLECTIONS: tuple[tuple[str, Words, Words, tuple[str, ...]], ...] = (
    ("slow-mornings", ("Slow mornings", "慢早晨"),
     ("For the hour before anyone needs you: a pot that pours well, a mug that keeps warm, something good in both.",
      "在别人需要你之前的那一小时：断水利落的壶，保温的杯，里面装点好的。"),
     ("kyusu-teapot", "speckled-mug", "yunnan-coffee-beans", "longjing-green-tea", "acacia-honey", "coupe-dinner-plate",
      "walnut-cutting-board", "tea-for-two")),
    ("small-rooms", ("Small rooms, well kept", "小居室，好好过"),
     ("Things that fold, stack, hang or simply take up little room and still look as if they belong.",
      "能折、能叠、能挂，或者本来就不占地方，摆着又好看。"),
     ("stackable-dining-chair", "console-table", "compact-sofa", "hanging-planter", "minimal-wall-clock",
      "bedside-table-lamp", "washed-linen-cushion", "clip-top-storage-jar")),
    ("out-of-the-door", ("Out of the door", "说走就走"),
     ("What goes with you: dry feet, a warm flask, both hands free.", "带上就走的东西：脚是干的，水是热的，手是空的。"),
     ("trail-sneakers", "insulated-flask", "commuter-backpack", "two-person-tent", "city-bicycle", "rain-hat",
      "merino-scarf", "city-helmet")),
)

OFFERS = (  # code, name, per cent, slugs or a category, begun days ago
    ("kitchen-week", ("Kitchen week, 12% off cookware", "厨房周，锅具 88 折"), 12, "cookware", 5),
    ("warm-layers", ("Warm layers, 20% off", "暖衣季 8 折"), 20, ("brushed-hoodie", "fleece-hoodie", "merino-scarf",
                                                               "chunky-scarf", "felt-hat", "wool-throw-blanket"), 9),
    ("listening-days", ("Listening days, 10% off audio", "影音节 9 折"), 10, "audio", 3),
)

SYNONYMS = (("en", ("sofa", "couch", "settee")), ("en", ("sneakers", "trainers", "running shoes")),
            ("en", ("trousers", "pants")), ("en", ("mug", "cup")), ("en", ("phone", "smartphone", "mobile")),
            ("zh-hans", ("马克杯", "水杯", "杯子")), ("zh-hans", ("运动鞋", "跑鞋", "球鞋")),
            ("zh-hans", ("手机", "智能手机")))

SEARCHES = (("en", ("mug", "table lamp", "teapot", "headphones", "merino scarf", "tent", "green tea", "sofa",
                    "t-shirt")),
            ("zh-hans", ("马克杯", "台灯", "茶壶", "耳机", "围巾", "帐篷", "龙井", "沙发", "连衣裙")))


def load(now: datetime, *, actor: Actor) -> None:
    """Before the first order: what is on the shelves and what it costs."""
    for gift in GIFT_SETS:
        _dress_gift(gift, actor)
    for slug, name, about, goods in COLLECTIONS:
        catalog.create_collection(slug, texts(name), description=texts(about), product_ids=_ids(goods), actor=actor)
    _offer(now, actor)


def _dress_gift(gift: GiftSet, actor: Actor) -> None:
    product_id = _ids([gift.slug])[0]
    catalog.update_product(product_id, ProductPatch(brand=gift.brand, description=texts(gift.description)), actor=actor)
    colour = COLOURS[gift.colour][1]
    alt = texts(("A wrapped box with a ribbon", "系着缎带的礼盒"))
    catalog.add_generated_svgs({product_id: [(picture(gift.department, "gift", colour), alt, None),
                                             (in_place(gift.department, "gift", colour), alt, None)]},
                               size=800, actor=actor)


def _ids(slugs: Iterable[str]) -> list[UUID]:
    found = [catalog.product_id_of(slug) for slug in slugs]
    if None in found:
        raise RuntimeError(f"the demo names goods that it does not make: {slugs}")
    return [id_ for id_ in found if id_ is not None]


def _offer(now: datetime, actor: Actor) -> None:
    categories = {c["slug"]: c["id"] for c in catalog.list_categories()}
    for code, name, percent, on, days in OFFERS:
        products = {"categories": [categories[on]]} if isinstance(on, str) else {"products": [str(i) for i in _ids(on)]}
        pricing.create_promotion(PromotionInput(
            code, texts(name), {"kind": "percent", "percent": percent}, {"products": products}, scope="catalogue",
            from_at=now - timedelta(days=days), until_at=now + timedelta(days=30 - days)), actor=actor)
        pricing.activate_promotion(code, actor=actor)


def settle(now: datetime, *, actor: Actor) -> None:
    """After the last order: what people search for, what sells and what goes together."""
    for language, words in SYNONYMS:
        showcase.save_synonyms(language, words, actor=actor)
    rows = sorted((language, text, 30 - 2 * at, 0) for language, texts_ in SEARCHES for at, text in enumerate(texts_))
    showcase.add_counts(rows, day=clock.now().date(), actor=actor)
    insight.refresh_affinity(now.date(), actor=actor)
