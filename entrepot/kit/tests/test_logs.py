"""Logs keep one line per event, and no secret or personal datum, wherever it hides."""

from __future__ import annotations

import json
from typing import Any

import orjson
import pytest
import structlog
from hypothesis import given, settings
from hypothesis import strategies as st

from entrepot.kit import logs

SECRETS = ["alice@example.com", "13800138000", "+49 170 1234567", "4242 4242 4242 4242", "5555555555554444",
           "ek_abcdefabcdef_Zm9vYmFyYmF6cXV4Zm9vYmFyYmF6cXV4", "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
           "sk_live_51H8abcDEF", "Bearer abcdef123456", "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2lnbmF0dXJl",
           "?token=s3cr3t-value", "password=hunter2"]
NEEDLES = ["alice@example", "13800138000", "1234567", "4242 4242 4242", "5555555555554444", "Zm9vYmFy",
           "MfKQ9r8GKY", "51H8abcDEF", "abcdef123456", "c2lnbmF0dXJl", "s3cr3t-value", "hunter2"]
# letters that cannot continue a number or a word, so that what surrounds a secret does not change what it is
AROUND = st.text(st.characters(blacklist_characters="0123456789@._-+=%/&?#()[]{}<>\"',;: ", codec="utf-8"), max_size=8)


def line_of(**event: Any) -> bytes:
    done: Any = {"event": "x", **event}
    for step in logs._SHARED:
        done = step(None, "info", done)
    return logs._line(None, "info", done)


@settings(max_examples=400, deadline=None)
@given(st.sampled_from(list(zip(SECRETS, NEEDLES, strict=True))), AROUND, AROUND,
       st.sampled_from(["flat", "list", "nested", "key", "bytes"]))
def test_no_secret_leaks_and_a_line_stays_a_line(pair: tuple[str, str], before: str, after: str, shape: str) -> None:
    secret, needle = pair
    text = f"{before}\r\n {secret} \n{after}"
    value: Any = {"flat": text, "list": [1, text], "nested": {"a": [{"b": text}]}, "key": {text: 1},
                  "bytes": text.encode()}[shape]
    line = line_of(value=value)
    assert needle.encode() not in line
    assert b"\n" not in line
    assert orjson.loads(line)["event"] == "x"


@pytest.mark.parametrize("name", ["password", "new_password", "Authorization", "csrf_token", "cookie", "api_key",
                                  "email", "phone", "card_number", "totp_code", "client_secret"])
def test_named_secrets_go_whatever_they_hold(name: str) -> None:
    assert orjson.loads(line_of(**{name: "plain words"}))[name] == logs.GONE


def test_ordinary_values_stay() -> None:
    kept = {"order": "A-100234", "id": "0190b6a0-7c4e-7b3a-9c1d-13812345678f", "amount_minor": 1299,
            "route": "api/v1/x", "ip": "203.0.113.7", "text": "2 of 10 lines, 3.50 EUR on 2026-11-22"}
    read = orjson.loads(line_of(**kept))
    assert {k: read[k] for k in kept} == kept


_PIECES = st.sampled_from([*"0123456789 -.()+=@&;", "bearer ", "Basic", "ek_ab_", "whsec_", "sk_live_", "eyJ", "key",
                           "abc", "example.com", "1385551234", "4242"])


@given(st.lists(_PIECES, max_size=12).map("".join))
def test_what_is_let_through_at_once_matches_no_pattern(text: str) -> None:
    if not logs._SUSPECT.search(text):
        assert not any(p.search(text) for p in (logs._BEARER, logs._KEYS, logs._PARAMETER, logs._MAIL, logs._CARD,
                                                logs._PHONE))


def test_number_of_a_card_is_hidden_also_as_a_number() -> None:
    assert orjson.loads(line_of(n=4242424242424242))["n"] == logs.GONE


def test_hostile_input_is_fast() -> None:
    import time

    for text in ("a" * 100_000, "1 " * 50_000, "@" * 100_000, "a@" * 50_000, "+1 " * 30_000, "key=" * 30_000):
        started = time.perf_counter()
        logs.redact_text(text)
        assert time.perf_counter() - started < 0.5


def test_tracebacks_are_redacted_too(capfd: pytest.CaptureFixture[str]) -> None:
    logs.configure()
    try:
        raise ValueError("mail to alice@example.com failed")
    except ValueError:
        structlog.get_logger("test").bind().exception("failed")
    written = capfd.readouterr().err.strip().splitlines()[-1]
    assert "alice@example" not in written
    assert "ValueError" in json.loads(written)["exception"]


def test_the_environment_says_from_which_level_on(capfd: pytest.CaptureFixture[str],
                                                  monkeypatch: pytest.MonkeyPatch) -> None:
    try:
        for level, kept in (("warning", ["loud"]), ("info", ["soft", "loud"]), ("nonsense", ["soft", "loud"])):
            monkeypatch.setenv("ENTREPOT_LOG_LEVEL", level)
            logs.configure()
            logger = structlog.get_logger("test").bind()
            logger.info("soft")
            logger.warning("loud")
            assert [json.loads(line)["event"] for line in capfd.readouterr().err.strip().splitlines()] == kept
    finally:
        monkeypatch.undo()
        logs.configure()
