"""Who leaves is gone from every table, but for what the law has us keep; what nobody needs is forgotten in time."""

from __future__ import annotations

import io
import json
import zipfile
from datetime import timedelta
from pathlib import Path
from uuid import UUID

import pytest
from django.apps import apps
from django.test import Client

from entrepot.catalog import public as catalog
from entrepot.customers import public as customers
from entrepot.fraud import public as fraud
from entrepot.fraud.errors import InputsForgotten
from entrepot.insight import public as insight
from entrepot.kit import clock, db, outbox, private, retention
from entrepot.kit.actor import system
from entrepot.kit.errors import InvalidInput, NotFound, PermissionDenied
from entrepot.orders import public as orders
from entrepot.orders.tasks import forget_late
from entrepot.service.tests.factories import a_picture
from entrepot.web.tests.walks import LONDON, a_review, an_order, customer_of, put_in_cart, sign_in, to_payment
from tests.shop import ALICE, BOB, CHARLIE, MUG, Shop, person

pytestmark = pytest.mark.django_db(transaction=True)

REGISTRY = Path(__file__).parents[3] / "tests/architecture/personal_data.txt"
# What only one person here is called, lives at or writes; buying fills in guest@example.com, 5 Mill Lane.
CANARIES = (ALICE, "221B Baker Street", "Alice Buyer", "Mill Lane", "guest@example.com", "Grace Guest")


@pytest.fixture
def alice(shop: Shop, client: Client) -> UUID:
    """Signed in at `client`, with everything that a customer can leave behind."""
    customer_id = person(ALICE)
    sign_in(client, ALICE)
    customers.record_consent(customer_id, "analytics", True, "2026-11", "account", actor=customer_of(customer_id))
    order = an_order(client, shop)
    a_review(client, catalog.product_id_of(MUG))
    orders.add_photo(order.id, a_picture(), actor=customer_of(customer_id))
    customers.add_address(customer_id, LONDON, actor=customer_of(customer_id))
    customers.add_wish(customer_id, shop.variants["PLAIN-MUG"], actor=customer_of(customer_id))
    insight.record_event("view_item", subject=str(customer_id), actor=BOB)
    put_in_cart(client, shop)
    to_payment(client)
    outbox.drain()
    return customer_id


def holding(text: str) -> set[str]:
    """Tables in which a text stands anywhere."""
    tables = [r.name for r in db.rows("SELECT quote_ident(relname) AS name FROM pg_class WHERE relkind = 'r'"
                                      " AND relnamespace = 'public'::regnamespace")]
    return {t for t in tables
            if db.value(f"SELECT count(*) FROM {t} AS t WHERE t::text ILIKE %s", [f"%{text}%"])}  # noqa: S608  own names


def kept_by_law() -> set[str]:
    """Tables whose line in the registry gives a reason to keep, instead of who erases."""
    lines = [line.split("|") for line in REGISTRY.read_text().splitlines() if line and not line.startswith("#")]
    return {apps.get_model(parts[0].strip())._meta.db_table for parts in lines if parts[3].strip().startswith("kept:")}


def test_who_leaves_stands_in_no_table_but_those_the_law_has_us_keep(alice: UUID) -> None:
    assert all(holding(canary) for canary in (ALICE, "221B Baker Street", "Mill Lane", str(alice)))
    cart = db.value("SELECT id FROM checkout_checkout WHERE customer_id = %s AND state = 'open'", [alice])
    held = "SELECT count(*) FROM inventory_reservation WHERE owner_id = %s"
    assert db.value(held, [cart]) == 1
    customers.close_account(alice, actor=customer_of(alice))
    outbox.drain()
    assert db.value(held, [cart]) == 0
    left = {canary: holding(canary) - kept_by_law() for canary in CANARIES}
    assert not {canary: tables for canary, tables in left.items() if tables}
    assert not {table for canary in CANARIES for table in holding(canary)} & {"kit_audit", "kit_event"}
    assert db.value("SELECT count(*) FROM insight_commerceevent WHERE subject = %s", [str(alice)]) == 0
    assert db.value("SELECT count(*) FROM insight_commerceevent") > 0
    assert db.value("SELECT count(*) FROM checkout_checkout WHERE customer_id = %s AND state <> 'placed'", [alice]) == 0
    assert not [path for path in private._path("orders").rglob("*") if path.is_file()]


