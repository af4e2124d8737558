"""What a visitor allows, what is kept for when there is no network, and how a page gets from a clerk to the shop."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from entrepot.growth import public as growth
from entrepot.growth.tests.factories import live_page, photo
from entrepot.identity import public as identity
from entrepot.identity.tests.factories import PASSWORD, SETUP
from entrepot.insight import consent
from entrepot.insight.models import CommerceEvent
from tests.browser.conftest import DESKTOP, PHONE
from tests.browser.test_office import CLERK, sign_in
from tests.shop import BOB, MUG, Shop

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"  # a headless one counts as a program
NECESSARY = {"csrf", "django_language"}


def visitor(chromium: Any, base: str, size: dict[str, int],
            **more: Any) -> tuple[BrowserContext, Page, list[str]]:
    """A person's browser, and every beacon it sends."""
    context = chromium.new_context(viewport=size, base_url=base, user_agent=FIREFOX, locale="en-GB", **more)
    page = context.new_page()
    sent: list[str] = []
    page.on("request", lambda asked: sent.append(asked.post_data or "") if "/api/v1/events" in asked.url else None)
    return context, page, sent


def cookies(context: BrowserContext) -> set[str]:
    return {str(c["name"]) for c in context.cookies()}


def counted(name: str) -> list[CommerceEvent]:
    return list(CommerceEvent.objects.filter(name=name))


@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desktop", "phone"])
def test_without_a_yes_nothing_is_kept_or_sent(shop: Shop, chromium: Any, live_server: Any,
                                               size: dict[str, int]) -> None:
    context, page, sent = visitor(chromium, live_server.url, size)
    for path in ("/", "/c/kitchen/", f"/p/{MUG}/"):
        page.goto(path)
        page.wait_for_timeout(150)
    assert sent == []
    assert cookies(context) <= NECESSARY
    decline, accept = (page.locator(f"#consent [value={v}]") for v in ("none", "all"))
    assert decline.bounding_box()["height"] == accept.bounding_box()["height"]  # type: ignore[index]  # both are shown
    assert decline.evaluate("b => getComputedStyle(b).backgroundColor") == \
        accept.evaluate("b => getComputedStyle(b).backgroundColor")
    decline.click()
    expect(page.locator("#consent")).to_have_count(0)
    page.goto("/c/kitchen/")
    page.locator("a.card").first.click()
    page.wait_for_timeout(150)
    assert sent == []
    assert consent.VISITOR_COOKIE not in cookies(context)
    assert not CommerceEvent.objects.exists()
    context.close()


def test_a_yes_counts_from_this_page_on_and_a_no_ends_it(shop: Shop, chromium: Any, live_server: Any) -> None:
    context, page, _sent = visitor(chromium, live_server.url, DESKTOP)
    page.goto(f"/p/{MUG}/")
    page.get_by_text("Choose one by one").click()
    page.get_by_label("Statistics").check()
    page.get_by_role("button", name="Save this choice").click()
    expect(page.locator("#consent")).to_have_count(0)
    page.get_by_role("button", name="Add to cart").click()
    page.wait_for_timeout(500)
    page.goto("/c/kitchen/")
    page.locator("a.card").first.click()
    page.wait_for_url("**/p/**")
    page.goto("/cart/")
    page.goto("/search/?q=mug")
    page.wait_for_timeout(500)
    for name in ("view_item", "add_to_cart", "view_item_list", "select_item", "view_cart", "search"):
        assert counted(name), name
    assert counted("view_item")[0].value_minor == 1400
    assert counted("search")[0].params["search_term"] == "mug"
    assert len({e.subject for e in CommerceEvent.objects.all()}) == 1
    page.goto("/cookies/")
    page.get_by_role("button", name="Decline all").click()
    before = CommerceEvent.objects.count()
    page.goto(f"/p/{MUG}/")
    page.wait_for_timeout(200)
    assert CommerceEvent.objects.count() == before
    assert consent.VISITOR_COOKIE not in cookies(context)
    context.close()


def test_the_question_is_answered_without_script(shop: Shop, chromium: Any, live_server: Any) -> None:
    context, page, _sent = visitor(chromium, live_server.url, PHONE, java_script_enabled=False)
    page.goto("/zh-hans/c/kitchen/")
    page.get_by_role("button", name="拒绝", exact=True).click()
    assert page.url.endswith("/zh-hans/c/kitchen/")
    expect(page.locator("#consent")).to_have_count(0)
    context.close()


@pytest.mark.parametrize(("prefix", "words"), [("", "You are offline"), ("/zh-hans", "您已离线")])
def test_without_a_network_there_is_a_page(shop: Shop, chromium: Any, live_server: Any, prefix: str,
                                           words: str) -> None:
    context, page, _sent = visitor(chromium, live_server.url, PHONE)
    page.goto(f"{prefix}/p/{MUG}/")
    page.evaluate("navigator.serviceWorker.ready")
    page.evaluate("""new Promise((done) => navigator.serviceWorker.controller ? done()
        : navigator.serviceWorker.addEventListener("controllerchange", () => done()))""")
    page.reload()
    page.goto(f"{prefix}/cart/")
    page.wait_for_timeout(200)
    context.set_offline(True)
    page.goto(f"{prefix}/c/kitchen/")
    expect(page.locator("h1")).to_have_text(words)
    assert page.evaluate("document.styleSheets.length > 0 && getComputedStyle(document.body).margin") == "0px"
    page.goto(f"{prefix}/cart/")
    expect(page.locator("h1")).to_have_text(words)
    page.goto(f"{prefix}/p/{MUG}/")
    expect(page.locator("h1")).not_to_have_text(words)
    kept = page.evaluate("""async () => (await Promise.all((await caches.keys()).map(async (n) =>
        (await (await caches.open(n)).keys()).map((r) => new URL(r.url).pathname)))).flat()""")
    assert not [path for path in kept if "/cart" in path or "/account" in path or "/checkout" in path]
    context.close()


