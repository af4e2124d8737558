"""What the demo's shoppers say of what they bought, composed from parts that fit the shelf and the stars: a hundred
reviews in two languages, by the people of the trade, moderated by the shop.
"""

from __future__ import annotations

import random
from datetime import datetime, timedelta
from uuid import UUID

from entrepot.catalog import public as catalog
from entrepot.customers import public as customers
from entrepot.customers.contracts import CustomerInfo
from entrepot.kit import clock
from entrepot.kit.actor import Actor, ActorKind
from entrepot.service import public as service
from entrepot.service.contracts import Reviewable, ReviewInput

MOST = 100
STARS = (5, 5, 5, 5, 4, 4, 4, 3, 2, 1)
WAITING, REFUSED = 0.04, 0.02

TITLES = {
    "en": {5: ("Better than I hoped", "A small joy", "Would buy again", "Exactly right", "Very pleased"),
           4: ("Good, with one small wish", "Solid", "Does what it should", "Nearly perfect"),
           3: ("All right", "Fine for the price", "Mixed feelings"),
           2: ("Expected more", "Not quite for me"), 1: ("Disappointed", "Sent it back")},
    "zh-hans": {5: ("超出预期", "非常满意", "会回购", "很喜欢", "值得买"),
                4: ("不错，有一点小遗憾", "质量好", "挺实用"),
                3: ("一般般", "对得起价格", "中规中矩"),
                2: ("不如想象", "不太适合我"), 1: ("失望", "已经退货")},
}
FIRST = {
    "en": {5: ("I have used it every day for {weeks} weeks and would not be without it.",
               "It arrived within days, wrapped with care.", "Bought as a present, and nearly kept it.",
               "My second one; the first went to my sister."),
           4: ("It came quickly and looks just like the pictures.", "After {weeks} weeks I can say it was worth it.",
               "I compared a good many before choosing this one."),
           3: ("It does its job, no more and no less.", "I had pictured it a little larger."),
           2: ("After {weeks} weeks I use it less and less.", "It looks better in the pictures than on the table."),
           1: ("It had a flaw from the first day.", "Not what I had in mind at all.")},
    "zh-hans": {5: ("用了{weeks}周，每天都离不开。", "物流很快，包装也很用心。",
                    "本来是买来送人的，差点自己留下。", "第二次买了，之前那个送给了家人。"),
                4: ("发货快，和图片一样。", "用了{weeks}周，觉得值。", "对比了好几款才选的它。"),
                3: ("能用，不好不坏。", "比想象中小一点。"),
                2: ("用了{weeks}周，越用越少。", "图片比实物好看。"),
                1: ("第一天就发现有瑕疵。", "和我想要的完全不一样。")},
}
# What people notice, by department: (praise, complaint) in each language.
NOTICED: dict[str, dict[str, tuple[tuple[str, ...], tuple[str, ...]]]] = {
    "home": {"en": (("The finish is even, and it is heavier than it looks.", "It warms the whole corner of the room."),
                    ("One edge could have been sanded better.",)),
             "zh-hans": (("做工平整，比看起来更有分量。", "摆在角落里整个房间都温馨了。"),
                         ("有一处边角打磨得不够好。",))},
    "kitchen": {"en": (("It cleans easily and nothing sticks.", "It sits well in the hand, even full."),
                       ("The glaze shows a small spot.", "It gets hot to the touch.")),
                "zh-hans": (("很好清洗，一点不粘。", "装满了拿着也稳。"), ("釉面有一个小点。", "有点烫手。"))},
    "electronics": {"en": (("Pairing took a minute, and it has held since.", "The battery lasts me three days."),
                           ("The instructions are thin.", "The cable is rather short.")),
                    "zh-hans": (("连接很快，没断过。", "充一次电能用三天。"), ("说明书太简单。", "线有点短。"))},
    "clothing": {"en": (("The cloth is dense and keeps its shape in the wash.", "Fits as the size table says."),
                        ("The colour is a shade darker than on my screen.", "Order one size up.")),
                 "zh-hans": (("面料厚实，洗了不变形。", "尺码很准。"), ("颜色比屏幕上深一点。", "建议买大一码。"))},
    "": {"en": (("You notice that somebody thought about the details.", "Good value for the money."),
                ("A little more colour to choose from would be nice.",)),
         "zh-hans": (("细节看得出用心。", "性价比高。"), ("要是颜色再多几种就好了。",))},
}
ANSWERS = {"en": ("Thank you for telling us. Please write to us, and we will put it right.",
                  "We are sorry about this, and have passed it on to the workshop."),
           "zh-hans": ("感谢反馈，请联系客服，我们一定为您处理好。", "非常抱歉，我们已反馈给工厂改进。")}