def test_an_order_that_was_open_when_its_buyer_left_is_forgotten_once_it_has_ended(client: Client, shop: Shop,
                                                                                   alice: UUID) -> None:
    waiting = an_order(client, shop, deliver=False)
    customers.close_account(alice, actor=BOB)
    outbox.drain()
    assert orders.get_order(waiting.id, actor=BOB).email == "guest@example.com"  # parcels and money still need it
    orders.cancel_order(waiting.id, reason="test", actor=BOB)
    forget_late(0)
    kept = orders.get_order(waiting.id, actor=BOB)
    assert (kept.email, kept.shipping_address) == ("", {"country": "GB"})


def test_the_copy_has_carts_checks_activity_and_pictures(client: Client, shop: Shop, alice: UUID) -> None:
    person(CHARLIE)
    archive = zipfile.ZipFile(io.BytesIO(client.post("/account/privacy/download/").content))
    held = {name: json.loads(archive.read(name)) for name in archive.namelist() if name.endswith(".json")}
    assert [c["state"] for c in held["carts.json"]] == ["open", "placed"]
    assert held["carts.json"][1]["shipping_address"]["line1"] == "5 Mill Lane"
    assert [c["order_id"] for c in held["checks.json"]] == [held["orders.json"][0]["id"]]
    assert {e["name"] for e in held["activity.json"]} == {"purchase", "view_item"}
    assert [n for n in archive.namelist() if n.startswith(f"pictures/orders/{held['orders.json'][0]['id']}/")]
    assert CHARLIE not in json.dumps(held)


def test_what_fraud_checks_knew_a_buyer_by_is_forgotten_and_the_decision_stays(alice: UUID) -> None:
    seen, _next = fraud.list_assessments(verdict=None, limit=10, cursor="")
    assert seen[0].inputs["facts"]["keys"]["email"]
    assert fraud.replay(seen[0].id).same
    with clock.at(clock.now() + timedelta(days=91)):
        assert retention.purge_all()["fraud.network"] >= 2  # the decision and the address that it came from
    after = fraud.assessment_of(seen[0].order_id)
    assert after is not None
    assert (after.score, after.verdict, after.inputs["facts"]["keys"]) == (seen[0].score, seen[0].verdict, {})
    assert db.value("SELECT count(*) FROM fraud_attempt WHERE key LIKE 'ip:%%'") == 0
    with pytest.raises(InputsForgotten):
        fraud.replay(after.id)


def test_events_and_the_names_in_placed_carts_go_after_their_days_and_newer_ones_stay(alice: UUID) -> None:
    retention.set_days("insight.events", 30, actor=BOB)
    with clock.at(clock.now() + timedelta(days=31)):
        insight.record_event("view_item", subject="visitor", actor=BOB)
        gone = retention.purge_all()
        assert (gone["insight.events"], gone["checkout.placed"]) == (2, 0)
    assert [r.subject for r in db.rows("SELECT subject FROM insight_commerceevent")] == ["visitor"]
    with clock.at(clock.now() + timedelta(days=91)):
        assert retention.purge_all()["checkout.placed"] == 1
    assert db.value("SELECT count(*) FROM checkout_checkout c WHERE state = 'placed' AND c::text LIKE %s",
                    ["%Mill Lane%"]) == 0


def test_a_large_pile_goes_in_batches(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(retention, "BATCH", 3)
    with clock.at(clock.now() - timedelta(days=500)):
        for _ in range(8):
            insight.record_event("view_item", subject="visitor", actor=BOB)
    insight.record_event("view_item", subject="visitor", actor=BOB)
    assert retention.purge_all()["insight.events"] == 8
    assert retention.purge_all()["insight.events"] == 0


def test_days_are_set_by_those_who_may_and_within_reason(shop: Shop) -> None:
    with pytest.raises(PermissionDenied):
        retention.set_days("insight.events", 30, actor=customer_of(person(CHARLIE)))
    for days in (0, -1, 100_000):
        with pytest.raises(InvalidInput):
            retention.set_days("insight.events", days, actor=BOB)
    with pytest.raises(NotFound):
        retention.set_days("nothing.here", 30, actor=BOB)
    retention.set_days("insight.events", 30, actor=system("bob"))
    assert retention.days_of("insight.events") == 30
    retention.set_days("insight.events", None, actor=BOB)
    assert retention.days_of("insight.events") == 400
