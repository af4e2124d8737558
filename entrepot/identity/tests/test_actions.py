"""Roles, rights and keys: nobody grows, losses show at once, nothing secret is kept."""

from __future__ import annotations

from datetime import timedelta

import pytest
from click.testing import CliRunner
from django.db import connection

from entrepot.identity import commands, public
from entrepot.identity.errors import (
    BuiltinRole,
    CannotGrant,
    EmailTaken,
    InvalidApiKey,
    LastOwner,
    StaffLogin,
    UnitCycle,
    UnknownPermission,
    WeakPassword,
)
from entrepot.identity.models import ApiKey, User
from entrepot.identity.tests.factories import PASSWORD, SETUP, alice_login, bob, key
from entrepot.kit import clock
from entrepot.kit.actor import Actor, ActorKind, Permission
from entrepot.kit.errors import InvalidInput, NotFound, PermissionDenied

pytestmark = pytest.mark.django_db

READ = Permission("identity.read", "")


def test_role_grants_and_nothing_else_does() -> None:
    assert bob("owner").can(READ)
    assert not bob("warehouse").can(READ)
    alice = public.actor_of_user(alice_login())
    assert alice is not None
    assert alice.permissions == frozenset()
    assert not alice.is_staff_side


def test_who_holds_a_right_are_the_roles_of_colleagues_who_work_here() -> None:
    def holders(*codes: str) -> list[str]:
        return [role.code for role in public.holders_of(codes)]

    public.ensure_roles()
    assert holders("payments.receive") == []
    bob("finance", "auditor")
    assert holders("payments.receive") == ["finance"]
    assert holders("payments.receive", "payments.read") == ["auditor", "finance"]
    assert holders("no.such", "") == holders() == []
    User.objects.update(is_active=False)
    assert holders("payments.receive") == []


def test_lost_role_is_gone_on_the_next_look() -> None:
    actor = bob("auditor")
    assert actor.can(READ)
    bob("owner")
    public.create_staff("owner2@example.com", "Second", PASSWORD + "2", ["owner"], actor=SETUP)
    public.set_roles(int(actor.id), ["warehouse"], actor=SETUP)
    after = public.actor_of_user(int(actor.id))
    assert after is not None
    assert not after.can(READ)


def test_disabled_user_is_nobody() -> None:
    actor = bob("auditor")
    public.create_staff("owner2@example.com", "Second", PASSWORD + "2", ["owner"], actor=SETUP)
    public.update_user(int(actor.id), is_active=False, actor=SETUP)
    assert public.actor_of_user(int(actor.id)) is None


def test_somebody_keeps_the_keys() -> None:
    actor = bob("owner")
    with pytest.raises(LastOwner):
        public.set_roles(int(actor.id), ["warehouse"], actor=SETUP)
    with pytest.raises(LastOwner):
        public.update_user(int(actor.id), is_active=False, actor=SETUP)


def test_nobody_grants_more_than_they_hold() -> None:
    from entrepot.identity import actions

    owner = bob("owner")
    actions.save_role("grantor", "Grantor", ["identity.roles", "identity.keys", "identity.manage"], actor=owner)
    grantor_id = public.create_staff("g@example.com", "Grantor", PASSWORD + "3", ["grantor"], actor=owner)
    grantor = public.actor_of_user(grantor_id)
    assert grantor is not None
    with pytest.raises(CannotGrant):
        public.set_roles(grantor_id, ["owner"], actor=grantor)
    with pytest.raises(CannotGrant):
        public.create_api_key("x", ["identity.read"], clock.now() + timedelta(days=1), actor=grantor)
    with pytest.raises(CannotGrant):
        public.set_password(int(owner.id), PASSWORD + "4", actor=grantor)
    with pytest.raises(CannotGrant):
        actions.remove_second_factors(int(owner.id), reason="", actor=grantor)


def test_builtin_role_and_unknown_permission_are_refused() -> None:
    from entrepot.identity import actions

    owner = bob("owner")
    with pytest.raises(BuiltinRole):
        actions.save_role("owner", "Mine", [], actor=owner)
    with pytest.raises(UnknownPermission):
        actions.save_role("mine", "Mine", ["no.such"], actor=owner)


def test_stranger_may_not_create_staff() -> None:
    bob()
    alice = public.actor_of_user(alice_login())
    assert alice is not None
    with pytest.raises(PermissionDenied):
        public.create_staff("x@example.com", "X", PASSWORD, [], actor=alice)


def test_key_opens_only_its_scopes_and_no_secret_is_kept() -> None:
    token = key("identity.read")
    actor = public.actor_of_key(token)
    assert actor.permissions == {"identity.read"}
    with connection.cursor() as cursor:
        cursor.execute("SELECT to_jsonb(k)::text FROM identity_apikey k")
        stored = cursor.fetchone()[0]
    assert token not in stored
    assert token.split("_", 2)[2] not in stored  # the secret itself may hold underscores