OFF_TOPIC = {"en": "Great shop, call me to buy cheap phones!", "zh-hans": "加微信低价代购！"}


def load(now: datetime, *, actor: Actor) -> int:
    """Reviews by everyone who received something and has an account; returns how many were written."""
    draw, written, cursor = random.Random(23), 0, None  # noqa: S311 a demo, not a secret
    while written < MOST:
        people, cursor = customers.find_customers("", 100, cursor)
        for person in people:
            written += _of(person, draw, now, actor)
            if written >= MOST:
                break
        if cursor is None:
            break
    return written


def _of(person: CustomerInfo, draw: random.Random, now: datetime, actor: Actor) -> int:
    """About half of what one person received finds words."""
    me = Actor(ActorKind.CUSTOMER, str(person.id), person.name, customer_id=person.id, user_id=person.user_id)
    if person.user_id is not None:
        return 0  # who can sign in writes for themselves
    received = [r for r in service.reviewable(person.id, actor=me) if r.review is None and draw.random() < 0.6]
    for item in received:
        at = min(item.delivered_at + timedelta(days=draw.randint(3, 24), hours=draw.randint(0, 12)),
                 now - timedelta(hours=draw.randint(2, 60)))
        with clock.at(at):
            review = service.write_review(said(item, person.language, draw), actor=me)
        _moderate(review.id, review.rating, person.language, at, draw, actor)
    return len(received)


def said(item: Reviewable, language: str, draw: random.Random) -> ReviewInput:
    """A title, how it went, what one noticed: praise from four stars, a complaint below five."""
    language = language if language in TITLES else "en"
    if draw.random() < REFUSED:
        return ReviewInput(item.product_id, 5, "", OFF_TOPIC[language], language)
    stars = draw.choice(STARS)
    praise, complaint = NOTICED.get(_department(item.product_id), NOTICED[""])[language]
    words = [draw.choice(FIRST[language][stars]).format(weeks=draw.randint(2, 7))]
    if stars >= 3:
        words.append(draw.choice(praise))
    if stars < 5 and draw.random() < 0.8:
        words.append(draw.choice(complaint))
    title = draw.choice(TITLES[language][stars]) if draw.random() < 0.85 else ""
    return ReviewInput(item.product_id, stars, title, ("" if language == "zh-hans" else " ").join(words), language)


_shelves: dict[UUID, str] = {}


def _department(product_id: UUID) -> str:
    """The department's slug, remembered: a product is reviewed many times."""
    if product_id not in _shelves:
        source = next(iter(catalog.product_sources([product_id])), None)
        _shelves[product_id] = source.breadcrumb[0].slug if source and source.breadcrumb else ""
    return _shelves[product_id]


def _moderate(review_id: UUID, rating: int, language: str, at: datetime, draw: random.Random, actor: Actor) -> None:
    roll = draw.random()
    with clock.at(at + timedelta(hours=1)):
        review = service.get_review(review_id, actor=actor)
        if review.text in OFF_TOPIC.values():
            service.refuse_review(review_id, "Not about the product", actor=actor)
        elif roll > WAITING:
            service.publish_review(review_id, actor=actor)
            if rating <= 2:
                service.answer_review(review_id, draw.choice(ANSWERS.get(language, ANSWERS["en"])), actor=actor)
