"""The page of the API as a developer uses it: authorise once, try an operation, read it in one's own language."""

from __future__ import annotations

import re
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from entrepot.identity.tests.factories import key
from tests.browser.conftest import DESKTOP, PATIENCE_MS
from tests.shop import Shop

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
ASKED = "/api/v1/admin/catalog/brands"


def test_a_key_is_entered_once_and_goes_with_what_is_tried(shop: Shop, visit: Any) -> None:
    page: Page = visit(DESKTOP).page
    page.goto("/api/v1/docs")
    page.get_by_role("button", name="Authorize", exact=True).click()
    dialog = page.locator(".dialog-ux")
    expect(dialog).to_contain_text("Cart-Secret")
    expect(dialog).to_contain_text("Order-Secret")
    form = dialog.locator(".auth-container", has_text="(http, Bearer)")
    form.locator("input").fill(str(key("catalog.read")))
    form.get_by_role("button", name=re.compile("Apply|Authorize")).click()
    dialog.get_by_role("button", name="Close").first.click()
    operation = page.locator(".opblock-get").filter(has=page.locator(f'[data-path="{ASKED}"]'))
    operation.locator(".opblock-summary-control").click()
    operation.get_by_role("button", name="Try it out").click()
    with page.expect_response(lambda answer: ASKED in answer.url) as answered:
        operation.get_by_role("button", name="Execute").click()
    assert answered.value.status == 200
    assert answered.value.request.headers["authorization"].startswith("Bearer ek_")


def test_the_page_is_read_in_chinese(shop: Shop, chromium: Browser, live_server: Any) -> None:
    context = chromium.new_context(locale="zh-CN", base_url=live_server.url)
    page = context.new_page()
    page.set_default_timeout(PATIENCE_MS)
    page.goto("/api/v1/docs")
    expect(page.locator(".info")).to_contain_text("API 密钥", timeout=PATIENCE_MS)
    expect(page.get_by_text("新建购物车").first).to_be_visible(timeout=PATIENCE_MS)
    context.close()
