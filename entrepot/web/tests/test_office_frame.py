"""The office's frame: search, views, files, many rows at once, the bell, targets, help, the story; each by right."""

from __future__ import annotations

import io
from datetime import date, timedelta
from typing import Any

import pytest
from django.core import mail
from django.test import Client
from django.urls import reverse
from openpyxl import load_workbook

from entrepot.catalog import public as catalog
from entrepot.identity import public as identity
from entrepot.identity.tests import factories as people
from entrepot.insight import public as insight
from entrepot.insight.public import Span
from entrepot.kit import clock, db, maintenance, notices, sheets, story
from entrepot.kit.actor import system
from entrepot.kit.models import AuditRecord, ListView
from entrepot.orders import public as orders
from entrepot.orders.contracts import HoldKind
from entrepot.orders.tests.factories import GERMANY, TEST, a_member, a_shop, placed
from entrepot.web.office import charts, mails
from entrepot.web.office import notices as bell
from entrepot.web.office.help import help_of
from entrepot.web.office.today import share
from entrepot.web.tests.test_office import Order, address, browser_of, client_of, statements

pytestmark = pytest.mark.django_db(transaction=True)

LIST = "/office/orders/order/"


def body(client: Client, path: str) -> str:
    answer = client.get(path)
    assert answer.status_code == 200, path
    return answer.content.decode()


def colleague(email: str, *roles: str) -> Client:
    identity.create_staff(email, email.partition("@")[0].title(), people.PASSWORD, list(roles),
                                 actor=people.SETUP)
    return browser_of(email)


# ---- policy and look

def test_every_kind_of_page_keeps_the_strict_policy() -> None:
    order, client = placed(a_shop()), client_of("owner")
    for path in ("/office/", LIST, address(Order, "change", order.id), "/office/desk/search/?q=E1",
                 "/office/desk/notices/", "/office/desk/targets/", "/office/desk/styleguide/",
                 reverse("admin:customers_customergroup_add")):
        answer = client.get(path)
        assert answer.status_code == 200, path
        assert "unsafe" not in answer["Content-Security-Policy"], path
        page = answer.content.decode()
        assert ' style="' not in page, path
        assert "onclick=" not in page, path


def test_the_look_is_kept_and_leads_back_to_our_own_pages_only() -> None:
    client = client_of("owner")
    answer = client.post(reverse("admin:desk_look"), {"theme": "dark", "next": LIST})
    assert (answer.status_code, answer["Location"]) == (302, LIST)
    assert 'data-theme="dark"' in body(client, "/office/desk/notices/")
    away = client.post(reverse("admin:desk_look"), {"theme": "light", "next": "https://elsewhere.example/"})
    assert away["Location"] == "/office/"
    assert client.post(reverse("admin:desk_look"), {"theme": "neon"}).status_code == 422


def test_the_way_here_and_the_open_line_are_those_of_the_page() -> None:
    order, client = placed(a_shop()), client_of("owner")
    page = body(client, address(Order, "change", order.id))
    crumbs = page[page.index("fr-crumbs"):page.index("<h1>")]
    assert f'href="{LIST}"' in crumbs
    assert page.count('aria-current="page"') == 1


def test_the_desk_of_one_record_stands_below_the_list_of_those_records() -> None:
    shop, member, client = a_shop(), a_member(), client_of("owner")
    product = catalog.variant_facts([shop.items[0]])[shop.items[0]].product_id
    for desk, one, above in (("desk_product", product, "catalog_product"),
                             ("desk_customer", member, "customers_customer")):
        page = body(client, reverse(f"admin:{desk}", args=[one]))
        crumbs = page[page.index("fr-crumbs"):page.index("<h1>")]
        assert f'href="{reverse(f"admin:{above}_changelist")}"' in crumbs, desk


