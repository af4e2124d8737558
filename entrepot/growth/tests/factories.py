"""Content for tests of this context and of those above."""

from __future__ import annotations

import io

from PIL import Image

from entrepot.growth import public
from entrepot.growth.contracts import Content, PageInfo
from entrepot.kit.actor import system

BOB = system("bob")


def content(title: str = "About us", words: str = "We pack **with care**.") -> Content:
    return Content({"en": title, "zh-hans": "关于我们"}, {"en": {"title": f"{title}, in short"}}, (
        {"kind": "text", "data": {"body": {"en": words, "zh-hans": "我们**用心**打包。"}}},))


def live_page(slug: str = "about", **more: str) -> PageInfo:
    made = public.create_page(slug, "page", content(**more), actor=BOB)
    return public.publish_page(made.id, actor=BOB)


def photo(width: int = 900, height: int = 600, colour: str = "#446") -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (width, height), colour).save(out, "PNG")
    return out.getvalue()
