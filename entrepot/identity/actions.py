"""Verbs on users, roles, units, keys and sessions."""

from __future__ import annotations

import base64
import secrets
from collections.abc import Iterable, Mapping
from datetime import datetime

from django.conf import settings
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import QuerySet

from entrepot.identity import mails, queries, rules
from entrepot.identity.contracts import ApiKeyInfo, RoleInfo, UnitInfo
from entrepot.identity.errors import (
    BuiltinRole,
    CannotGrant,
    EmailTaken,
    LastOwner,
    RoleInUse,
    StaffLogin,
    UnitCycle,
    UnitInUse,
    UnknownPermission,
    UnknownRole,
    WeakPassword,
)
from entrepot.identity.models import ApiKey, OrganisationUnit, Role, User
from entrepot.identity.permissions import KEYS, MANAGE, ROLES, SESSIONS
from entrepot.kit import actor as kit_actor
from entrepot.kit import audit, clock, db
from entrepot.kit.actor import Actor
from entrepot.kit.bylanguage import CONTROL
from entrepot.kit.errors import N_, InvalidInput, NotFound


def ensure_roles() -> None:  # lint: allow action-actor  what this version declares, nobody's decision
    """Create or refresh the built-in roles from the permissions declared in this version."""
    declared = [code for code, p in kit_actor.declared().items() if not p.everyone]
    for role in rules.BUILTIN_ROLES:
        codes = rules.permissions_of_role(role, declared)
        Role.objects.update_or_create(code=role.code, defaults={"name": role.name, "permissions": codes,
                                                                "is_builtin": True})


def create_staff(email: str, name: str, password: str, roles: Iterable[str], *, unit_id: int | None = None,
                 language: str = "en", actor: Actor) -> int:
    """A colleague. They reach nothing but the enrolment of a second factor until they have one."""
    actor.require(MANAGE)
    _check_words(name, language)
    with transaction.atomic():
        granted = _roles(roles)
        _check_grantable(actor, {p for r in granted for p in r.permissions})
        _check_unit(unit_id)
        user = _create_user(email, name, password, language, is_staff=True, unit_id=unit_id)
        user.roles.set(granted)
        audit.record(actor, "identity.create_staff", "user", user.id, new={"roles": [r.code for r in granted]})
    return user.id


def create_login(email: str, password: str, name: str, language: str) -> int:  # lint: allow action-actor  anyone
    """A customer's sign-in, without any right of staff; the address is taken as theirs."""
    from allauth.account.models import EmailAddress

    with transaction.atomic():
        user = _create_user(email, name, password, language, is_staff=False, unit_id=None)
        EmailAddress.objects.filter(user=user).update(verified=True)
        return user.id


def sign_up(email: str, password: str, name: str, language: str) -> int | None:  # lint: allow action-actor  anyone
    """A visitor opens an account by themselves: it can be used once the mailed link was followed.

    None when there is an account with this address already. Its owner is told by mail, the visitor is not: the answer,
    and the work done for it, are the same. Mails leave after the transaction.
    """
    from allauth.account.models import EmailAddress

    try:
        with transaction.atomic():
            user = _create_user(email, name, password, language, is_staff=False, unit_id=None)
    except EmailTaken:
        transaction.on_commit(lambda: mails.tell_taken(email.strip().lower(), language))
        return None
    address = EmailAddress.objects.get(user=user)
    transaction.on_commit(lambda: mails.ask_to_confirm(address, language))
    return user.id


def _create_user(email: str, name: str, password: str, language: str, *, is_staff: bool, unit_id: int | None) -> User:
    user = User(email=email.strip().lower(), name=" ".join(name.split()), language=language, is_staff=is_staff,
                unit_id=unit_id)
    check_password_strength(password, user)
    user.set_password(password)
    try:
        with transaction.atomic():
            user.save()
    except IntegrityError as error:
        raise EmailTaken from error
    _own_address(user)
    return user


def _own_address(user: User) -> None:
    from allauth.account.models import EmailAddress

    EmailAddress.objects.create(user=user, email=user.email, primary=True, verified=user.is_staff)


