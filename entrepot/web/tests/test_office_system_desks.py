"""People, keys, webhooks, jobs and the audit trail at their desks: who sees what, and what the buttons do."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any
from uuid import uuid4

import orjson
import pytest
from django.core import mail
from django.test import Client
from django.urls import reverse

from entrepot.identity import office
from entrepot.identity import public as identity
from entrepot.kit import clock, db, merkle, outbound, seal, webhooks
from entrepot.kit.actor import system
from entrepot.kit.tasks import note_runs
from entrepot.orders.tests.factories import a_shop
from entrepot.web.office.system import desks
from entrepot.web.office.system.access import in_words
from entrepot.web.tests.test_office import User, client_of

pytestmark = pytest.mark.django_db(transaction=True)
BOB = system("test")
ROLES = ("owner", "manager", "catalogue", "sales", "warehouse", "service", "finance", "auditor")
PLAIN = [p for p in desks.PAGES if "<" not in p.route and not p.route.endswith(("/upload/", "/invite/", "/export/"))]


@pytest.mark.parametrize("role", ROLES)
def test_each_role_sees_the_desks_within_its_rights_and_no_other(role: str) -> None:
    a_shop()
    client = client_of(role)
    held = next(set(r.permissions) for r in identity.list_roles() if r.code == role)
    navigation = client.get("/office/").content.decode()
    for page in PLAIN:
        address = reverse(f"admin:{page.name}")
        allowed = page.permission.code in held or page.permission.everyone
        assert client.get(address).status_code == (200 if allowed else 403), page.name
        if page.group:
            assert (f'href="{address}"' in navigation) == allowed, page.name


def test_a_visitor_is_asked_to_sign_in_everywhere() -> None:
    for page in PLAIN:
        assert Client().get(reverse(f"admin:{page.name}")).status_code == 302, page.name


# ---- people


def do(client: Client, desk: str, /, *args: Any, **fields: Any) -> Any:
    answer = client.post(reverse(f"admin:{desk}", args=args), fields)
    assert answer.status_code in (200, 302), answer.content.decode()[:500]
    return answer


def test_a_colleague_is_invited_by_mail_and_chooses_a_password() -> None:
    a_shop()
    client = client_of("owner")
    made = do(client, "desk_people_invite", email="carol@example.com", name="Carol", roles=["sales"], language="en")
    person = User.objects.get(email="carol@example.com")
    assert made["Location"] == reverse("admin:desk_person", args=[person.id])
    link = re.search(r"http\S+/accounts/password/reset/key/\S+", str(mail.outbox[-1].body))
    assert link is not None
    visitor = Client()
    page = visitor.get(link[0].partition("8000")[2] or "/" + link[0].split("/", 3)[3], follow=True)
    assert page.status_code == 200
    saved = visitor.post(page.redirect_chain[-1][0], {"password1": "correct horse battery staple",
                                                      "password2": "correct horse battery staple"})
    assert saved.status_code == 302
    person.refresh_from_db()
    assert person.check_password("correct horse battery staple")


def test_an_invitation_without_a_role_or_with_a_taken_address_keeps_what_was_typed() -> None:
    client = client_of("owner")
    for fields in ({"email": "bob@example.com", "roles": ["sales"]}, {"email": "carol@example.com"}):
        answer = client.post(reverse("admin:desk_people_invite"), {"name": "Carol C", **fields})
        assert answer.status_code == 422
        assert 'value="Carol C"' in answer.content.decode()
    assert mail.outbox == []


def test_who_leaves_is_out_and_their_keys_go_to_somebody_else() -> None:
    client = client_of("owner")
    bob = User.objects.get(email="bob@example.com").id
    carol = identity.create_staff("carol@example.com", "Carol", "correct horse battery", ["manager"], actor=BOB)
    info, _token = identity.create_api_key("ERP", ["orders.read"], clock.now() + timedelta(days=9), actor=BOB)
    db.execute("UPDATE identity_apikey SET created_by_id = %s WHERE id = %s", [carol, info.id])
    page = client.get(reverse("admin:desk_person", args=[carol])).content.decode()
    assert "ERP" in page
    do(client, "desk_person_do", carol, "leave", successor=bob, reason="")  # no reason, no change
    assert identity.get_user(carol).is_active
    do(client, "desk_person_do", carol, "leave", successor=bob, reason="moves on")
    assert not identity.get_user(carol).is_active
    assert [k["name"] for k in office.keys_of(bob)] == ["ERP"]


def test_the_auditor_sees_people_and_changes_nothing() -> None:
    carol = identity.create_staff("carol@example.com", "Carol", "correct horse battery", [], actor=BOB)
    client = client_of("auditor")
    page = client.get(reverse("admin:desk_person", args=[carol])).content.decode()
    assert "/leave/" not in page
    assert "<fieldset" in page
    assert "disabled" in page
    do(client, "desk_person_do", carol, "roles", roles=["owner"])
    assert identity.get_user(carol).roles == []
    assert client.post(reverse("admin:desk_units_do", args=["save"]), {"name": "X"}).status_code == 403


def test_roles_are_told_in_words_compared_copied_and_deleted() -> None:
    client = client_of("owner")
    assert "Cancel orders" in client.get(reverse("admin:desk_role", args=["sales"])).content.decode()
    compared = client.get(reverse("admin:desk_roles"), {"a": "owner", "b": "manager"}).content.decode()
    assert "Define roles and grant them" in compared
    assert "Cancel orders" not in compared
    copied = client.get(reverse("admin:desk_role", args=["new"]), {"copy": "warehouse"}).content.decode()
    assert copied.count(" checked") >= 5
    made = do(client, "desk_role", "new", code="packers", name="Packers", rights=["orders.read", "orders.fulfil"])
    assert made["Location"] == reverse("admin:desk_role", args=["packers"])
    do(client, "desk_role", "packers", name="Packers", rights=["orders.read"])
    assert next(r.permissions for r in identity.list_roles() if r.code == "packers") == ["orders.read"]
    do(client, "desk_role_delete", "packers")
    assert "packers" not in {r.code for r in identity.list_roles()}
    assert in_words({"orders.read"}) == [("Orders", ["See orders"], False)]


def test_the_organisation_is_a_tree() -> None:
    client = client_of("owner")
    do(client, "desk_units_do", "save", name="Operations")
    top = office.list_units()[0]
    do(client, "desk_units_do", "save", name="Packing", parent=top.id)
    do(client, "desk_units_do", "save", unit=top.id, name="Operations", parent=office.list_units()[1].id)  # a circle
    assert [(u.name, u.parent_id) for u in office.list_units()] == [("Operations", None), ("Packing", top.id)]
    page = client.get(reverse("admin:desk_units")).content.decode()
    assert page.index("Operations") < page.index("sy-in1")


# ---- keys and webhooks


def test_a_key_is_shown_once_and_revoked() -> None:
    a_shop()
    client = client_of("owner")
    page = do(client, "desk_keys", name="ERP", days="30", scopes=["orders.read"]).content.decode()
    token = re.search(r'value="(ek_[^"]+)"', page)
    assert token is not None
    assert token[1] not in client.get(reverse("admin:desk_keys")).content.decode()
    asked = Client(headers={"Authorization": f"Bearer {token[1]}"})
    assert asked.get("/api/v1/admin/orders").status_code == 200
    do(client, "desk_key_revoke", office.list_keys()[0].id)
    assert asked.get("/api/v1/admin/orders").status_code == 401
    assert client.post(reverse("admin:desk_keys"), {"name": "ERP"}).status_code == 422


def a_webhook(client: Client, monkeypatch: pytest.MonkeyPatch, status: int) -> Any:
    monkeypatch.setattr(outbound, "post", lambda url, body, headers: outbound.Answer(status, f"got {len(body)} bytes"))
    page = do(client, "desk_webhooks", url="https://erp.example/hook", events=["*"], description="ERP")
    assert "whsec_" in page.content.decode()
    return webhooks.list_endpoints(actor=BOB)[0]


def test_a_webhook_is_tried_out_its_log_is_read_and_failures_are_sent_again(monkeypatch: pytest.MonkeyPatch) -> None:
    client = client_of("owner")
    endpoint = a_webhook(client, monkeypatch, 500)
    tried = do(client, "desk_webhook_do", endpoint.id, "test").content.decode()
    assert "500" in tried
    assert "got " in tried
    a_shop()
    deliveries = webhooks.list_deliveries(endpoint.id, "", None, 100)
    assert deliveries
    webhooks.send(deliveries[0].id)
    db.execute("UPDATE kit_webhookdelivery SET state = 'parked' WHERE id = %s", [deliveries[0].id])
    page = client.get(reverse("admin:desk_webhook_delivery", args=[deliveries[0].id])).content.decode()
    assert "&quot;type&quot;" in page
    assert "500" in page
    do(client, "desk_webhook_do", endpoint.id, "replay")
    assert webhooks.list_deliveries(endpoint.id, "parked", None, 9) == []
    assert "whsec_" in do(client, "desk_webhook_do", endpoint.id, "rotate").content.decode()
    do(client, "desk_webhook_do", endpoint.id, "save", url=endpoint.url, description="ERP", events=["orders.placed"]
       if "orders.placed" in webhooks.event_names() else [webhooks.event_names()[0]])
    assert not webhooks.list_endpoints(actor=BOB)[0].is_active


# ---- jobs


def a_failed_job(task: str = "kit.clean") -> int:
    job = db.value("INSERT INTO procrastinate_jobs (queue_name, task_name, priority, args, status, attempts)"
                   " VALUES ('upkeep', %s, 0, '{\"n\": 1}', 'failed', 1) RETURNING id", [task])
    db.execute("INSERT INTO kit_joberror (job_id, at, error) VALUES (%s, %s, 'ValueError: no such thing')",
               [job, clock.now()])
    return int(job)


def status(job: int) -> Any:
    return db.value("SELECT status::text FROM procrastinate_jobs WHERE id = %s", [job])


def test_failed_jobs_are_retried_or_given_up_with_a_reason() -> None:
    one, two = a_failed_job(), a_failed_job("kit.seal_audit")
    client = client_of("owner")
    assert "ValueError: no such thing" in client.get(reverse("admin:desk_jobs")).content.decode()
    do(client, "desk_jobs_do", "job", "retry", id=[one, 999_999])
    assert status(one) == "todo"
    do(client, "desk_jobs_do", "job", "drop", id=[two], reason="")
    assert status(two) == "failed"
    do(client, "desk_jobs_do", "job", "drop", id=[two], reason="of no use any more")
    assert status(two) is None
    told = db.row("SELECT old, reason FROM kit_audit WHERE action = 'system.drop_job'")
    assert (told.old["task"], told.reason) == ("kit.seal_audit", "of no use any more")


def test_parked_events_are_retried_or_given_up() -> None:
    event, now = uuid4(), clock.now()
    db.execute("INSERT INTO kit_event (id, at, name, version, subject, payload, request_id)"
               " VALUES (%s, %s, 'orders.placed', 1, 'x', '{}', '')", [event, now])
    ids = [db.value("INSERT INTO kit_delivery (event_id, event_at, handler, state, attempts, error, changed_at)"
                    " VALUES (%s, %s, %s, 'parked', 8, 'KeyError', %s) RETURNING id", [event, now, handler, now])
           for handler in ("a.one", "b.two")]
    client = client_of("owner")
    assert "KeyError" in client.get(reverse("admin:desk_jobs"), {"view": "parked"}).content.decode()
    do(client, "desk_jobs_do", "delivery", "retry", id=[ids[0]])
    do(client, "desk_jobs_do", "delivery", "drop", id=[ids[1]], reason="known fault")
    states = {r.id: r.state for r in db.rows("SELECT id, state FROM kit_delivery WHERE id = ANY(%s)", [ids])}
    assert states == {ids[0]: "waiting", ids[1]: "dropped"}


def test_a_worker_notes_why_a_job_failed_and_when_the_schedule_ran() -> None:
    class Job:
        id, task_name = 77, "kit.clean"
        task_kwargs: dict[str, Any] = {"timestamp": 1}

    class Context:
        job = Job

    def fails() -> None:
        raise ValueError("no such thing")

    with pytest.raises(ValueError, match="no such thing"):
        note_runs(fails, Context, None)  # type: ignore[arg-type]  # what it reads of a context
    assert db.value("SELECT error FROM kit_joberror WHERE job_id = 77") == "ValueError: no such thing"
    assert note_runs(lambda: 5, Context, None) == 5  # type: ignore[arg-type]  # see above
    ran = db.row("SELECT task, error FROM kit_taskrun")
    assert tuple(ran) == ("kit.clean", "")
    client = client_of("owner")
    for view in ("schedule", "health", "open"):
        assert client.get(reverse("admin:desk_jobs"), {"view": view}).status_code == 200


# ---- the audit trail


@pytest.mark.usefixtures("patient_sealing")
def test_the_trail_is_searched_compared_verified_and_taken_along(monkeypatch: pytest.MonkeyPatch) -> None:
    a_shop()
    client = client_of("owner")
    identity.update_user(User.objects.get(email="bob@example.com").id, language="zh-hans", actor=BOB)
    page = client.get(reverse("admin:desk_trail"), {"action": "identity.update_user"}).content.decode()
    assert '<del class="of-bad">English</del>' in page
    assert '<ins class="of-good">简体中文</ins>' in page
    assert "inventory.create_warehouse" not in page
    row = db.value("SELECT id FROM kit_audit WHERE action = 'identity.update_user'")
    assert seal.seal() > 0
    assert "Every seal holds" in client.get(reverse("admin:desk_trail_seals")).content.decode()
    shown = client.get(reverse("admin:desk_trail_row", args=[row])).content.decode()
    assert "under seal" in shown
    answer = client.get(reverse("admin:desk_trail_export"), {"action": "identity.update_user"})
    lines = [orjson.loads(x) for x in answer.getvalue().splitlines()]
    proof = lines[1]["proof"]
    steps = [(side, bytes.fromhex(value)) for side, value in proof["path"]]
    assert merkle.root_by_path(bytes.fromhex(proof["leaf"]), steps).hex() == proof["root"]
    db.execute("SET session_replication_role = replica")
    db.execute("UPDATE kit_audit SET reason = 'another' WHERE id = %s", [row])
    db.execute("SET session_replication_role = origin")
    assert "An audit row was changed." in client.get(reverse("admin:desk_trail_seals")).content.decode()