def test_every_page_of_the_navigation_has_help_in_both_languages() -> None:
    a_shop()
    client = client_of("owner")
    for language, word in (("en", "What waits for you"), ("zh-hans", "待办")):
        client.cookies["django_language"] = language
        page = body(client, "/office/")
        assert word in page[page.index('id="of-help"'):]
    request: Any = client.get(LIST).wsgi_request
    assert help_of(request) is not None


# ---- search

def test_search_finds_by_number_address_name_and_sku_within_the_rights() -> None:
    shop = a_shop()
    order = placed(shop, email="mina@example.com")
    from entrepot.catalog import public as catalog

    sku = catalog.variant_facts(shop.items)[shop.items[0]].sku
    owner = client_of("owner")
    here = reverse("admin:desk_order", args=[order.id])
    for text in (order.number, order.number[:3].lower(), "mina@", "MINA"):
        assert here in body(owner, f"/office/desk/search/?q={text}"), text
    found = body(owner, f"/office/desk/search/?q={sku.lower()}")
    assert f"?q={sku}" in found
    assert reverse("admin:desk_targets") not in body(owner, "/office/desk/search/?q=zzzz")
    part = body(owner, "/office/desk/search/?q=order&part=1")
    assert 'role="option"' in part
    assert "<html" not in part
    warehouse = colleague("wendy@example.com", "warehouse")
    assert "/office/customers/" not in body(warehouse, "/office/desk/search/?q=mina")
    assert here in body(warehouse, "/office/desk/search/?q=mina")


def test_an_order_is_found_by_its_parcel_tracking_invoice_and_telephone() -> None:
    shop = a_shop()
    order = placed(shop, shipping_address={**GERMANY, "phone": "13800138000"})
    other = placed(shop, shipping_address={**GERMANY, "phone": "13900139000"})
    [parcel] = orders.plan_fulfilments(order.id, actor=TEST)
    orders.ship_fulfilment(parcel.id, "SF", "SF12_345", actor=TEST)
    invoice = orders.get_order(order.id, actor=TEST).invoices[0]
    for text in (parcel.number, parcel.number.lower(), "SF12_345", "sf12_3", invoice.number, "138001"):
        assert [o.id for o in orders.search_orders(text, 5, actor=TEST)] == [order.id], text
    assert orders.search_orders("SF12x", 5, actor=TEST) == []
    assert [o.id for o in orders.search_orders("139", 5, actor=TEST)] == [other.id]


def test_a_percent_sign_in_a_search_is_a_percent_sign() -> None:
    placed(a_shop())
    client = client_of("owner")
    assert orders.search_orders("%%", 5, actor=TEST) == []
    assert "of-empty" in body(client, f"{LIST}?q=%25%25")


# ---- lists

def test_columns_are_remembered_for_the_person_alone() -> None:
    placed(a_shop())
    bob, wendy = client_of("owner"), colleague("wendy@example.com", "sales")
    kept = bob.post(f"{LIST}keep/", {"verb": "columns", "column": ["number", "origin", "no_such"]})
    assert kept.status_code == 302
    mine, hers = body(bob, LIST), body(wendy, LIST)
    assert 'class="field-origin"' in mine
    assert 'class="field-total_minor"' not in mine
    assert 'class="field-total_minor"' in hers
    bob.post(f"{LIST}keep/", {"verb": "columns"})
    assert 'class="field-total_minor"' in body(bob, LIST)


def test_views_are_kept_shared_and_taken_away_by_their_owner() -> None:
    shop = a_shop()
    held, plain = placed(shop, holds=[(HoldKind.APPROVAL, "large")]), placed(shop)
    bob, wendy = client_of("owner"), colleague("wendy@example.com", "sales")
    query = {"query": "state__exact=on_hold&p=3", "column": ["number", "state"]}
    made = bob.post(f"{LIST}keep/", {"verb": "save", "name": "Held", "shared": "on", **query})
    bob.post(f"{LIST}keep/", {"verb": "save", "name": "Only mine", **query})
    page = body(wendy, made["Location"])
    assert held.number in page
    assert plain.number not in page
    assert 'class="field-email"' not in page
    assert "Held" in page
    assert "Only mine" not in page
    view = ListView.objects.get(name="Held")
    assert view.query == "state__exact=on_hold"
    wendy.post(f"{LIST}keep/", {"verb": "delete", "view": view.pk})
    assert ListView.objects.filter(pk=view.pk).exists()
    bob.post(f"{LIST}keep/", {"verb": "delete", "view": view.pk})
    assert not ListView.objects.filter(pk=view.pk).exists()


