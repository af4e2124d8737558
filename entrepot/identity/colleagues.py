"""Colleagues: who works here and when they were last seen; invitations by mail; leaving in good order."""

from __future__ import annotations

import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import structlog
from django.conf import settings
from django.core.mail import EmailMessage
from django.db import transaction
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from entrepot.identity import actions
from entrepot.identity.errors import NotInvited
from entrepot.identity.events import ColleagueLeft
from entrepot.identity.models import ApiKey, User
from entrepot.identity.permissions import KEYS, MANAGE, READ
from entrepot.kit import audit, clock, db, outbox
from entrepot.kit.actor import Actor
from entrepot.kit.errors import N_, InvalidInput, NotFound
from entrepot.kit.mailbox import is_mailbox

log = structlog.get_logger(__name__)



@dataclass(frozen=True, slots=True)
class Colleague:
    """`last_seen_at` is the last sign of life of any session; `keys` how many living API keys they made."""

    id: int
    email: str
    name: str
    is_active: bool
    language: str
    unit_id: int | None
    unit: str | None
    roles: list[str]
    has_second_factor: bool
    last_login: datetime | None
    last_seen_at: datetime | None
    sessions: int
    keys: int

    @property
    def was_here(self) -> bool:
        return self.last_login is not None


_COLLEAGUES = """
SELECT u.id, u.email, u.name, u.is_active, u.language, u.unit_id, o.name AS unit,
       coalesce((SELECT array_agg(r.code ORDER BY r.code) FROM identity_user_roles ur
                 JOIN identity_role r ON r.id = ur.role_id WHERE ur.user_id = u.id), '{}') AS roles,
       EXISTS (SELECT 1 FROM mfa_authenticator a WHERE a.user_id = u.id AND a.type IN ('totp', 'webauthn'))
           AS has_second_factor, u.last_login, s.last_seen_at, coalesce(s.sessions, 0) AS sessions,
       (SELECT count(*) FROM identity_apikey k WHERE k.created_by_id = u.id AND k.revoked_at IS NULL
           AND k.expires_at > %(now)s) AS keys
FROM identity_user u LEFT JOIN identity_organisationunit o ON o.id = u.unit_id
LEFT JOIN LATERAL (SELECT max(us.last_seen_at) AS last_seen_at, count(*) AS sessions FROM usersessions_usersession us
                   JOIN django_session d ON d.session_key = us.session_key AND d.expire_date > %(now)s
                   WHERE us.user_id = u.id) AS s ON true
WHERE u.is_staff AND (%(id)s::bigint IS NULL OR u.id = %(id)s)
ORDER BY u.is_active DESC, lower(u.name), u.id
"""


def list_colleagues(*, actor: Actor) -> list[Colleague]:
    actor.require(READ)
    return [Colleague(**r._asdict()) for r in db.rows(_COLLEAGUES, {"now": clock.now(), "id": None})]


def get_colleague(user_id: int, *, actor: Actor) -> Colleague:
    actor.require(READ)
    found = db.row(_COLLEAGUES, {"now": clock.now(), "id": user_id})
    if found is None:
        raise NotFound(N_("colleague"))
    return Colleague(**found._asdict())


def has_staff() -> bool:
    """Whether anybody works here yet: an installation begins without."""
    return bool(db.value("SELECT EXISTS (SELECT 1 FROM identity_user WHERE is_staff AND is_active)"))


def invite_staff(email: str, name: str, roles: Iterable[str], *, unit_id: int | None = None, language: str = "en",
                 actor: Actor) -> int:
    """A colleague who chooses their own password: the mailed link leads there. The mail leaves after the commit."""
    actor.require(MANAGE)
    wanted = list(roles)
    if not wanted:
        raise InvalidInput("roles", N_("Choose at least one role."))
    if not is_mailbox(email.strip()):
        raise InvalidInput("email", N_("This is not an e-mail address."))
    with transaction.atomic():
        user_id = actions.create_staff(email, name, secrets.token_urlsafe(48), wanted, unit_id=unit_id,
                                       language=language, actor=actor)
        audit.record(actor, "identity.invite", "user", user_id)
        transaction.on_commit(lambda: _send_invitation(user_id))
    return user_id