@pytest.fixture
def secret() -> str:
    """The authenticator of a colleague who writes the shop's pages."""
    identity.ensure_roles()
    user_id = identity.create_staff(CLERK, "Carla Clerk", PASSWORD, ["catalogue"], actor=SETUP)
    return identity.enrol_totp(user_id, actor=SETUP)


@pytest.mark.parametrize(("size", "script"), [(DESKTOP, True), (PHONE, True), (DESKTOP, False)],
                         ids=["desktop", "phone", "without script"])
def test_a_clerk_writes_a_page_and_publishes_it(shop: Shop, visit: Any, secret: str, size: dict[str, int],
                                                script: bool) -> None:
    clerk = visit(size, script=script)
    page: Page = clerk.page
    sign_in(page, clerk.base, secret)
    clerk.open("/office/desk/content/pages/new/")
    page.fill("[name=title-en]", "Tea week")
    page.fill("[name=title-zh-hans]", "茶周")
    page.get_by_role("button", name="Create the draft").click()
    page.locator(".ct-palette [value='add:text']").click()
    page.fill("#f-b-0-body-en", "Seven teas in **seven** days.")
    page.fill("#f-b-0-body-zh-hans", "七天七款茶。")
    page.locator(".ct-add").evaluate("d => d.open = true") if script else page.locator(".ct-add > summary").click()
    page.locator(".ct-palette [value='add:products']").click()
    page.fill("#f-b-1-slugs", "no such")
    page.get_by_role("button", name="Publish").click()
    expect(page.locator("#f-b-1-slugs-error")).to_be_visible()
    assert page.locator("#f-b-0-body-en").input_value() == "Seven teas in **seven** days."
    page.fill("#f-b-1-slugs", MUG)
    page.locator("[value='move:1:0']").click()
    expect(page.locator("#f-b-0-slugs")).to_have_value(MUG)
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    page.get_by_role("button", name="Publish").click()
    expect(page.locator("#notices")).to_contain_text("Published")
    page.goto("/pages/tea-week/")
    expect(page.locator("h1")).to_have_text("Tea week")
    expect(page.locator("main")).to_contain_text("Plain Mug")
    expect(page.locator(".rich strong")).to_have_text("seven")
    page.goto("/zh-hans/pages/tea-week/")
    expect(page.locator("main")).to_contain_text("七天七款茶。")


def test_an_earlier_version_is_looked_at_and_restored(shop: Shop, visit: Any, secret: str) -> None:
    made = live_page("about")
    growth.save_page(made.id, growth.get_version(made.id, 1).content.__class__({"en": "Spoilt"}), actor=BOB)
    clerk = visit(DESKTOP)
    page: Page = clerk.page
    sign_in(page, clerk.base, secret)
    clerk.open(f"/office/desk/content/pages/{made.id}/")
    with page.context.expect_page() as opened:
        page.get_by_role("link", name="Look").last.click()
    expect(opened.value.locator("h1")).to_have_text("About us")
    page.get_by_role("button", name="Restore").click()
    expect(page.locator("[name=title-en]")).to_have_value("About us")
    assert growth.get_page(made.id).latest == 3


def test_a_picture_goes_into_the_library_and_a_menu_under_the_pages(shop: Shop, visit: Any, secret: str,
                                                                    tmp_path: Any, settings: Any) -> None:
    settings.MEDIA_ROOT = tmp_path
    live_page("about")
    clerk = visit(PHONE)
    page: Page = clerk.page
    sign_in(page, clerk.base, secret)
    clerk.open("/office/desk/content/media/")
    page.set_input_files("[name=files]", {"name": "mill.png", "mimeType": "image/png", "buffer": photo()})
    page.get_by_role("button", name="Add to the library").click()
    page.get_by_role("link", name="mill.png").click()
    page.fill("[name=alt-en]", "A mill at dusk")
    page.get_by_role("button", name="Save").click()
    expect(page.locator("[name=alt-en]")).to_have_value("A mill at dusk")
    clerk.open("/office/desk/content/menus/footer/")
    page.fill("[name=title-en]", "Foot")
    for number, (label, kind, value) in enumerate((("Us", "address", ""), ("About us", "page", "about"))):
        page.get_by_role("button", name="Add an entry").click()
        page.fill(f"[name=m-{number}-label-en]", label)
        page.select_option(f"[name=m-{number}-kind]", kind)
        page.fill(f"[name=m-{number}-value]", value)
    page.locator("[value='indent:1']").click()
    expect(page.locator("[name=m-1-level]")).to_have_value("1")
    page.get_by_role("button", name="Save").first.click()
    expect(page.locator("#notices")).to_contain_text("Saved")
    page.goto("/")
    expect(page.locator("footer").get_by_role("link", name="About us")).to_be_visible()
