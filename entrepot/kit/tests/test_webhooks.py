"""Outside endpoints hear of every event, can prove that it was us, and cannot be used to reach our own network."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any, ClassVar

import pytest
from django.db import transaction
from standardwebhooks import Webhook, WebhookVerificationError

from entrepot.kit import clock, db, outbound, outbox, webhooks
from entrepot.kit.actor import ANONYMOUS, system
from entrepot.kit.errors import InvalidInput, Unauthenticated
from entrepot.kit.event import Event

ADMIN = system("test")


@dataclass(frozen=True, slots=True)
class CrateOpened(Event):
    name: ClassVar[str] = "test.crate_opened"
    crate: str


class Receiver:
    """A small server on this machine that keeps what it is sent and answers as told."""

    def __init__(self) -> None:
        self.seen: list[tuple[dict[str, str], bytes]] = []
        self.status, self.headers, self.body = 204, dict[str, str](), b""
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                outer.seen.append(({k.lower(): v for k, v in self.headers.items()}, body))
                self.send_response(outer.status)
                for name, value in outer.headers.items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(outer.body)

            def log_message(self, format: str, *args: Any) -> None:
                pass

        self.server = HTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}/hook?a=1"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()


@pytest.fixture
def receiver(monkeypatch: pytest.MonkeyPatch) -> Iterator[Receiver]:
    monkeypatch.setenv("ENTREPOT_ALLOW_PRIVATE_HOOKS", "1")
    monkeypatch.setattr(webhooks, "event_names", lambda: [CrateOpened.name, "test.other"])
    made = Receiver()
    yield made
    made.server.shutdown()
    made.server.server_close()


def publish(crate: str) -> None:
    with transaction.atomic():
        outbox.publish(CrateOpened(crate))


def send_all() -> list[bool | None]:
    return [webhooks.send(r.id) for r in db.rows("SELECT id FROM kit_webhookdelivery ORDER BY id")]


@pytest.mark.django_db(transaction=True)
def test_event_reaches_the_listening_endpoints_signed(receiver: Receiver) -> None:
    _, secret = webhooks.create_endpoint(receiver.url, ["test.crate_opened"], actor=ADMIN)
    webhooks.create_endpoint(receiver.url, ["test.other"], actor=ADMIN)
    webhooks.create_endpoint(receiver.url, ["*"], actor=ADMIN)
    publish("A")
    assert db.value("SELECT count(*) FROM procrastinate_jobs WHERE task_name = 'kit.send_webhook'") == 2
    assert send_all() == [True, True]
    headers, body = receiver.seen[0]
    read = Webhook(secret).verify(body, headers)
    assert (read["type"], read["data"]) == ("test.crate_opened", {"crate": "A"})
    with pytest.raises(WebhookVerificationError):
        Webhook(secret).verify(body.replace(b"A", b"B"), headers)
    assert send_all() == [None, None]  # what arrived is not sent again


@pytest.mark.django_db(transaction=True)
def test_rolled_back_event_is_told_to_nobody(receiver: Receiver) -> None:
    webhooks.create_endpoint(receiver.url, ["*"], actor=ADMIN)
    with transaction.atomic():
        outbox.publish(CrateOpened("A"))
        transaction.set_rollback(True)
    assert send_all() == []


@pytest.mark.django_db(transaction=True)
def test_secret_rotates_without_a_gap_and_is_encrypted(receiver: Receiver) -> None:
    endpoint, old = webhooks.create_endpoint(receiver.url, ["*"], actor=ADMIN)
    new = webhooks.rotate_secret(endpoint.id, actor=ADMIN)
    publish("A")
    send_all()
    headers, body = receiver.seen[0]
    Webhook(old).verify(body, headers)
    Webhook(new).verify(body, headers)
    stored = bytes(db.value("SELECT secret FROM kit_webhookendpoint"))
    assert new.removeprefix("whsec_").encode() not in stored
    with clock.at(clock.now() + timedelta(hours=25)):
        publish("B")
        webhooks.send(2)
    assert len(receiver.seen[1][0]["webhook-signature"].split(" ")) == 1


@pytest.mark.django_db(transaction=True)
def test_failures_back_off_then_park_and_replay_works(receiver: Receiver) -> None:
    webhooks.create_endpoint(receiver.url, ["*"], actor=ADMIN)
    receiver.status, receiver.body = 500, b"sorry"
    publish("A")
    for _ in webhooks.BACKOFF:
        assert send_all() == [False]
    waits = [r.scheduled_at for r in db.rows("SELECT scheduled_at FROM procrastinate_jobs"
                                             " WHERE scheduled_at IS NOT NULL ORDER BY id")]
    assert len(waits) == len(webhooks.BACKOFF)
    assert waits == sorted(waits)
    assert send_all() == [False]
    assert db.value("SELECT state FROM kit_webhookdelivery") == "parked"
    assert [a.status for a in webhooks.list_attempts(1)] == [500] * 9
    assert webhooks.list_attempts(1)[0].answer == "sorry"
    receiver.status = 200
    webhooks.replay(1, actor=ADMIN)
    assert send_all() == [True]
    ids = {headers["webhook-id"] for headers, _ in receiver.seen}
    assert len(ids) == 1


@pytest.mark.django_db(transaction=True)
def test_redirects_are_not_followed_and_gone_switches_off(receiver: Receiver) -> None:
    webhooks.create_endpoint(receiver.url, ["*"], actor=ADMIN)
    receiver.status, receiver.headers = 302, {"Location": receiver.url}
    publish("A")
    assert send_all() == [False]
    assert len(receiver.seen) == 1
    receiver.status = 410
    assert send_all() == [False]
    assert db.value("SELECT is_active FROM kit_webhookendpoint") is False
    publish("B")
    assert db.value("SELECT count(*) FROM kit_webhookdelivery") == 1


@pytest.mark.django_db
def test_strangers_and_unknown_events_are_refused(receiver: Receiver) -> None:
    with pytest.raises(Unauthenticated):
        webhooks.create_endpoint(receiver.url, ["*"], actor=ANONYMOUS)
    with pytest.raises(InvalidInput):
        webhooks.create_endpoint(receiver.url, ["no.such"], actor=ADMIN)


HOSTILE = [
    "https://127.0.0.1/", "https://localhost/", "https://[::1]/", "https://0.0.0.0/", "https://10.0.0.1/",
    "https://192.168.1.1/", "https://172.16.0.1/", "https://169.254.169.254/latest/meta-data", "https://[fe80::1]/",
    "https://[::ffff:127.0.0.1]/", "https://[::ffff:10.0.0.1]/", "https://[64:ff9b::7f00:1]/", "https://[2002:7f00:1::]/",
    "https://[fc00::1]/", "https://[fec0::1]/", "https://[64:ff9b:1::a00:1]/", "https://[::127.0.0.1]/",
    "https://[::ffff:0:7f00:1]/", "https://100.64.0.1/", "https://224.0.0.1/", "https://255.255.255.255/",
    "https://2130706433/",
    "https://0x7f.1/", "https://127.1/", "https://user:pass@127.0.0.1/", "http://example.com/", "file:///etc/passwd",
    "gopher://127.0.0.1/", "https:///x", "https://exa mple.com/", "https://example.com:99999/", "https://a\r\nHost: b/",
]


@pytest.mark.parametrize("url", HOSTILE)
def test_our_own_network_is_out_of_reach(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("ENTREPOT_ALLOW_PRIVATE_HOOKS", raising=False)

    def never(*args: object) -> None:
        raise AssertionError("a connection was opened")

    monkeypatch.setattr("socket.create_connection", never)
    with pytest.raises((outbound.Refused, outbound.Failed)):
        outbound.post(url, b"{}", {})


def test_name_that_changes_its_mind_is_asked_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """DNS rebinding: the connection goes to the address that was judged."""
    asked, opened = [], []

    def resolve(host: str, port: int, **kwargs: Any) -> list[Any]:
        asked.append(host)
        return [(2, 1, 6, "", ("93.184.215.14" if len(asked) == 1 else "127.0.0.1", port))]

    def connect(address: tuple[str, int], *args: Any) -> None:
        opened.append(address[0])
        raise OSError("unreachable")

    monkeypatch.setattr("socket.getaddrinfo", resolve)
    monkeypatch.setattr("socket.create_connection", connect)
    with pytest.raises(outbound.Failed):
        outbound.post("https://rebind.example/", b"{}", {})
    assert (len(asked), opened) == (1, ["93.184.215.14"])


def test_answer_is_cut_at_the_cap(receiver: Receiver) -> None:
    receiver.status, receiver.body = 200, b"x" * 300_000
    assert len(outbound.post(receiver.url, json.dumps({}).encode(), {}).text) == outbound.MAX_BYTES
