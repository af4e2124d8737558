"""What the demonstration company sells: eight departments, written as tables.

A product is a family (a kind of thing, with its drawing, price and options) in one of the family's styles.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass

Words = tuple[str, str]  # English, Chinese


@dataclass(frozen=True, slots=True)
class Department:
    code: str
    name: Words
    art: str
    tax_class: str
    shelves: tuple[tuple[str, Words], ...]  # sub-categories: slug and name
    attribute: tuple[str, Words, tuple[tuple[str, Words], ...]]  # a facet: code, name, choices
    brands: tuple[Words, ...]


@dataclass(frozen=True, slots=True)
class Family:
    """`styles` are the products; `options` names the variant axes: colour, size, shoe, volume, storage, weight, none."""

    department: str
    shelf: str
    noun: Words
    drawing: str
    price_minor: int
    weight_g: int
    options: tuple[str, ...]
    styles: tuple[Words, ...]
    praise: Words


COLOURS: dict[str, tuple[Words, str]] = {
    "terracotta": (("Terracotta", "陶土红"), "#c65b4e"), "navy": (("Navy", "藏青"), "#35506e"),
    "sage": (("Sage", "鼠尾草绿"), "#7a9b76"), "mustard": (("Mustard", "姜黄"), "#d29a3f"),
    "plum": (("Plum", "梅紫"), "#7d5a85"), "graphite": (("Graphite", "石墨灰"), "#4a5260"),
    "sky": (("Sky", "天蓝"), "#6aa5cf"), "sand": (("Sand", "沙色"), "#c8ad85"), "rose": (("Rose", "玫瑰粉"), "#d98a9a"),
    "ivory": (("Ivory", "象牙白"), "#e3dac6"),
}

AXES: dict[str, tuple[Words, tuple[tuple[str, Words, float], ...]]] = {  # code: name, (value, words, price factor)
    "size": (("Size", "尺码"), (("s", ("S", "S"), 1.0), ("m", ("M", "M"), 1.0), ("l", ("L", "L"), 1.0), ("xl", ("XL", "XL"), 1.05))),
    "shoe": (("Shoe size", "鞋码"), tuple((str(n), (f"EU {n}", f"{n} 码"), 1.0) for n in range(38, 45))),
    "volume": (("Volume", "容量"), (("250ml", ("250 ml", "250 毫升"), 1.0), ("500ml", ("500 ml", "500 毫升"), 1.7))),
    "storage": (("Storage", "存储容量"), (("128gb", ("128 GB", "128 GB"), 1.0), ("256gb", ("256 GB", "256 GB"), 1.2), ("512gb", ("512 GB", "512 GB"), 1.5))),
    "pack": (("Pack", "规格"), (("250g", ("250 g", "250 克"), 1.0), ("500g", ("500 g", "500 克"), 1.85), ("1kg", ("1 kg", "1 千克"), 3.5))),
}

DEPARTMENTS: tuple[Department, ...] = (
    Department("home", ("Home & Living", "家居生活"), "home", "standard",
               (("furniture", ("Furniture", "家具")), ("lighting", ("Lighting", "灯具")), ("decor", ("Decoration", "家居装饰")), ("textiles", ("Textiles", "家纺"))),
               ("material", ("Material", "材质"), (("wood", ("Wood", "木")), ("ceramic", ("Ceramic", "陶瓷")), ("cotton", ("Cotton", "棉")), ("metal", ("Metal", "金属")))),
               (("Nordhaus", "诺豪斯"), ("Morrow & Oak", "慕橡"), ("Lantern Lane", "灯巷"))),
    Department("kitchen", ("Kitchen & Dining", "厨房餐厨"), "kitchen", "standard",
               (("cookware", ("Cookware", "锅具")), ("tableware", ("Tableware", "餐具")), ("tea-coffee", ("Tea & Coffee", "茶咖器具")), ("storage", ("Storage", "收纳"))),
               ("dishwasher", ("Dishwasher safe", "可用洗碗机"), (("yes", ("Yes", "可以")), ("no", ("Hand wash", "建议手洗")))),
               (("Copperleaf", "铜叶"), ("Saffron Table", "藏红花餐桌"), ("Kiln No. 9", "九号窑"))),
    Department("electronics", ("Electronics", "数码电器"), "electronics", "standard",
               (("audio", ("Audio", "影音")), ("phones", ("Phones", "手机")), ("computers", ("Computers", "电脑办公")), ("wearables", ("Cameras & Wearables", "相机与穿戴"))),
               ("connectivity", ("Connectivity", "连接方式"), (("bluetooth", ("Bluetooth", "蓝牙")), ("wifi", ("Wi-Fi", "无线网络")), ("usb-c", ("USB-C", "USB-C")))),
               (("Volta", "伏特"), ("Pixelwright", "像素匠"), ("Hummingbird", "蜂鸟"))),
    Department("clothing", ("Clothing & Shoes", "服饰鞋包"), "clothing", "standard",
               (("tops", ("Tops", "上装")), ("bottoms", ("Trousers & Dresses", "下装与裙装")), ("shoes", ("Shoes", "鞋靴")), ("accessories", ("Bags & Accessories", "箱包配饰"))),
               ("fabric", ("Fabric", "面料"), (("cotton", ("Organic cotton", "有机棉")), ("linen", ("Linen", "亚麻")), ("wool", ("Merino wool", "美利奴羊毛")), ("recycled", ("Recycled fibre", "再生纤维")))),
               (("Harbour Row", "港埠"), ("Quince", "木梨"), ("Tailwind & Co.", "顺风"))),
    Department("sports", ("Sports & Outdoors", "运动户外"), "sports", "standard",
               (("fitness", ("Fitness", "健身")), ("camping", ("Camping", "露营")), ("cycling", ("Cycling", "骑行")), ("ball-games", ("Ball games", "球类"))),
               ("level", ("Level", "适用人群"), (("beginner", ("Beginner", "入门")), ("regular", ("Regular", "进阶")), ("pro", ("Professional", "专业")))),
               (("Summit Line", "峰线"), ("Rivet", "铆钉"), ("Northbound", "向北"))),
    Department("toys", ("Toys, Books & Stationery", "玩具图书文具"), "toys", "reduced",
               (("soft-toys", ("Soft toys", "毛绒玩具")), ("building", ("Building & Puzzles", "积木拼图")), ("books", ("Books", "图书")), ("stationery", ("Stationery", "文具"))),
               ("age", ("Age", "适用年龄"), (("0-3", ("0 to 3", "0–3 岁")), ("3-6", ("3 to 6", "3–6 岁")), ("6-12", ("6 to 12", "6–12 岁")), ("12-up", ("12 and up", "12 岁以上")))),
               (("Little Fox", "小狐狸"), ("Paper Moon", "纸月亮"), ("Bright Brick", "亮砖"))),
    Department("beauty", ("Beauty & Care", "美妆个护"), "beauty", "standard",
               (("skin", ("Skin care", "护肤")), ("bath", ("Bath & Hair", "洗护")), ("make-up", ("Make-up", "彩妆")), ("fragrance", ("Fragrance", "香氛"))),
               ("skin-type", ("Skin type", "肤质"), (("all", ("All skin", "所有肤质")), ("dry", ("Dry", "干性")), ("sensitive", ("Sensitive", "敏感肌")))),
               (("Willow & Dew", "柳露"), ("Osmanthus", "桂语"), ("Plain Jane", "素简"))),
    Department("food", ("Food & Drink", "食品饮料"), "food", "reduced",
               (("tea", ("Tea", "茶叶")), ("coffee", ("Coffee", "咖啡")), ("sweets", ("Sweets & Honey", "甜品蜂蜜")), ("pantry", ("Pantry", "粮油干货"))),
               ("diet", ("Diet", "饮食"), (("organic", ("Organic", "有机")), ("vegan", ("Vegan", "纯素")), ("gluten-free", ("Gluten free", "无麸质")))),
               (("Terrace Garden", "梯园"), ("Old Mill", "老磨坊"), ("Beekeeper's", "养蜂人"))),
)

FAMILIES: tuple[Family, ...] = (
    # home
    Family("home", "lighting", ("Table Lamp", "台灯"), "lamp", 5900, 1800, ("colour",), (("Linen", "亚麻"), ("Ash Wood", "白蜡木"), ("Pleated", "百褶"), ("Reading", "阅读"), ("Bedside", "床头"), ("Dimmable", "可调光")), ("warm light without glare", "光线温暖不刺眼")),
    Family("home", "furniture", ("Dining Chair", "餐椅"), "chair", 12900, 6200, ("colour",), (("Velvet", "丝绒"), ("Curved", "弧背"), ("Oak", "橡木"), ("Stackable", "可叠放"), ("Boucle", "泰迪绒")), ("supports the back through long dinners", "久坐也不累")),
    Family("home", "furniture", ("Sofa", "沙发"), "sofa", 79900, 42000, ("colour",), (("Two-Seat", "双人"), ("Corner", "转角"), ("Modular", "模块"), ("Compact", "小户型"), ("Deep-Seat", "深坐")), ("deep cushions with removable covers", "坐垫厚实，外套可拆洗")),
    Family("home", "furniture", ("Table", "桌"), "table", 32900, 21000, ("colour",), (("Round", "圆"), ("Extending", "可伸缩餐"), ("Writing", "书"), ("Coffee", "咖啡"), ("Console", "玄关")), ("solid top, oiled by hand", "实木桌面，手工上油")),
    Family("home", "decor", ("Planter", "花盆"), "plant", 2400, 1500, ("colour",), (("Glazed", "釉面"), ("Footed", "高脚"), ("Hanging", "悬挂"), ("Self-Watering", "自吸水"), ("Terrazzo", "水磨石")), ("drains well and comes with a saucer", "排水良好，附托盘")),
    Family("home", "decor", ("Vase", "花瓶"), "vase", 3200, 1100, ("colour",), (("Hand-Thrown", "手拉坯"), ("Ribbed", "棱纹"), ("Bud", "单枝"), ("Tall", "高颈"), ("Smoked", "烟熏")), ("each piece is a little different", "每一只都略有不同")),
    Family("home", "decor", ("Scented Candle", "香薰蜡烛"), "candle", 1900, 480, ("colour",), (("Cedar", "雪松"), ("Fig", "无花果"), ("White Tea", "白茶"), ("Amber", "琥珀"), ("Sea Salt", "海盐")), ("burns cleanly for forty hours", "洁净燃烧约四十小时")),
    Family("home", "textiles", ("Cushion", "抱枕"), "pillow", 2600, 620, ("colour",), (("Corduroy", "灯芯绒"), ("Embroidered", "刺绣"), ("Washed Linen", "水洗麻"), ("Quilted", "绗缝"), ("Knitted", "针织")), ("keeps its shape after many washes", "多次水洗不变形")),
    Family("home", "textiles", ("Throw Blanket", "盖毯"), "blanket", 4500, 1300, ("colour",), (("Wool", "羊毛"), ("Waffle", "华夫格"), ("Striped", "条纹"), ("Fringed", "流苏"), ("Bamboo", "竹纤维")), ("soft on both sides", "双面柔软")),
    Family("home", "decor", ("Wall Clock", "挂钟"), "clock", 3900, 900, ("colour",), (("Silent", "静音"), ("Minimal", "极简"), ("Station", "车站"), ("Wooden", "木质")), ("silent sweep movement", "静音扫秒机芯")),
    # kitchen
    Family("kitchen", "tea-coffee", ("Mug", "马克杯"), "mug", 1400, 380, ("colour",), (("Stoneware", "粗陶"), ("Enamel", "搪瓷"), ("Speckled", "斑点"), ("Tall", "高身"), ("Double-Wall", "双层"), ("Camp", "露营")), ("fits the hand and the dishwasher", "手感合宜，可入洗碗机")),
    Family("kitchen", "tea-coffee", ("Teapot", "茶壶"), "teapot", 4200, 950, ("colour",), (("Cast Iron", "铸铁"), ("Porcelain", "骨瓷"), ("Kyusu", "急须"), ("Glass-Lid", "玻璃盖"), ("Travel", "旅行")), ("pours without a drip", "断水利落不滴漏")),
    Family("kitchen", "cookware", ("Frying Pan", "煎锅"), "pan", 4900, 1700, ("colour",), (("Carbon Steel", "碳钢"), ("Ceramic", "陶瓷涂层"), ("Cast Iron", "铸铁"), ("Induction", "电磁炉专用"), ("Deep", "深型")), ("heats evenly to the edge", "受热均匀至边缘")),
    Family("kitchen", "cookware", ("Casserole", "炖锅"), "pot", 8900, 4300, ("colour",), (("Enamelled", "珐琅"), ("Stockpot", "汤"), ("Low", "浅口"), ("Family", "家庭"), ("Clay", "陶土")), ("from hob to oven to table", "炉灶、烤箱、餐桌通用")),
    Family("kitchen", "cookware", ("Chef's Knife", "厨刀"), "knife", 6900, 240, (), (("Damascus", "大马士革"), ("Santoku", "三德"), ("Paring", "削皮"), ("Cleaver", "中式"), ("Serrated", "锯齿")), ("holds its edge for months", "久用不钝")),
    Family("kitchen", "tableware", ("Dinner Plate", "餐盘"), "plate", 1600, 620, ("colour",), (("Coupe", "浅碟"), ("Rimmed", "宽边"), ("Reactive Glaze", "窑变釉"), ("Oval", "椭圆"), ("Side", "点心")), ("chip resistant and stackable", "耐磕碰，可叠放")),
    Family("kitchen", "storage", ("Storage Jar", "密封罐"), "jar", 1200, 540, ("colour",), (("Bamboo-Lid", "竹盖"), ("Clip-Top", "卡扣"), ("Square", "方形"), ("Tall", "高身"), ("Spice", "调料")), ("keeps tea, flour and secrets dry", "茶叶面粉都能干燥存放")),
    Family("kitchen", "storage", ("Cutting Board", "砧板"), "board", 2900, 1400, (), (("Walnut", "胡桃木"), ("End-Grain", "竖纹"), ("Bread", "面包"), ("Serving", "摆盘"), ("Juice-Groove", "导水槽")), ("kind to blades", "不伤刀刃")),
    # electronics
    Family("electronics", "audio", ("Headphones", "耳机"), "headphones", 12900, 260, ("colour",), (("Noise-Cancelling", "降噪"), ("Studio", "监听"), ("Travel", "旅行"), ("Over-Ear", "头戴式"), ("Kids'", "儿童"), ("Gaming", "电竞")), ("thirty hours on one charge", "一次充电畅听三十小时")),
    Family("electronics", "phones", ("Smartphone", "智能手机"), "phone", 59900, 190, ("colour", "storage"), (("Aurora", "极光"), ("Aurora Lite", "极光青春版"), ("Meridian", "子午线"), ("Meridian Pro", "子午线专业版"), ("Compass", "指南针")), ("two days of battery and a bright screen", "屏幕明亮，续航两天")),
    Family("electronics", "computers", ("Laptop", "笔记本电脑"), "laptop", 99900, 1350, ("storage",), (("Featherbook 13", "羽翼 13"), ("Featherbook 15", "羽翼 15"), ("Workbench 16", "工作台 16"), ("Scholar 14", "学者 14"), ("Studio 16", "工作室 16")), ("silent, light and quick to wake", "轻薄安静，秒速唤醒")),
    Family("electronics", "audio", ("Speaker", "音箱"), "speaker", 8900, 1600, ("colour",), (("Bookshelf", "书架"), ("Portable", "便携"), ("Shower", "浴室"), ("Party", "派对"), ("Radio", "收音机")), ("room-filling sound", "声音饱满充盈")),
    Family("electronics", "wearables", ("Camera", "相机"), "camera", 64900, 480, ("colour",), (("Compact", "便携"), ("Mirrorless", "微单"), ("Instant", "拍立得"), ("Action", "运动")), ("sharp in low light", "弱光下依然清晰")),
    Family("electronics", "wearables", ("Smart Watch", "智能手表"), "watch", 19900, 60, ("colour",), (("Runner", "跑者"), ("Classic", "经典"), ("Swim", "游泳"), ("Mini", "迷你"), ("Titan", "钛金")), ("tracks sleep, steps and swims", "记录睡眠、步数和游泳")),
    Family("electronics", "computers", ("Keyboard", "键盘"), "keyboard", 7900, 780, ("colour",), (("Mechanical", "机械"), ("Low-Profile", "矮轴"), ("Compact", "紧凑型"), ("Ergonomic", "人体工学"), ("Numeric", "全尺寸")), ("quiet keys with a clear feel", "按键安静，手感清晰")),
    Family("electronics", "phones", ("Charger", "充电器"), "charger", 2900, 140, ("colour",), (("65 W", "65 瓦"), ("Wireless", "无线"), ("Travel", "旅行"), ("Car", "车载"), ("Four-Port", "四口")), ("charges a phone in half an hour", "半小时充满手机")),
    # clothing
    Family("clothing", "tops", ("T-Shirt", "T恤"), "tshirt", 2400, 180, ("colour", "size"), (("Heavy Cotton", "重磅棉"), ("Relaxed", "宽松"), ("Pocket", "口袋"), ("Striped", "条纹"), ("Boxy", "短款"), ("Long-Line", "长款")), ("cut to last", "经久耐穿")),
    Family("clothing", "tops", ("Hoodie", "连帽卫衣"), "hoodie", 5900, 560, ("colour", "size"), (("Brushed", "加绒"), ("Zip", "拉链"), ("Oversized", "廓形"), ("Everyday", "日常"), ("Fleece", "摇粒绒")), ("warm without weight", "轻盈保暖")),
    Family("clothing", "bottoms", ("Trousers", "长裤"), "trousers", 6900, 480, ("colour", "size"), (("Chino", "斜纹"), ("Linen", "亚麻"), ("Pleated", "褶裥"), ("Travel", "旅行"), ("Wide-Leg", "阔腿")), ("moves with you all day", "全天舒展自如")),
    Family("clothing", "bottoms", ("Dress", "连衣裙"), "dress", 7900, 380, ("colour", "size"), (("Wrap", "裹身"), ("Shirt", "衬衫"), ("Linen Midi", "亚麻中长"), ("Tea", "茶歇"), ("Slip", "吊带")), ("dresses up and down", "日常与场合皆宜")),
    Family("clothing", "shoes", ("Sneakers", "运动鞋"), "sneaker", 8900, 820, ("shoe",), (("Court", "板"), ("Trail", "越野"), ("Canvas", "帆布"), ("Knit", "针织"), ("Retro", "复古"), ("Daily Run", "日常慢跑")), ("light, grippy and repairable", "轻便防滑，可修补")),
    Family("clothing", "accessories", ("Hat", "帽"), "hat", 3400, 120, ("colour",), (("Felt", "毛呢礼"), ("Bucket", "渔夫"), ("Straw", "草编"), ("Rain", "防雨")), ("packs flat and springs back", "可折叠回弹")),
    Family("clothing", "accessories", ("Tote Bag", "手提包"), "bag", 6400, 640, ("colour",), (("Leather", "真皮"), ("Canvas", "帆布"), ("Office", "通勤"), ("Market", "买菜"), ("Mini", "迷你")), ("room for a laptop and lunch", "装得下电脑和午餐")),
    Family("clothing", "accessories", ("Backpack", "双肩包"), "backpack", 7900, 910, ("colour",), (("Roll-Top", "卷口"), ("School", "学生"), ("Commuter", "通勤"), ("Hiking", "徒步"), ("Mini", "迷你")), ("weatherproof with a padded back", "防泼水，背部透气")),
    Family("clothing", "accessories", ("Scarf", "围巾"), "scarf", 3900, 210, ("colour",), (("Merino", "美利奴"), ("Checked", "格纹"), ("Silk-Blend", "桑蚕丝混纺"), ("Chunky", "粗针")), ("soft against the skin", "亲肤柔软")),
    # sports
    Family("sports", "ball-games", ("Ball", "球"), "ball", 2400, 430, ("colour",), (("Basket", "篮"), ("Volley", "排"), ("Foot", "足"), ("Training", "训练用"), ("Beach", "沙滩")), ("true bounce on any court", "各类场地弹跳稳定")),
    Family("sports", "fitness", ("Dumbbell", "哑铃"), "dumbbell", 3900, 8000, ("colour",), (("Adjustable", "可调节"), ("Neoprene", "浸塑"), ("Hex", "六角"), ("Rubber", "包胶"), ("Travel", "注水")), ("does not roll away", "放置不滚动")),
    Family("sports", "fitness", ("Yoga Mat", "瑜伽垫"), "mat", 3600, 1700, ("colour",), (("Natural Rubber", "天然橡胶"), ("Cork", "软木"), ("Thick", "加厚"), ("Travel", "便携"), ("Alignment", "正位线")), ("grips when it matters", "关键时刻不打滑")),
    Family("sports", "camping", ("Tent", "帐篷"), "tent", 18900, 3200, ("colour",), (("Two-Person", "双人"), ("Family", "家庭"), ("Ultralight", "超轻"), ("Pop-Up", "速开"), ("Tarp", "天幕")), ("up in five minutes, dry all night", "五分钟搭好，整夜干爽")),
    Family("sports", "cycling", ("Helmet", "头盔"), "helmet", 5900, 330, ("colour", "size"), (("City", "城市"), ("Road", "公路"), ("Mountain", "山地"), ("Kids'", "儿童")), ("light, vented and certified", "轻量透气，通过安全认证")),
    Family("sports", "cycling", ("Bicycle", "自行车"), "bicycle", 69900, 13500, ("colour",), (("City", "城市"), ("Gravel", "砾石"), ("Folding", "折叠"), ("Cargo", "载货"), ("Kids'", "儿童")), ("assembled and tuned before it leaves", "出库前已组装调校")),
    Family("sports", "camping", ("Flask", "保温瓶"), "flask", 2900, 360, ("colour", "volume"), (("Insulated", "真空"), ("Wide-Mouth", "大口"), ("Sip", "直饮"), ("Trail", "徒步"), ("Office", "办公")), ("hot for twelve hours, cold for a day", "保热十二小时，保冷一整天")),
    # toys
    Family("toys", "soft-toys", ("Bear", "小熊"), "bear", 2600, 320, ("colour",), (("Sleepy", "瞌睡"), ("Corduroy", "灯芯绒"), ("Giant", "大号"), ("Pocket", "口袋"), ("Story", "故事")), ("hugs back", "抱起来刚刚好")),
    Family("toys", "building", ("Building Blocks", "积木"), "blocks", 3400, 1200, ("colour",), (("Beechwood", "榉木"), ("Rainbow", "彩虹"), ("Magnetic", "磁力"), ("City", "城市"), ("Starter", "启蒙")), ("smooth edges and lasting colours", "边角圆润，颜色持久")),
    Family("toys", "building", ("Jigsaw Puzzle", "拼图"), "puzzle", 1900, 700, (), (("Harbour 500", "港口 500 片"), ("Night Market 1000", "夜市 1000 片"), ("World Map 300", "世界地图 300 片"), ("Botanical 1000", "植物 1000 片"), ("Animals 100", "动物 100 片"), ("Panda 200", "熊猫 200 片")), ("thick pieces that click", "片片厚实，咬合紧密")),
    Family("toys", "building", ("Train Set", "小火车"), "train", 4900, 1500, ("colour",), (("Wooden", "木制"), ("Freight", "货运"), ("Mountain", "登山"), ("Bridge", "大桥")), ("fits all common tracks", "兼容常见轨道")),
    Family("toys", "soft-toys", ("Kite", "风筝"), "kite", 1800, 210, ("colour",), (("Diamond", "菱形"), ("Long-Tail", "长尾"), ("Stunt", "特技"), ("Swallow", "沙燕")), ("flies in the lightest wind", "微风即可起飞")),
    Family("toys", "books", ("", ""), "book", 1600, 420, (), (("The Lighthouse Keeper's Map", "守灯人的地图"), ("A Hundred Small Kitchens", "一百间小厨房"), ("Rivers of Ink", "墨之河"), ("The Merchant's Almanac", "商人历书"), ("Letters from the Silk Road", "丝路来信"), ("How Trees Count Winters", "树如何数冬天"), ("The Night Train to Kunming", "开往昆明的夜车"), ("Notes on Weather", "天气笔记")), ("a quiet pleasure from the first page", "翻开第一页便觉安静愉悦")),
    Family("toys", "stationery", ("Pencils", "铅笔"), "pencils", 1200, 180, ("colour",), (("Watercolour", "水彩"), ("Sketching", "素描"), ("Jumbo", "粗杆"), ("Artist's", "专业")), ("rich pigment, break resistant", "颜色浓郁，不易断芯")),
    # beauty
    Family("beauty", "skin", ("Cream", "面霜"), "tube", 2800, 120, ("colour",), (("Oat", "燕麦"), ("Ceramide", "神经酰胺"), ("Night", "晚安"), ("Hand", "护手"), ("Sun 50", "防晒 50")), ("absorbs in a minute", "一分钟吸收")),
    Family("beauty", "bath", ("Body Wash", "沐浴露"), "pump", 1700, 560, ("volume",), (("Camellia", "山茶花"), ("Ginger", "生姜"), ("Sea Moss", "海藻"), ("Oat Milk", "燕麦奶"), ("Mint", "薄荷")), ("rinses clean without drying", "冲洗清爽不紧绷")),
    Family("beauty", "bath", ("Soap", "手工皂"), "soap", 900, 130, ("colour",), (("Olive", "橄榄"), ("Charcoal", "竹炭"), ("Honey", "蜂蜜"), ("Lavender", "薰衣草"), ("Rice", "米糠")), ("cold-pressed and slow-cured", "冷制慢熟")),
    Family("beauty", "make-up", ("Lipstick", "口红"), "lipstick", 2200, 60, ("colour",), (("Matte", "哑光"), ("Satin", "缎光"), ("Tinted Balm", "润色"), ("Velvet", "丝绒")), ("comfortable for hours", "长时间舒适不干")),
    Family("beauty", "bath", ("Comb", "梳子"), "comb", 1400, 70, ("colour",), (("Peachwood", "桃木"), ("Wide-Tooth", "宽齿"), ("Travel", "便携"), ("Scalp", "按摩")), ("no static, no snags", "不起静电不扯发")),
    Family("beauty", "fragrance", ("Eau de Parfum", "淡香精"), "perfume", 6900, 310, ("colour",), (("Osmanthus", "桂花"), ("Vetiver", "香根草"), ("Black Tea", "红茶"), ("Neroli", "橙花"), ("Rain", "雨后")), ("lasts from breakfast to dinner", "留香从早到晚")),
    # food
    Family("food", "tea", ("Tea", "茶"), "tin", 1900, 300, ("pack",), (("Longjing Green", "龙井"), ("Tieguanyin Oolong", "铁观音"), ("Keemun Black", "祁门红"), ("White Peony", "白牡丹"), ("Jasmine Pearl", "茉莉龙珠"), ("Aged Pu'er", "陈年普洱")), ("picked in spring, packed within days", "春季采摘，数日内封装")),
    Family("food", "coffee", ("Coffee Beans", "咖啡豆"), "pouch", 1500, 300, ("pack",), (("Yunnan", "云南"), ("Yirgacheffe", "耶加雪菲"), ("House Blend", "招牌拼配"), ("Decaf", "低因"), ("Espresso", "意式浓缩")), ("roasted the week it ships", "发货当周烘焙")),
    Family("food", "sweets", ("Chocolate", "巧克力"), "chocolate", 700, 110, ("colour",), (("Dark 70%", "70% 黑"), ("Milk", "牛奶"), ("Sea Salt", "海盐"), ("Hazelnut", "榛子"), ("Yuzu", "柚子")), ("snaps cleanly, melts slowly", "入口清脆，缓缓融化")),
    Family("food", "sweets", ("Honey", "蜂蜜"), "jar", 1300, 520, ("pack",), (("Acacia", "洋槐"), ("Linden", "椴树"), ("Wildflower", "百花"), ("Longan", "龙眼")), ("raw and unblended", "天然原蜜，不调和")),
    Family("food", "pantry", ("Dried Fruit", "果干"), "fruit", 1100, 260, ("pack",), (("Mango", "芒果"), ("Apricot", "杏"), ("Fig", "无花果"), ("Mixed", "什锦"), ("Red Date", "红枣")), ("no added sugar", "不额外加糖")),
    Family("food", "pantry", ("Rice", "大米"), "rice", 900, 1000, ("pack",), (("Wuchang", "五常"), ("Jasmine", "茉莉香"), ("Brown", "糙"), ("Black", "黑"), ("Risotto", "意式")), ("fragrant and this year's harvest", "当季新米，饭香扑鼻")),
    Family("food", "pantry", ("Olive Oil", "橄榄油"), "bottle", 1800, 950, ("volume",), (("Extra Virgin", "特级初榨"), ("Lemon", "柠檬"), ("Early Harvest", "早收"), ("Everyday", "日常")), ("cold-pressed within a day of picking", "采摘当日冷榨")),
)


@dataclass(frozen=True, slots=True)
class Goods:
    """One product to make."""

    slug: str
    name: Words
    description: Words
    family: Family
    department: Department
    brand: Words
    price_minor: int
    choices: tuple[str, ...]  # attribute choice codes
    colours: tuple[str, ...]


# What is true of everything in a department: a sentence of the house, then three things worth knowing.
NOTES: dict[str, tuple[Words, tuple[Words, Words, Words]]] = {
    "home": (("Made to be lived with, not looked at from across the room.", "为日常起居而做，而不只是摆着好看。"),
             (("Finished by hand, so no two are quite alike", "手工收尾，每一件都略有不同"), ("Two-year guarantee, spare parts kept in stock", "两年质保，常备配件"),
              ("Packed flat where it can be, in recycled card", "尽量平板包装，使用再生纸板"))),
    "kitchen": (("It earns its place on the shelf by being used every day.", "天天用得上，才值得占一格柜子。"),
                (("Safe with food, tested in an independent laboratory", "食品接触级材料，经独立实验室检测"), ("Works on every hob, induction included, where it is meant for one", "炊具适用各类炉灶，含电磁炉"),
                 ("Two-year guarantee on make and finish", "做工与表面两年质保"))),
    "electronics": (("Set up in minutes, quiet about itself from then on.", "几分钟上手，之后安安静静地好用。"),
                    (("Two-year guarantee and a repair service of our own", "两年质保，自有维修服务"), ("Charges by USB-C; the cable is in the box", "USB-C 充电，附数据线"),
                     ("Software kept up to date for five years", "承诺五年软件更新"))),
    "clothing": (("Cut generously, sewn to be mended, better after the tenth wash.", "版型从容，缝线可修补，越洗越合身。"),
                 (("Washed before it is sewn, so it will not shrink", "面料预缩，不易变形"), ("Sewn in a small workshop that we visit twice a year", "小型工坊缝制，我们每年到访两次"),
                  ("Free exchange of size within thirty days", "三十天内免费换尺码"))),
    "sports": (("Tried by people who go out in the rain on purpose.", "由偏爱雨天出门的人试用过。"),
               (("Tested on hills, courts and one very long train journey", "历经山路、球场和长途列车的实测"), ("Two-year guarantee, repairs at cost after that", "两年质保，过保按成本价维修"),
                ("Light where it may be, strong where it must", "该轻处轻，该牢处牢"))),
    "toys": (("For rainy afternoons, long journeys and the floor of the sitting room.", "适合雨天的午后、漫长的旅途，和客厅的地板。"),
             (("Meets the safety rules for its age, and then some", "符合并高于适用年龄的安全标准"), ("Water-based colours, paper from managed forests", "水性颜料，可持续林业纸张"),
              ("Made to be handed on to the next child", "经得起传给下一个孩子"))),
    "beauty": (("Short lists of ingredients, nothing that needs explaining.", "成分表很短，没有需要解释的东西。"),
               (("Never tested on animals", "从不进行动物实验"), ("Keeps for twelve months after opening", "开封后可保存十二个月"), ("Refills in the same shop, bottle returned free", "同店可购替换装，空瓶免费回收"))),
    "food": (("Bought from people whose names we know, in quantities they can manage.", "向熟识的生产者采购，量力而行。"),
             (("Harvest and best-before date printed on every pack", "每包标注采收与最佳赏味日期"), ("Sealed within days, kept cool and dark until it leaves", "数日内封装，避光低温存放至发货"),
              ("Cup and pouch can go on the compost", "包装可堆肥"))),
}


def goods(seed: int = 20) -> Iterator[Goods]:
    """Every product, in a fixed order; the same seed gives the same shop.

    Departments take turns, as they would in a shop that buys for all of them: what is newest is never of one kind.
    """
    draw = random.Random(seed)  # noqa: S311 a demo, not a secret
    made = list(_all(draw))
    draw.shuffle(made)
    yield from made


def _all(draw: random.Random) -> Iterator[Goods]:
    departments = {d.code: d for d in DEPARTMENTS}
    taken: set[str] = set()
    for family in FAMILIES:
        department = departments[family.department]
        for style in family.styles:
            english = f"{style[0]} {family.noun[0]}".strip()
            chinese = f"{style[1]}{family.noun[1]}"
            slug = "-".join("".join(c if c.isalnum() else " " for c in english.lower().replace("'", "")).split())
            slug = slug if slug not in taken else f"{slug}-{department.code}"
            taken.add(slug)
            choices = [code for code, _ in department.attribute[2]]
            brand = draw.choice(department.brands)
            yield Goods(
                slug, (english, chinese), _describe(english, chinese, family, brand), family, department, brand,
                round(family.price_minor * draw.uniform(0.8, 1.35) / 100) * 100 - draw.choice((1, 5, 10)),
                (draw.choice(choices),),
                tuple(draw.sample(sorted(COLOURS), draw.randint(2, 4))) if "colour" in family.options
                else (draw.choice(sorted(COLOURS)),),
            )


def _describe(english: str, chinese: str, family: Family, brand: Words) -> Words:
    house, notes = NOTES[family.department]
    points = ["".join(f"<li>{note[at]}</li>" for note in notes) for at in (0, 1)]
    praise = family.praise[0][0].upper() + family.praise[0][1:]
    return (f"<p>{praise}: the {english} by {brand[0]}. {house[0]}</p><ul>{points[0]}</ul>",
            f"<p>{brand[1]}{chinese}，{family.praise[1]}。{house[1]}</p><ul>{points[1]}</ul>")
