"""Flags: stable, monotone, independent; changed only by those who may."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from django.test import RequestFactory
from django.urls import resolve
from hypothesis import given
from hypothesis import strategies as st

from entrepot.experiments import public, queries, rules
from entrepot.experiments.contracts import FlagInfo
from entrepot.experiments.errors import FlagExists
from entrepot.kit.actor import ANONYMOUS, Actor, ActorKind
from entrepot.kit.errors import InvalidInput, NotFound, PermissionDenied, StaleVersion
from entrepot.kit.json import dumps, loads

BOB = Actor(ActorKind.STAFF, id="bob", label="Bob", permissions=frozenset({"experiments.read", "experiments.change"}))
CHARLIE = Actor(ActorKind.STAFF, id="charlie", label="Charlie")
D = Decimal

database = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _no_flags() -> None:
    queries.forget_flags()


def flag(share: str, key: str = "new-menu") -> FlagInfo:
    return FlagInfo(key, "", True, D(share), 1)


def test_assignment_never_changes() -> None:
    """Pinned: these numbers are promised in the documentation, so every version must give them."""
    assert [rules.bucket("new-menu", s) for s in ("alice", "bob", "王小明")] == [3815, 9233, 8219]


@given(st.text(max_size=40), st.decimals(0, 100, places=2), st.decimals(0, 100, places=2))
def test_a_larger_share_takes_nobody_out(subject: str, one: Decimal, other: Decimal) -> None:
    small, large = sorted((one, other))
    assert rules.is_on(flag(str(large)), subject) or not rules.is_on(flag(str(small)), subject)


@given(st.text(max_size=40))
def test_nobody_and_everybody(subject: str) -> None:
    assert not rules.is_on(flag("0"), subject)
    assert rules.is_on(flag("100"), subject)


def test_shares_are_kept_and_flags_are_independent() -> None:
    people = [f"visitor-{n}" for n in range(20_000)]
    first = {p for p in people if rules.is_on(flag("30", "a"), p)}
    second = {p for p in people if rules.is_on(flag("50", "b"), p)}
    assert abs(len(first) / 20_000 - 0.30) < 0.015
    assert abs(len(first & second) / len(first) - 0.50) < 0.03


@database
def test_switching_a_flag() -> None:
    assert public.is_on("new-menu", "alice") is False
    public.create_flag("new-menu", actor=BOB)
    assert public.is_on("new-menu", "alice") is False
    public.update_flag("new-menu", is_enabled=True, actor=BOB)
    assert public.is_on("new-menu", "alice") is True
    public.update_flag("new-menu", share_percent=D(0), actor=BOB)
    assert public.is_on("new-menu", "alice") is False
    public.delete_flag("new-menu", actor=BOB)
    assert public.list_flags() == []


@database
def test_asking_again_reads_nothing(django_assert_num_queries: Any) -> None:
    public.is_on("new-menu", "alice")
    with django_assert_num_queries(0):
        public.is_on("new-menu", "bob")


@database
def test_refusals_change_nothing() -> None:
    public.create_flag("new-menu", share_percent=D(10), actor=BOB)
    with pytest.raises(FlagExists):
        public.create_flag("new-menu", actor=BOB)
    with pytest.raises(InvalidInput):
        public.update_flag("new-menu", share_percent=D("10.001"), actor=BOB)
    with pytest.raises(InvalidInput):
        public.update_flag("new-menu", share_percent=D(101), actor=BOB)
    with pytest.raises(StaleVersion):
        public.update_flag("new-menu", is_enabled=True, expected_version=7, actor=BOB)
    with pytest.raises(NotFound):
        public.update_flag("other", is_enabled=True, actor=BOB)
    for act in (lambda: public.create_flag("x", actor=CHARLIE), lambda: public.delete_flag("new-menu", actor=CHARLIE),
                lambda: public.update_flag("new-menu", is_enabled=True, actor=CHARLIE)):
        with pytest.raises(PermissionDenied):
            act()
    assert public.list_flags() == [FlagInfo("new-menu", "", False, D("10.00"), 1)]


def call(actor: Actor, method: str, path: str, body: Any = None) -> tuple[int, Any]:
    path = "/api/v1/admin/experiments" + path
    request = RequestFactory().generic(
        method, path, b"" if body is None else dumps(body), content_type="application/json"
    )
    request.actor = actor  # type: ignore[attr-defined]
    match = resolve(path)
    response = match.func(request, *match.args, **match.kwargs)
    return response.status_code, loads(response.content) if response.content else None


@database
def test_flags_over_http() -> None:
    assert call(BOB, "POST", "/flags", {"key": "new-menu", "share_percent": "12.5"})[0] == 201
    assert call(BOB, "PATCH", "/flags/new-menu", {"is_enabled": True, "expected_version": 1})[1]["version"] == 2
    assert call(BOB, "PATCH", "/flags/new-menu", {"is_enabled": False, "expected_version": 1})[0] == 412
    assert call(BOB, "GET", "/flags/new-menu")[1]["share_percent"] == "12.50"
    assert call(BOB, "POST", "/flags", {"key": "other", "share_percent": 101})[0] == 422
    assert call(CHARLIE, "GET", "/flags")[0] == 403
    assert call(ANONYMOUS, "DELETE", "/flags/new-menu")[0] == 401
    assert len(call(BOB, "GET", "/flags")[1]) == 1
    assert call(BOB, "DELETE", "/flags/new-menu")[0] == 204
    assert call(BOB, "GET", "/flags/new-menu")[0] == 404
