"""The gate in front of everything: limits, idempotency, refusals in one form, headers, an absent database."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest
from django.db import OperationalError
from django.test import Client

from entrepot.identity.tests import urls
from entrepot.identity.tests.factories import key
from entrepot.kit import clock, db, idempotency, limits
from entrepot.kit.rest import PROBLEM

pytestmark = [pytest.mark.django_db, pytest.mark.urls("entrepot.identity.tests.urls")]

NOTES = "/api/v1/test/notes"


@pytest.fixture(autouse=True)
def _fresh() -> None:
    urls.calls.clear()
    limits.buckets._buckets.clear()


def send(client: Client, text: str, idempotency_key: str | None = None, **extra: Any) -> Any:
    headers = {"Idempotency-Key": idempotency_key.rjust(idempotency.UNGUESSABLE, "0")} if idempotency_key else {}
    return client.post(NOTES, json.dumps({"text": text}), "application/json", headers=headers, **extra)


def test_same_key_same_body_works_once(client: Client) -> None:
    first, second = send(client, "a", "k1"), send(client, "a", "k1")
    assert (first.status_code, second.status_code) == (201, 201)
    assert first.content == second.content
    assert second["Idempotency-Replayed"] == "true"
    assert urls.calls == ["a"]


def test_same_key_other_body_is_refused(client: Client) -> None:
    send(client, "a", "k1")
    answer = send(client, "b", "k1")
    assert (answer.status_code, answer.json()["code"]) == (422, "idempotency_mismatch")
    assert urls.calls == ["a"]


def test_key_of_another_principal_is_another_key(client: Client) -> None:
    send(client, "a", "k1")
    assert send(client, "b", "k1", REMOTE_ADDR="203.0.113.9").status_code == 201
    token = key("system.audit_read")
    assert send(client, "c", "k1", HTTP_AUTHORIZATION=f"Bearer {token}").status_code == 201
    assert urls.calls == ["a", "b", "c"]


def test_key_at_work_says_wait_and_its_lease_ends(client: Client) -> None:
    send(client, "a", "k1")
    db.execute("UPDATE kit_idempotencykey SET status = NULL, body = NULL, leased_until = %s",
               [clock.now() + idempotency.LEASE])
    waiting = send(client, "a", "k1")
    assert (waiting.status_code, waiting.json()["code"]) == (409, "idempotency_in_flight")
    assert waiting["Retry-After"] == "2"
    with clock.at(clock.now() + idempotency.LEASE + timedelta(seconds=1)):
        assert send(client, "a", "k1").status_code == 201
    assert urls.calls == ["a", "a"]


def test_answers_that_are_not_final_free_the_key(client: Client) -> None:
    assert send(client, "busy", "k1").status_code == 409
    assert send(client, "busy", "k1").status_code == 409
    assert urls.calls == ["busy", "busy"]
    assert send(client, "missing", "k2").status_code == 404
    assert send(client, "missing", "k2")["Idempotency-Replayed"] == "true"
    assert urls.calls == ["busy", "busy", "missing"]


def test_stored_answer_is_not_readable_in_the_database(client: Client) -> None:
    send(client, "a", "k1")
    stored = db.value("SELECT body FROM kit_idempotencykey")
    assert b'"n"' not in bytes(stored)


def test_answer_with_a_secret_is_stored_nowhere(client: Client) -> None:
    bearer = {"Authorization": f"Bearer {key('system.webhooks_manage')}", "Idempotency-Key": "k9"}
    made = client.post("/api/v1/admin/system/webhooks", json.dumps({"url": "https://example.com/h", "events": ["*"]}),
                       "application/json", headers=bearer)
    assert made.status_code == 201
    endpoint = made.json()["endpoint"]["id"]
    rotated = client.post(f"/api/v1/admin/system/webhooks/{endpoint}/rotate", headers=bearer)
    assert rotated.json()["secret"].startswith("whsec_")
    assert db.value("SELECT count(*) FROM kit_idempotencykey") == 0


def test_failure_of_ours_is_a_problem_and_frees_the_key() -> None:
    client = Client(raise_request_exception=False)
    answer = send(client, "broken", "k1")
    assert (answer.status_code, answer["Content-Type"]) == (500, PROBLEM)
    assert b"ZeroDivision" not in answer.content
    assert db.value("SELECT count(*) FROM kit_idempotencykey") == 0


@pytest.mark.parametrize(("method", "path", "status", "code"), [
    ("get", "/api/v1/nowhere", 404, "not_found"), ("put", NOTES, 405, "method_not_allowed"),
    ("get", "/api/v1/test/guarded", 401, "unauthenticated"),
])
def test_every_refusal_of_the_api_is_a_problem(client: Client, method: str, path: str, status: int, code: str) -> None:
    answer = getattr(client, method)(path)
    assert (answer.status_code, answer["Content-Type"], answer.json()["code"]) == (status, PROBLEM, code)
    assert answer.json()["instance"] == answer["X-Request-Id"]


def test_absent_database_is_503_with_retry_after(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    answer = client.get("/api/v1/test/gone")
    assert (answer.status_code, answer["Retry-After"], answer.json()["code"]) == (503, "2", "unavailable")

    def fail(*args: object) -> None:
        raise OperationalError("gone")

    monkeypatch.setattr("django.contrib.sessions.backends.db.SessionStore.load", fail)
    quiet = Client(raise_request_exception=False)
    quiet.cookies["session"] = "x" * 32
    assert quiet.get("/office/").status_code == 503


def test_headers_of_every_answer(client: Client) -> None:
    answer = client.get("/page/")
    policy = answer["Content-Security-Policy"]
    nonce = answer.content.decode().split("'")[1]
    assert f"'nonce-{nonce}'" in policy
    assert "unsafe" not in policy
    assert "frame-ancestors 'none'" in policy
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Cross-Origin-Opener-Policy"] == "same-origin"
    assert client.get("/page/")["Content-Security-Policy"] != policy  # nonces are used once


def test_hsts_only_over_https(client: Client, settings: Any) -> None:
    assert not client.get("/page/").has_header("Strict-Transport-Security")
    settings.SECURE = True
    assert "max-age=63072000" in client.get("/page/")["Strict-Transport-Security"]


def test_given_request_id_is_kept_and_a_bad_one_replaced(client: Client) -> None:
    assert client.get("/page/", headers={"X-Request-Id": "abcdef12345"})["X-Request-Id"] == "abcdef12345"
    assert client.get("/page/", headers={"X-Request-Id": "a\u00e4 b"})["X-Request-Id"] != "a\u00e4 b"


def test_large_body_is_refused_unread(client: Client) -> None:
    answer = client.post(NOTES, b"x" * 3_000_000, "application/json")
    assert (answer.status_code, answer.json()["code"]) == (413, "too_large")


def test_a_body_in_chunks_is_refused_rather_than_taken_for_none(client: Client) -> None:
    answer = client.post("/api/v1/carts", {"currency": "GBP"}, content_type="application/json",
                         headers={"transfer-encoding": "chunked"})
    assert (answer.status_code, answer.json()["code"]) == (411, "length_required")


def test_rate_limit_by_principal_and_route(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "WRITES", limits.Rate(3, 60))
    far = {"REMOTE_ADDR": "203.0.113.7"}
    answers = [send(client, "x", **far) for _ in range(4)]
    assert [a.status_code for a in answers] == [201, 201, 201, 429]
    assert int(answers[3]["Retry-After"]) > 0
    assert answers[0]["RateLimit"].startswith('"default";r=2')
    assert send(client, "x", REMOTE_ADDR="203.0.113.8").status_code == 201
    forged = send(client, "x", HTTP_X_FORWARDED_FOR="198.51.100.1", **far)
    assert forged.status_code == 429


def test_made_up_keys_do_not_multiply_the_budget(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "READS", limits.Rate(2, 60))
    statuses = [client.get("/api/v1/test/guarded", REMOTE_ADDR="203.0.113.7",
                           HTTP_AUTHORIZATION=f"Bearer ek_{n:012d}_x").status_code for n in range(25)]
    assert statuses[:20] == [401] * 20
    assert set(statuses[20:]) == {429}


def test_forwarded_address_counts_only_from_a_trusted_proxy(monkeypatch: pytest.MonkeyPatch, rf: Any) -> None:
    from entrepot.kit.network import client_ip

    request = rf.get("/", REMOTE_ADDR="10.0.0.1", HTTP_X_FORWARDED_FOR="6.6.6.6, 203.0.113.5, 10.0.0.2")
    assert client_ip(request) == "10.0.0.1"
    monkeypatch.setenv("ENTREPOT_TRUSTED_PROXIES", "10.0.0.0/8")
    assert client_ip(request) == "203.0.113.5"


def test_health(client: Client) -> None:
    assert client.get("/livez").json() == {"ok": True}
    ready = client.get("/readyz").json()
    assert ready["ok"] is True
    parts = {p["part"]: p["ok"] for p in ready["parts"]}
    assert (parts["database"], parts["migrations"], parts["worker"]) == (True, True, False)
    assert b"entrepot_http_requests_total" in client.get("/metrics").content
    assert client.get("/metrics", REMOTE_ADDR="203.0.113.7").status_code in (302, 401)
    for told in ("HTTP_X_FORWARDED_FOR", "HTTP_FORWARDED", "HTTP_X_REAL_IP"):  # a proxy here speaks for somebody else
        assert client.get("/metrics", **{told: "203.0.113.7"}).status_code in (302, 401), told


def test_hot_api_read_costs_no_statement(client: Client, django_assert_num_queries: Any) -> None:
    client.get("/api/v1/nowhere")  # whether the shop is open is asked once in a few seconds
    with django_assert_num_queries(0):
        client.get("/api/v1/nowhere")
        client.get("/livez")