def check_password_strength(password: str, user: User) -> None:  # lint: allow action-actor  a rule
    """Raise WeakPassword with every reason; the rules differ for staff and customers."""
    try:
        validate_password(password, user)
    except ValidationError as error:
        raise WeakPassword(reasons=" ".join(error.messages)) from error


def set_password(user_id: int, password: str, *, actor: Actor) -> None:
    """Give a user a new password; all their sessions end, since a session is bound to the password hash."""
    if actor.user_id != user_id:
        actor.require(MANAGE)
    with transaction.atomic():
        user = _locked_user(user_id)
        _check_not_above(actor, user)
        check_password_strength(password, user)
        user.set_password(password)
        user.save(update_fields=["password"])
        _end_sessions(user_id)
        audit.record(actor, "identity.set_password", "user", user_id)


def update_user(user_id: int, *, name: str | None = None, language: str | None = None, unit_id: int | None = None,
                is_active: bool | None = None, actor: Actor) -> None:
    """Change what is given. A disabled user is out of every channel with their next request."""
    actor.require(MANAGE)
    _check_words(name, language)
    changes = {k: v for k, v in (("name", name), ("language", language), ("unit_id", unit_id),
                                 ("is_active", is_active)) if v is not None}
    with transaction.atomic():
        user = _locked_user(user_id)
        _check_not_above(actor, user)
        _check_unit(unit_id)
        old, was_owner = {k: getattr(user, k) for k in changes}, _is_owner(user_id)
        User.objects.filter(pk=user_id).update(**changes)
        if is_active is False:
            _end_sessions(user_id)
            _check_owner_remains(was_owner)
        audit.record(actor, "identity.update_user", "user", user_id, old=_impersonal(old), new=_impersonal(changes))


def _check_words(name: str | None, language: str | None) -> None:
    if name is not None and (len(name) > 120 or CONTROL.search(name) or "\n" in name or "\r" in name):
        raise InvalidInput("name", N_("This cannot be a name: it is too long, or has a sign that cannot be shown."))
    if language is not None and language not in dict(settings.LANGUAGES):
        raise InvalidInput("language", N_("This language is not in use."))


def _check_unit(unit_id: int | None) -> None:
    if unit_id is not None and not OrganisationUnit.objects.filter(pk=unit_id).exists():
        raise NotFound("unit")


def _impersonal(fields: Mapping[str, object]) -> dict[str, object]:
    return {k: v for k, v in fields.items() if k != "name"}


def set_roles(user_id: int, roles: Iterable[str], *, actor: Actor) -> None:
    """Replace a user's roles. Nobody grants more than they hold, and somebody keeps the keys."""
    actor.require(ROLES)
    with transaction.atomic():
        user = _locked_user(user_id)
        old = list(user.roles.order_by("code"))
        granted = _roles(roles)
        changed = {p for r in set(granted) ^ set(old) for p in r.permissions}
        _check_grantable(actor, changed)
        was_owner = _is_owner(user_id)
        user.roles.set(granted)
        _check_owner_remains(was_owner)
        audit.record(actor, "identity.set_roles", "user", user_id, old=[r.code for r in old],
                     new=[r.code for r in granted])


def save_role(code: str, name: str, permissions: Iterable[str], *, actor: Actor) -> RoleInfo:
    """Create or change a role of the company's own."""
    actor.require(ROLES)
    codes = _known(permissions)
    with transaction.atomic():
        role = Role.objects.select_for_update().filter(code=code).first() or Role(code=code)
        if role.is_builtin:
            raise BuiltinRole
        old = list(role.permissions)
        _check_grantable(actor, set(codes) ^ set(old))
        role.name, role.permissions = name, codes
        role.save()
        audit.record(actor, "identity.save_role", "role", code, old=old, new=codes)
    return queries.role_info(role)