def test_files_hold_what_is_filtered_and_run_no_formula() -> None:
    shop = a_shop()
    held = placed(shop, holds=[(HoldKind.APPROVAL, "large")], email="=cmd@example.com")
    plain, client = placed(shop), client_of("owner")
    answer: Any = client.get(f"{LIST}export/csv/?state__exact=on_hold")
    text = b"".join(answer.streaming_content).decode("utf-8-sig")
    assert held.number in text
    assert plain.number not in text
    assert ",'=cmd@example.com" in text
    sheet: Any = client.get(f"{LIST}export/xlsx/?state__exact=on_hold")
    book: Any = load_workbook(io.BytesIO(b"".join(sheet.streaming_content)))
    cells = [c.value for row in book.active.iter_rows() for c in row]
    assert "'=cmd@example.com" in cells
    assert float(held.total_minor) / 100 in [float(c) for c in cells if isinstance(c, (int, float))]
    told: Any = AuditRecord.objects.filter(action="kit.export_list").values_list("new", flat=True)
    assert [t["format"] for t in told] == ["csv", "xlsx"]
    assert told[0]["query"] == "state__exact=on_hold"
    wendy = colleague("wendy@example.com", "sales")
    assert wendy.get(f"{LIST}export/csv/").status_code == 403
    assert "export/csv" not in body(wendy, LIST)


@pytest.mark.parametrize("given", ["=1+1", "+1", "-2+3", "-x", "@x", "\tx"])
def test_what_a_spreadsheet_would_run_is_kept_a_text(given: str) -> None:
    assert sheets.guarded(given) == f"'{given}"
    assert [sheets.guarded(number) for number in (-2, "-2", "-0.75")] == [-2, "-2", "-0.75"]


def test_many_rows_are_confirmed_counted_and_refused_one_by_one() -> None:
    shop = a_shop()
    one, two = placed(shop), placed(shop)
    client = client_of("owner")
    chosen = {"chosen": [str(one.id), str(two.id)], "query": ""}
    asked = client.post(f"{LIST}bulk/hold/", chosen).content.decode()
    assert "<strong>2</strong>" in asked
    assert orders.get_order(one.id, actor=TEST).state == "processing"
    orders.cancel_order(two.id, reason="gone", actor=TEST)
    done = client.post(f"{LIST}bulk/hold/", {**chosen, "confirmed": "1", "reason": "look"}, follow=True)
    page = done.content.decode()
    assert orders.get_order(one.id, actor=TEST).state == "on_hold"
    assert 'role="alert"' in page
    auditor = colleague("audrey@example.com", "auditor")
    assert auditor.post(f"{LIST}bulk/hold/", chosen).status_code == 403
    assert "data-pick" not in body(auditor, LIST)
    assert client.post(f"{LIST}bulk/release/", chosen).status_code == 404


def test_everything_that_fits_is_taken_when_asked_for() -> None:
    shop = a_shop()
    numbers = [placed(shop) for _ in range(3)]
    client = client_of("owner")
    asked = client.post(f"{LIST}bulk/note/", {"all": "1", "query": "state__exact=processing"}).content.decode()
    assert f"<strong>{len(numbers)}</strong>" in asked