def invite_again(user_id: int, *, actor: Actor) -> None:
    """A fresh link for somebody who has never signed in. Raises NotInvited for those who have."""
    actor.require(MANAGE)
    with transaction.atomic():
        invited = User.objects.filter(pk=user_id, is_staff=True, is_active=True)
        user = invited.select_for_update().first()  # lint: allow lock-place
        if user is None:
            raise NotFound(N_("colleague"))
        if user.last_login is not None:
            raise NotInvited
        audit.record(actor, "identity.invite", "user", user_id)
        transaction.on_commit(lambda: _send_invitation(user_id))


def _send_invitation(user_id: int) -> None:
    """A mail server that is away does not undo the invitation: it is sent again from the person's page."""
    user = User.objects.get(pk=user_id)
    try:
        _invitation(user).send()
    except OSError as error:
        log.error("invitation not sent", user_id=user_id, error=type(error).__name__)


def _invitation(user: User) -> EmailMessage:
    from allauth.account.forms import default_token_generator
    from allauth.account.utils import user_pk_to_url_str

    key = f"{user_pk_to_url_str(user)}-{default_token_generator.make_token(user)}"
    uid, _dash, token = key.partition("-")
    link = settings.BASE_URL + reverse("account_reset_password_from_key", kwargs={"uidb36": uid, "key": token})
    again = settings.BASE_URL + reverse("account_reset_password")
    with translation.override(user.language):
        return EmailMessage(_("You are invited to work in the office"), _(
            "Hello {name},\n\nyou have been invited to the office. Choose your password here: {link}\n\n"
            "The link holds for an hour; after that, ask for a new one here: {again}\n\n"
            "At the first sign-in you set up a second factor, for example an app on your telephone.\n\n"
            "Then the office is here: {office}").format(name=user.name, link=link, again=again,
                                                       office=f"{settings.BASE_URL}/office/"), to=[user.email],
            headers={"Auto-Submitted": "auto-generated"})


def keys_of(user_id: int) -> list[dict[str, Any]]:
    """The living keys that a person made: they outlast the person unless somebody revokes them."""
    found = ApiKey.objects.filter(created_by_id=user_id, revoked_at=None, expires_at__gt=clock.now()).order_by("id")
    return [dict(key) for key in found.values("id", "name", "prefix", "expires_at", "last_used_on")]


def leave(user_id: int, *, successor_id: int | None = None, revoke_keys: bool = False, reason: str = "",
          actor: Actor) -> None:
    """Disable an account for good order: sessions end, keys go to a successor or are revoked, all in one step."""
    actor.require(MANAGE)
    if successor_id == user_id:
        raise InvalidInput("successor", N_("Choose somebody else."))
    with transaction.atomic():
        keys = [key["id"] for key in keys_of(user_id)]
        if keys:
            actor.require(KEYS)
        working = User.objects.filter(is_staff=True, is_active=True)
        if successor_id is not None and not working.filter(pk=successor_id).exists():
            raise InvalidInput("successor", N_("Choose a colleague who works here."))
        actions.update_user(user_id, is_active=False, actor=actor)
        if revoke_keys:
            for key in keys:
                actions.revoke_api_key(key, actor=actor)
        elif successor_id is not None:
            ApiKey.objects.filter(pk__in=keys).update(created_by_id=successor_id)
        audit.record(actor, "identity.leave", "user", user_id, reason=reason,
                     new={"successor": successor_id, "keys": keys, "keys_revoked": revoke_keys})
        outbox.publish(ColleagueLeft(user_id, successor_id))