def delete_role(code: str, *, actor: Actor) -> None:
    actor.require(ROLES)
    with transaction.atomic():
        role = Role.objects.select_for_update().filter(code=code).first()
        if role is None:
            raise NotFound("role")
        if role.is_builtin:
            raise BuiltinRole
        if User.objects.filter(roles=role).exists():
            raise RoleInUse
        role.delete()
        audit.record(actor, "identity.delete_role", "role", code, old=list(role.permissions))


def save_unit(name: str, *, unit_id: int | None = None, parent_id: int | None = None, actor: Actor) -> UnitInfo:
    """Create a unit, or rename and move it."""
    actor.require(MANAGE)
    with transaction.atomic():
        parents = dict(OrganisationUnit.objects.select_for_update().values_list("id", "parent_id"))
        if (unit_id is not None and unit_id not in parents) or (parent_id is not None and parent_id not in parents):
            raise NotFound("unit")
        _check_no_cycle(unit_id, parent_id, parents)
        unit = OrganisationUnit(pk=unit_id, name=name, parent_id=parent_id)
        unit.save()
        audit.record(actor, "identity.save_unit", "unit", unit.id, new={"name": name, "parent_id": parent_id})
    return UnitInfo(unit.id, unit.name, unit.parent_id)


def _check_no_cycle(unit_id: int | None, parent_id: int | None, parents: Mapping[int, int | None]) -> None:
    above = parent_id
    while above is not None and unit_id is not None:
        if above == unit_id:
            raise UnitCycle
        above = parents[above]


def delete_unit(unit_id: int, *, actor: Actor) -> None:
    actor.require(MANAGE)
    with transaction.atomic():
        unit = OrganisationUnit.objects.select_for_update().filter(pk=unit_id).first()
        if unit is None:
            raise NotFound("unit")
        if unit.children.exists() or User.objects.filter(unit=unit).exists():
            raise UnitInUse
        unit.delete()
        audit.record(actor, "identity.delete_unit", "unit", unit_id, old={"name": unit.name})


def create_api_key(name: str, scopes: list[str], expires_at: datetime, *, actor: Actor) -> tuple[ApiKeyInfo, str]:
    """A key for a program. The token is in the answer, once, and nowhere else."""
    actor.require(KEYS)
    now = clock.now()
    if expires_at <= now:
        raise InvalidInput("expires_at", N_("The date must lie in the future."))
    codes = _known(scopes)
    _check_grantable(actor, codes)
    prefix = base64.b32encode(secrets.token_bytes(8)).decode().lower()[:12]
    token = f"ek_{prefix}_{secrets.token_urlsafe(24)}"
    with transaction.atomic():
        key = ApiKey.objects.create(name=name, prefix=prefix, hash=rules.hash_key(token), scopes=codes,
                                    created_by_id=queries.person_behind(actor), created_at=now,
                                    expires_at=expires_at)
        audit.record(actor, "identity.create_api_key", "api_key", key.id, new={"scopes": codes, "until": expires_at})
    return queries.key_info(key), token


def revoke_api_key(key_id: int, *, actor: Actor) -> None:
    """The key's next request is refused. Revoking twice is fine."""
    actor.require(KEYS)
    with transaction.atomic():
        if not ApiKey.objects.select_for_update().filter(pk=key_id).exists():
            raise NotFound("API key")
        if ApiKey.objects.filter(pk=key_id, revoked_at=None).update(revoked_at=clock.now()):
            audit.record(actor, "identity.revoke_api_key", "api_key", key_id)


def end_sessions(user_id: int, *, session_id: int | None = None, actor: Actor) -> int:
    """End one or all sessions of a user (one's own, or anybody's with the permission). Returns how many ended."""
    if actor.user_id != user_id:
        actor.require(SESSIONS)
    with transaction.atomic():
        ended = _end_sessions(user_id, session_id)
        if session_id is not None and not ended:
            raise NotFound("session")
        audit.record(actor, "identity.end_sessions", "user", user_id, new={"ended": ended})
    return ended


def _end_sessions(user_id: int, session_id: int | None = None) -> int:
    return db.execute(
        "WITH gone AS (DELETE FROM usersessions_usersession WHERE user_id = %s"
        " AND (%s::bigint IS NULL OR id = %s) RETURNING session_key)"
        " DELETE FROM django_session WHERE session_key IN (SELECT session_key FROM gone)",
        [user_id, session_id, session_id])