def test_deep_pages_show_the_rows_that_belong_there() -> None:
    shop = a_shop()
    newest_first = list(reversed([placed(shop).number for _ in range(3)]))
    from entrepot.orders.admin import OrderAdmin

    client, whole = client_of("owner"), OrderAdmin.list_per_page
    OrderAdmin.list_per_page = 1
    try:
        pages = [body(client, f"{LIST}?p={n}") for n in (1, 2, 3)]
    finally:
        OrderAdmin.list_per_page = whole
    assert [next(n for n in newest_first if n in page) for page in pages] == newest_first
    assert 'rel="next"' in pages[0]
    assert 'rel="next"' not in pages[2]


def test_the_order_list_asks_the_database_a_few_times_whatever_its_length() -> None:
    shop = a_shop()
    placed(shop)
    client = client_of("owner")
    one = statements(client, f"{LIST}?q=E1")
    for _ in range(4):
        placed(shop)
    assert statements(client, f"{LIST}?q=E1") == one
    assert one <= 12


# ---- first screen and targets

def test_today_stands_beside_yesterday_at_this_time_and_the_target() -> None:
    shop = a_shop()
    now = clock.now().replace(hour=12, minute=0)
    with clock.at(now - timedelta(days=1, hours=2)):
        early = placed(shop)
    with clock.at(now - timedelta(days=1) + timedelta(hours=2)):
        placed(shop)
    with clock.at(now):
        placed(shop)
        client = client_of("owner")
        month = {f"{shop.channel.code}/{now:%Y-%m}": "300000", f"old:{shop.channel.code}/{now:%Y-%m}": ""}
        assert client.post("/office/desk/targets/", month).status_code == 302
        context = client.get("/office/").context
    card = next(c for c in context["channels"] if c["currency"] == shop.channel.currency)
    assert (card["orders"], card["orders_then"], card["total_then"]) == (1, 1, early.total_minor)
    assert card["change"] == 0
    assert card["target"] > 900_000
    assert card["line"][-2] == 2 * early.total_minor


def test_a_day_of_its_own_outweighs_the_month_and_goes_again() -> None:
    shop, actor = a_shop(), system("test")
    identity.ensure_roles()
    code, day = shop.channel.code, date(2026, 11, 11)
    insight.set_target(code, Span.MONTH, day, 3_000_000, actor=actor)
    insight.set_target(code, Span.DAY, day, 900_000, actor=actor)
    other = day + timedelta(days=1)
    assert insight.day_targets([day, other], actor=actor) == {(code, day): 900_000, (code, other): 100_000}
    insight.set_target(code, Span.DAY, day, None, actor=actor)
    assert insight.day_targets([day], actor=actor) == {(code, day): 100_000}
    assert colleague("wendy@example.com", "warehouse").get("/office/desk/targets/").status_code == 403


@pytest.mark.parametrize(("part", "whole", "expected"), [(1, 4, 25), (5, 0, None), (-3, 4, -75)])
def test_shares(part: int, whole: int, expected: int | None) -> None:
    assert share(part, whole) == expected


def test_charts_are_made_once_for_every_language_and_drawn_as_pictures() -> None:
    rows = [{"day": "2026-11-21", "amount": 12.5}, {"day": "2026-11-22", "amount": 20}]
    made = charts.CHARTS["sales_by_day"]()
    assert made["data"] == {"name": "rows"}
    assert charts.picture("sales_by_day", rows).startswith(b"\x89PNG")
    assert b"<svg" in charts.picture("sales_by_day", rows, kind="svg")


# ---- the bell

def test_a_queue_that_grows_is_told_once_to_who_may_see_it() -> None:
    shop = a_shop()
    sales, catalogue = client_of("sales"), colleague("carl@example.com", "catalogue")
    bell.watch()
    placed(shop, holds=[(HoldKind.APPROVAL, "large")])
    with clock.at(clock.now() + timedelta(minutes=1)):
        assert bell.watch() == 1
        assert bell.watch() == 0
    page = body(sales, "/office/desk/notices/")
    assert "Orders to approve: 1" in page
    assert 'class="new"' in page
    assert "Orders to approve" not in body(catalogue, "/office/desk/notices/")
    told = db.value("SELECT id FROM kit_notice WHERE kind = 'work.approve'")
    assert sales.get(reverse("admin:desk_notice", args=[told]))["Location"].endswith("?work=approve")
    assert catalogue.get(reverse("admin:desk_notice", args=[told])).status_code == 404
    actor = identity.actor_of_user(identity.list_users(query="bob")[0].id, None)
    assert actor is not None
    assert told not in {n.id for n in notices.latest(actor) if not n.is_read}
    sales.post("/office/desk/notices/")
    assert notices.count_unread(actor) == 0


