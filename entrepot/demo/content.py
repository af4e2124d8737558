"""What the demo's shop says: its front page, the pages customers look up, two articles, the menu at the foot."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from entrepot.demo.company import texts
from entrepot.demo.goods import Words
from entrepot.growth import public as growth
from entrepot.growth.contracts import Content
from entrepot.kit import clock
from entrepot.kit.actor import Actor

Data = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Written:
    slug: str
    kind: str
    title: Words
    description: Words
    days_ago: int
    blocks: tuple[Data, ...]


def block(kind: str, **data: Any) -> Data:
    """A block; a pair of texts is one in English and one in Chinese."""
    return {"kind": kind, "data": {name: texts(v) if isinstance(v, tuple) else v for name, v in data.items()}}


def faq(heading: Words, *items: tuple[Words, Words]) -> Data:
    return block("faq", heading=heading, items=[{"question": texts(q), "answer": texts(a)} for q, a in items])


FRONT = (
    block("hero", heading=("Good things for every day", "日用好物，用心挑选"), goods=True, link="/search/",
          text=("Chosen with care, kept in stock, at your door in days.", "样样精挑，常备现货，几天就到家。"),
          link_label=("See everything", "查看全部商品")),
    block("categories", heading=("Departments", "商品分类"), slugs=[]),
    block("collection", slug="slow-mornings", heading=("Slow mornings", "慢早晨"), count=4,
          link="/pages/how-to-brew-longjing/", link_label=("How we brew ours", "我们怎么泡茶")),
    block("campaign", heading=("A year of returns on what is meant to last", "耐用之物，一年内可退"), tone="calm",
          text=("Cast iron, oiled oak, wool: if it does not hold, it comes back to us, not to the bin.",
                "铸铁、实木、羊毛：经不住用的，退给我们，别扔进垃圾桶。"),
          link="/pages/delivery-and-returns/", link_label=("How returns work", "怎么退货")),
    block("recommended", heading=("Bought most often", "大家常买"), count=8),
    block("collection", slug="small-rooms", heading=("Small rooms, well kept", "小居室，好好过"), count=4),
    block("recently_seen", heading=("You looked at", "最近看过"), count=6),
)

ABOUT = (
    block("text", body=(
        "Entrepot began with a storeroom behind a railway arch and a list of forty things we used every day and "
        "thought well made. The list has grown; the rule has not changed: **we sell what we would keep.**\n\n"
        "## How we choose\n\nEvery article is used by one of us for at least a month. We ask who made it, of what, and "
        "whether it can be mended. About one in six makes it to the shelf.\n\n"
        "## How we price\n\nWhat you see is what you pay, tax included. A reduction names the lowest price of the "
        "thirty days before it, so that a bargain is one.",
        "货栈最早只是铁路拱桥下的一间小仓库，和一张清单：四十样我们天天用、也真心觉得做得好的东西。清单越来越长，规矩没变："
        "**只卖自己也想留着用的。**\n\n"
        "## 怎么挑\n\n每件商品都由我们自己人先用上至少一个月。谁做的、用什么做的、坏了能不能修，都要问清楚。六件里大约留下一件。\n\n"
        "## 怎么定价\n\n看到的就是要付的，已含税。凡是降价，一定写明此前三十天的最低价——便宜，就要便宜得实在。")),
    block("products", heading=("From the first list, and still here", "第一张清单里，至今还在卖"),
          slugs=["speckled-mug", "cast-iron-teapot", "walnut-cutting-board", "merino-scarf"]),
    faq(("Asked often", "常见问题"),
        (("Do you have a shop one can walk into?", "有实体店吗？"),
         ("Yes, in London; choose *Pick up in store* at checkout and collect within the hour.",
          "有，在伦敦。结账时选“门店自提”，一小时内即可取货。")),
        (("Can you mend what I bought?", "买回去坏了能修吗？"),
         ("Often. Open a case from [your account](/account/) with a photo and we say what it would take.",
          "大多可以。在[我的账户](/account/)里提交一张照片，我们会告诉您怎么修、多少钱。"))),
)

DELIVERY = (
    block("text", heading=("Delivery", "配送"), body=(
        "| how | when | what it costs |\n|---|---|---|\n| Standard | 2 to 4 working days | £3.95, free from £100 |\n"
        "| Express | next working day, ordered by 3 pm | £8.95 |\n| Pick up in store | 1 to 2 days | free |\n\n"
        "The exact day is shown at checkout, for your postcode, before you pay. To China we deliver from Hangzhou: two to "
        "three days, free from ¥99.",
        "| 方式 | 时效 | 运费 |\n|---|---|---|\n| 标准快递 | 2–3 天 | 10 元，满 99 元包邮 |\n| 次日达 | 15:00 前下单，次日送达 | 22 元 |\n\n"
        "付款前，结账页会按您的地址给出准确的送达日期。英国订单从英格兰中部发出：标准配送 2–4 个工作日，满 100 英镑包邮。")),
    block("text", heading=("Returns and exchanges", "退货与换货"), body=(
        "You have **30 days** to send anything back, unused or not. Start the return in [your account](/account/) or on the "
        "page your order's private link leads to; no telephone call is needed.\n\n"
        "1. Say what goes back and why; add a photo if it arrived broken.\n2. Print the label, or show the code at the "
        "counter.\n3. The money is on its way within two working days of our receiving it, to where it came from.",
        "收货后 **30 天内**都可以退，拆封用过也行。在[我的账户](/account/)或订单专属链接里发起即可，不用打电话。\n\n"
        "1. 选好要退的商品和原因；如有破损，附一张照片。\n2. 打印退货面单，或到网点出示寄件码。\n3. 我们收到后两个工作日内原路退款。")),
    faq(("Asked often", "常见问题"),
        (("Something is missing from the parcel.", "包裹里少了东西怎么办？"),
         ("Large orders travel in several parcels. If the tracking shows them all as delivered, tell us and we send the "
          "missing piece the same day.", "大订单会分几个包裹寄出。如果物流显示都已签收仍有缺件，请告诉我们，当天补发。")),
        (("May I change an order after paying?", "付款后还能改订单吗？"),
         ("Until it is packed: address, quantities, even other goods. The difference is shown before you agree.",
          "打包前都可以：改地址、改数量、换商品。差价会先给您看，您同意了才改。"))),
)

PRIVACY = (
    block("text", body=(
        "This notice says what we know of you, why, and how you end it. It is written to be read.\n\n"
        "## What we keep\n\n- **Orders**: name, address, what you bought and paid. The law makes us keep invoices for "
        "six to ten years.\n- **Account**: your e-mail address, your addresses, what you saved. Until you close it.\n"
        "- **Statistics**: which pages were opened, under a random number, only with your yes.\n\n"
        "## What we do not do\n\nWe sell nothing about you. No other company's scripts run on our pages. Where your "
        "browser asks not to be tracked, we do not ask again.\n\n"
        "## Your rights\n\nIn [your account](/account/) you can see everything we hold, take it with you as a file, "
        "correct it, and close the account. [Cookies and your choice](/cookies/) is where a yes becomes a no.",
        "这份说明讲清楚：我们掌握您的哪些信息、为什么、您怎样可以终止。写出来就是给人读的。\n\n"
        "## 我们保存什么\n\n- **订单**：姓名、地址、买了什么、付了多少。依法，发票资料要保存六到十年。\n"
        "- **账户**：邮箱、收货地址、收藏的商品，直到您注销为止。\n- **统计**：看过哪些页面，以随机编号记录，须经您同意。\n\n"
        "## 我们不做什么\n\n绝不出售您的信息；页面上没有其他公司的代码；浏览器表示不希望被跟踪时，我们连问都不问。\n\n"
        "## 您的权利\n\n在[我的账户](/account/)里可以查看全部信息、导出成文件、更正以及注销账户。"
        "在[Cookie 与您的选择](/cookies/)里，随时可以把“同意”改成“不同意”。")),
)

TERMS = (
    block("text", body=(
        "## The contract\n\nYour order is an offer; it is accepted when we send the confirmation. You pay the total you saw, "
        "never more. Until we hand the parcel over, the goods are our risk.\n\n"
        "## If something is wrong\n\nGoods that are not as described we mend, replace or take back, at our cost, for two "
        "years. Nothing here takes away what the law of your country gives you.\n\n"
        "## Points, gift cards, coupons\n\nPoints count from delivery and go back when goods go back. Gift cards do not "
        "expire. One coupon per order, unless it says otherwise.",
        "## 合同\n\n您提交订单即为要约，我们发出确认即为承诺。您支付的金额不会超过下单时所见的总价。交付承运之前，风险由我们承担。\n\n"
        "## 商品有问题\n\n与描述不符的商品，两年内由我们负责修理、更换或退货，费用由我们承担。本条款不影响您依法享有的任何权利。\n\n"
        "## 积分、礼品卡与优惠券\n\n积分自签收起计入，退货时相应扣回。礼品卡不过期。除另有说明，每单限用一张优惠券。")),
)

LONGJING = (
    block("text", body=(
        "Longjing forgives a great deal, but not boiling water. It is a spring tea, roasted flat in the pan by hand, and what "
        "heat takes from it no sugar gives back.\n\n"
        "## What you need\n\nA glass or a thin-walled pot, three grams of leaves, and water at about **80 °C**: boiled, then "
        "left for four minutes.\n\n"
        "## How\n\n1. Warm the glass and pour the water away.\n2. Leaves first, then a finger of water; swirl, wait twenty "
        "seconds, and smell.\n3. Fill up, wait two minutes, drink the upper two thirds and fill again. Three times is no "
        "shame.\n\n> If it tastes of chestnut, you did everything right. If it tastes of spinach, the water was too hot.",
        "龙井很好说话，唯独怕滚水。这是春天的茶，人手在锅里一片片压平炒干；让开水烫走的香气，加多少糖也补不回来。\n\n"
        "## 准备\n\n玻璃杯或薄胎壶一把，茶叶三克，**80 ℃** 左右的水：烧开后放四分钟正好。\n\n"
        "## 步骤\n\n1. 温杯，把水倒掉。\n2. 先放茶叶，再注一指深的水，轻轻摇匀，等二十秒，闻香。\n"
        "3. 注满，等两分钟，喝到剩三分之一再续水。续上三道，正是喝法。\n\n> 喝出炒栗子香，就是泡对了；喝出菠菜味，是水太烫。")),
    block("products", heading=("For this you need", "用得上的"),
          slugs=["longjing-green-tea", "glass-lid-teapot", "porcelain-teapot", "double-wall-mug"]),
)

CAST_IRON = (
    block("text", body=(
        "Cast iron outlives the people who cook with it, if it is dried and oiled. Everything else that is said about it is "
        "optional.\n\n## Every day\n\nHot water, a brush, a minute on the flame to dry, a drop of oil rubbed until the "
        "cloth comes away clean. A little soap does no harm; a dishwasher does.\n\n"
        "## When it rusts\n\nScrub with salt and half a potato, rinse, dry, oil thinly and bake upside down for an hour at "
        "200 °C. Twice, if it was left in the garden.\n\n## When it sticks\n\nIt was too cold. Let the pan heat for three "
        "minutes before the oil, and the oil for half a minute before the egg.",
        "铸铁锅擦干、上油，能比用它的人活得久。其他讲究，都是锦上添花。\n\n"
        "## 日常\n\n热水加刷子洗净，上火烘一分钟，滴油擦匀，擦到布上不再发黑。偶尔用点洗洁精无妨，洗碗机不行。\n\n"
        "## 生锈了\n\n用粗盐和半个土豆擦，冲净、烘干、薄薄上油，倒扣入烤箱 200 ℃ 烤一小时。在院子里淋过雨的，烤两遍。\n\n"
        "## 粘锅了\n\n那是锅不够热。先空烧三分钟再下油，油热半分钟再下蛋。")),
    block("products", heading=("Made to be kept", "用得久的"), slugs=["cast-iron-teapot", "enamel-mug", "walnut-cutting-board"]),
)

PAGES = (
    Written("about-us", "page", ("About us", "关于我们"),
            ("Who we are, how we choose what we sell, and how we price it.", "我们是谁，怎么挑货，怎么定价。"), 80, ABOUT),
    Written("delivery-and-returns", "page", ("Delivery and returns", "配送与退换"),
            ("When it arrives, what it costs, and how it goes back within 30 days.", "几天到、运费多少、30 天内怎么退。"),
            80, DELIVERY),
    Written("privacy", "page", ("Privacy notice", "隐私说明"),
            ("What we know of you, why, and how you end it.", "我们掌握您的哪些信息、为什么、怎样终止。"), 80, PRIVACY),
    Written("terms", "page", ("Terms of sale", "销售条款"),
            ("The contract between you and us, in plain words.", "您与我们之间的约定，用大白话写。"), 80, TERMS),
    Written("how-to-brew-longjing", "article", ("How to brew Longjing", "龙井怎么泡"),
            ("Eighty degrees, three grams, and the patience of four minutes.", "八十度、三克茶，和等水凉下来的四分钟。"), 26,
            LONGJING),
    Written("cast-iron-for-life", "article", ("Cast iron, for life", "一口铸铁锅用一辈子"),
            ("Dry it, oil it, and mind little else.", "擦干、上油，别的都好说。"), 9, CAST_IRON),
    Written("front", "home", ("Front page", "首页"), ("Our front page.", "商城首页。"), 80, FRONT),
)

FOOTER: tuple[tuple[Words, tuple[tuple[Words, str, str], ...]], ...] = (
    (("Help", "帮助"), (
        (("Delivery and returns", "配送与退换"), "page", "delivery-and-returns"),
        (("Track an order", "查询订单"), "address", "/track/"),
        (("Your account", "我的账户"), "address", "/account/"))),
    (("About the shop", "关于货栈"), (
        (("About us", "关于我们"), "page", "about-us"), (("Articles", "文章"), "address", "/pages/"),
        (("Terms of sale", "销售条款"), "page", "terms"), (("Privacy notice", "隐私说明"), "page", "privacy"),
        (("Cookies", "Cookie 设置"), "address", "/cookies/"))),
)


def load(now: datetime, *, actor: Actor) -> None:
    for page in PAGES:
        with clock.at(now - timedelta(days=page.days_ago)):
            content = Content(texts(page.title), {
                code: {"description": text} for code, text in texts(page.description).items()}, page.blocks)
            made = growth.create_page(page.slug, page.kind, content, actor=actor)
            growth.publish_page(made.id, actor=actor)
    growth.save_menu("footer", texts(("Foot of every page", "页脚")), [
        {"label": texts(heading), "kind": "address", "value": "", "items": [
            {"label": texts(label), "kind": kind, "value": value} for label, kind, value in lines]}
        for heading, lines in FOOTER], actor=actor)