def close_login(user_id: int, *, actor: Actor) -> None:
    """A customer leaves: nobody can sign in as them, their address is free for a new account, factors and sessions go.

    The row stays, without anything of the person, because records refer to it. Colleagues are disabled, not closed.
    """
    from allauth.account.models import EmailAddress
    from allauth.mfa.models import Authenticator

    if actor.user_id != user_id:
        actor.require(MANAGE)
    with transaction.atomic():
        user = _locked_user(user_id)
        if user.is_staff:
            raise StaffLogin
        user.email, user.name, user.is_active = f"closed-{user_id}@closed.invalid", "", False
        user.set_unusable_password()
        user.save(update_fields=["email", "name", "is_active", "password"])
        for kept in (EmailAddress, Authenticator):
            kept.objects.filter(user_id=user_id).delete()
        _end_sessions(user_id)
        audit.record(actor, "identity.close_login", "user", user_id)


def forget_session(session_key: str) -> None:  # lint: allow action-actor  whoever held the key
    """A session was signed out: it leaves the list."""
    db.execute("DELETE FROM usersessions_usersession WHERE session_key = %s", [session_key])


def enrol_totp(user_id: int, secret: str | None = None, *, actor: Actor) -> str:
    """Give a user a TOTP factor and return its base32 secret (set-up of the first owner, of demo and test people)."""
    if actor.user_id != user_id:
        actor.require(MANAGE)
    from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret

    secret = secret or generate_totp_secret()
    with transaction.atomic():
        TOTP.activate(_locked_user(user_id), secret)
        audit.record(actor, "identity.enrol_totp", "user", user_id)
    return secret


def remove_second_factors(user_id: int, *, reason: str, actor: Actor) -> None:
    """For a colleague who lost the device: they enrol anew at the next sign-in. All their sessions end."""
    actor.require(MANAGE)
    from allauth.mfa.models import Authenticator

    with transaction.atomic():
        _check_not_above(actor, _locked_user(user_id))
        Authenticator.objects.filter(user_id=user_id).delete()
        _end_sessions(user_id)
        audit.record(actor, "identity.remove_second_factors", "user", user_id, reason=reason)


def _locked_user(user_id: int) -> User:
    user = User.objects.select_for_update().filter(pk=user_id).first()
    if user is None:
        raise NotFound("user")
    return user


def _roles(codes: Iterable[str]) -> list[Role]:
    wanted = sorted(set(codes))
    found = {r.code: r for r in Role.objects.filter(code__in=wanted)}
    for code in wanted:
        if code not in found:
            raise UnknownRole(code=code)
    return [found[c] for c in wanted]


def _known(codes: Iterable[str]) -> list[str]:
    declared = kit_actor.declared()
    wanted = sorted(set(codes))
    for code in wanted:
        if code not in declared:
            raise UnknownPermission(code=code)
    return [c for c in wanted if not declared[c].everyone]


def _check_grantable(actor: Actor, codes: Iterable[str]) -> None:
    if missing := rules.not_grantable(actor, codes):
        raise CannotGrant(permissions=", ".join(missing[:5]))


def _check_not_above(actor: Actor, user: User) -> None:
    """Whoever could take over an account with more rights would have those rights."""
    if actor.user_id != user.id:
        _check_grantable(actor, {p for r in user.roles.all() for p in r.permissions})


def _owners() -> QuerySet[User]:
    return User.objects.filter(is_active=True, is_staff=True,
                               roles__permissions__contains=[MANAGE.code, ROLES.code]).distinct()


def _is_owner(user_id: int) -> bool:
    """Two owners who remove each other at the same moment must not both succeed: one waits here."""
    db.execute("SELECT pg_advisory_xact_lock(hashtext('identity.owners'))")
    return _owners().filter(pk=user_id).exists()


def _check_owner_remains(was_owner: bool) -> None:
    if was_owner and not _owners().exists():
        raise LastOwner