def test_what_is_muted_is_not_shown_and_what_is_wanted_is_mailed() -> None:
    a_shop()
    client = client_of("sales")
    client.post("/office/desk/notices/settings/", {"mail:work.approve": "on", "show:work.held": "on"})
    permission = "orders.read"
    assert notices.tell("work.late", key="a", params={"label": "Late orders", "n": 2}, permission=permission)
    assert not notices.tell("work.late", key="a", params={"label": "Late orders", "n": 3}, permission=permission)
    assert "Late orders: 2" not in body(client, "/office/desk/notices/")
    client.post("/office/desk/notices/settings/", {"mail:work.approve": "on", "show:work.approve": "on"})
    notices.tell("work.approve", key="b", params={"label": "Orders to approve", "n": 1}, address="/office/",
                 permission=permission)
    queued = db.value("SELECT args FROM procrastinate_jobs WHERE task_name = 'web.mail_notice'")
    assert mails.mail_notice(queued["notice_id"], "work.approve") == 1
    assert (mail.outbox[-1].subject, mail.outbox[-1].to) == ("Orders to approve: 1", ["bob@example.com"])


def test_old_notices_are_cleaned_away() -> None:
    with clock.at(clock.now() - timedelta(days=100)):
        notices.tell("work.late", key="old")
    notices.tell("work.late", key="new")
    assert maintenance.clean()["notices"] == 1
    assert db.value("SELECT key FROM kit_notice") == "new"


def test_figures_of_the_day_before_are_mailed_with_a_chart_to_who_asked() -> None:
    shop = a_shop()
    with clock.at(clock.now() - timedelta(days=1)):
        order = placed(shop)
    client_of("sales")
    actor = identity.actor_of_user(identity.list_users(query="bob")[0].id, None)
    assert actor is not None
    assert mails.mail_daily() == 0
    notices.choose(muted=[], mailed=[bell.DAILY], actor=actor)
    assert mails.mail_daily() == 1
    sent: Any = mail.outbox[-1]
    assert f"{order.total_minor / 100:,.2f}" in sent.body
    assert sent.attachments[0][1].startswith(b"\x89PNG")


# ---- the story

def test_the_record_tells_its_story_with_what_changed() -> None:
    order = placed(a_shop())
    orders.hold(order.id, reason="call the customer", actor=TEST)
    client = client_of("owner")
    assert "call the customer" in body(client, address(Order, "change", order.id))
    told = story.story_of("order", order.id)
    assert told[0].reason == "call the customer"
    assert story.Entry(1, clock.now(), "staff", "Bob", "x", {"a": 1, "b": 2}, {"a": 1, "b": 3}, "").changes == [
        ("b", "2", "3", False)]


def test_targets_are_set_over_the_api_as_well() -> None:
    shop = a_shop()
    client = client_of("owner")
    body = {"channel": shop.channel.code, "span": "month", "on": "2026-11-20", "amount_minor": 500_000}
    token = client.get("/api/v1/account/csrf").json()
    headers = {"X-CSRFToken": next(iter(token.values()))}
    put = client.put("/api/v1/admin/insight/targets", body, content_type="application/json", headers=headers)
    assert put.status_code == 204, put.content
    found = client.get("/api/v1/admin/insight/targets?first_on=2026-11-05&last_on=2026-11-30").json()
    assert [(t["starts_on"], t["amount_minor"]) for t in found] == [("2026-11-01", 500_000)]