def test_expired_revoked_and_wrong_keys_get_one_answer() -> None:
    token = key("identity.read")
    with clock.at(clock.now() + timedelta(days=31)), pytest.raises(InvalidApiKey):
        public.actor_of_key(token)
    with pytest.raises(InvalidApiKey):
        public.actor_of_key(token[:-1] + ("A" if token[-1] != "A" else "B"))
    for junk in ("", "ek_", "ek_aaaaaaaaaaaa_" + "x" * 32, "é" * 40, "x" * 10_000):
        with pytest.raises(InvalidApiKey):
            public.actor_of_key(junk)
    public.revoke_api_key(ApiKey.objects.get().id, actor=SETUP)
    with pytest.raises(InvalidApiKey):
        public.actor_of_key(token)


def test_last_use_is_written_once_a_day(django_assert_num_queries: object) -> None:
    token = key("identity.read")
    with django_assert_num_queries(2):  # type: ignore[operator]
        public.actor_of_key(token)
    with django_assert_num_queries(1):  # type: ignore[operator]
        public.actor_of_key(token)


def test_one_address_has_one_login_whatever_the_case() -> None:
    alice_login()
    with pytest.raises(EmailTaken):
        public.create_login("ALICE@Example.com", PASSWORD, "Other", "en")


@pytest.mark.parametrize(("password", "staff", "ok"), [
    ("short", False, False), ("elevenchars", False, False), ("twelve chars", False, True),
    ("twelve chars", True, False), ("fifteen charact", True, True), ("x" * 64 + "yz", True, True),
    ("q" * 129, False, False), ("passwordpassword", False, True), ("1234567890123", False, False),
    ("长长的密码也可以用十二字", False, True), ("bob@example.com", False, False),
])
def test_password_rules(password: str, staff: bool, ok: bool) -> None:
    from entrepot.identity.actions import check_password_strength

    user = User(email="bob@example.com", name="Bob", is_staff=staff)
    if ok:
        check_password_strength(password, user)
    else:
        with pytest.raises(WeakPassword):
            check_password_strength(password, user)


def test_nobody_belongs_to_a_unit_that_is_not() -> None:
    owner = bob()
    with pytest.raises(NotFound):
        public.create_staff("carol@example.com", "Carol", PASSWORD, ["sales"], unit_id=30_000, actor=owner)
    assert not User.objects.filter(email="carol@example.com").exists()
    with pytest.raises(NotFound):
        public.update_user(int(owner.id), unit_id=30_000, actor=owner)


def test_unit_cannot_lie_within_itself() -> None:
    from entrepot.identity import actions

    owner = bob()
    top = actions.save_unit("Operations", actor=owner)
    below = actions.save_unit("Warehouse", parent_id=top.id, actor=owner)
    with pytest.raises(UnitCycle):
        actions.save_unit("Operations", unit_id=top.id, parent_id=below.id, actor=owner)


def test_a_closed_login_frees_its_address_and_ends_everything() -> None:
    user_id = alice_login()
    public.enrol_totp(user_id, actor=SETUP)
    with pytest.raises(PermissionDenied):
        public.close_login(user_id, actor=Actor(ActorKind.CUSTOMER, id="9", user_id=user_id + 1))
    public.close_login(user_id, actor=SETUP)
    gone = public.get_user(user_id)
    assert (gone.email, gone.name, gone.is_active, gone.has_second_factor) == (
        f"closed-{user_id}@closed.invalid", "", False, False)
    assert not User.objects.get(pk=user_id).has_usable_password()
    assert public.actor_of_user(user_id) is None
    assert alice_login() != user_id


def test_a_colleague_is_not_closed() -> None:
    colleague = bob()
    with pytest.raises(StaffLogin):
        public.close_login(colleague.user_id or 0, actor=SETUP)
    assert public.get_user(colleague.user_id or 0).is_active


def test_a_key_with_a_misspelt_scope_is_not_made() -> None:
    """Half of the scopes would be a key that fails where it is used."""
    before = ApiKey.objects.count()
    refused = CliRunner().invoke(commands.key, ["till", "--scope", "catalog.read", "--scope", "order.*"])
    assert (refused.exit_code, "order.*" in refused.output) == (2, True)
    assert CliRunner().invoke(commands.key, ["till"]).exit_code == 2
    assert ApiKey.objects.count() == before
    assert CliRunner().invoke(commands.key, ["till", "--scope", "catalog.*", "--days", "9" * 11]).exit_code == 2
    listed = CliRunner().invoke(commands.key, ["--list-scopes"])
    assert (listed.exit_code, "catalog.read" in listed.output) == (0, True)
    assert CliRunner().invoke(commands.key, ["till", "--scope", "catalog.*"]).exit_code == 0
    assert ApiKey.objects.count() == before + 1


@pytest.mark.parametrize("words", [{"name": "x" * 121}, {"name": "Bob\x00"}, {"name": "Bob\nBcc: a@b.example"},
                                   {"language": "\x00"}, {"language": "tlh"}])
def test_a_colleague_has_a_name_and_a_language_of_ours(words: dict[str, str]) -> None:
    before = bob("owner")
    with pytest.raises(InvalidInput):
        public.update_user(int(before.id), **words, actor=before)
    with pytest.raises(InvalidInput):
        public.create_staff("new@example.com", words.get("name", "New"), PASSWORD, ["sales"],
                            language=words.get("language", "en"), actor=before)
    assert not User.objects.filter(email="new@example.com").exists()
