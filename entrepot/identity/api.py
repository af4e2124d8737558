"""Signing in over HTTP, and the administration of people, roles, units, keys and sessions."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated, Any

from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import get_token
from ninja import Field

from entrepot.identity import actions, colleagues, queries, session, signin
from entrepot.identity.colleagues import Colleague
from entrepot.identity.contracts import ApiKeyInfo, RoleInfo, SessionInfo, UnitInfo, UserInfo
from entrepot.identity.errors import ReauthenticationRequired
from entrepot.identity.permissions import KEYS, MANAGE, READ, ROLES, SESSIONS, SIGN_IN
from entrepot.kit import actor as kit_actor
from entrepot.kit import idempotency, paging
from entrepot.kit.actor import Actor, ActorKind
from entrepot.kit.errors import Unauthenticated
from entrepot.kit.json import dumps
from entrepot.kit.rest import Moment, Routes, Strict, actor_of

account = Routes()
admin = Routes()
ROUTES = [("/account", account), ("/admin/identity", admin)]

# An answer with a token or a session may be stored nowhere.
for _route in ("admin/identity/keys", "account/login", "account/logout", "account/confirm", "account/password"):
    idempotency.exempt(f"api/v1/{_route}")


class SignIn(Strict):
    email: str = Field(max_length=254)
    password: str = Field(min_length=1, max_length=128)
    code: str | None = Field(None, max_length=40)


class Confirmation(Strict):
    password: str = Field(min_length=1, max_length=128)
    code: str | None = Field(None, max_length=40)


class NewPassword(Strict):
    password: str = Field(min_length=1, max_length=128)


class SignedIn(Strict):
    user_id: int
    name: str
    language: str
    is_staff: bool
    second_factor: str
    csrf_token: str


@account.post("/login", permission=SIGN_IN, response=SignedIn, summary="Sign in with a password (and a code)")
def login(request: HttpRequest, body: SignIn, response: HttpResponse) -> dict[str, Any]:
    """Sets the session cookie. Unsafe calls that live by it carry `X-CSRFToken` with the answered token."""
    user = signin.sign_in(request, body.email, body.password, body.code)
    signin.remember_device(request, response, user.email)
    return {"user_id": user.pk, "name": user.name, "language": user.language, "is_staff": user.is_staff,
            "second_factor": _second_factor(request, user.is_staff), "csrf_token": get_token(request)}


def _second_factor(request: HttpRequest, is_staff: bool) -> str:
    if session.is_verified(request):
        return "given"
    return "enrolment_required" if is_staff else "none"


@account.post("/logout", permission=SIGN_IN, response={204: None}, summary="Sign out")
def sign_out(request: HttpRequest) -> None:
    key = request.session.session_key
    user_id = request.user.pk
    logout(request)
    if user_id is not None and key:
        actions.forget_session(key)


@account.post("/confirm", permission=SIGN_IN, response={204: None}, summary="Prove anew who you are")
def confirm(request: HttpRequest, body: Confirmation) -> None:
    _own(request)
    signin.confirm(request, body.password, body.code)


@account.post("/password", permission=SIGN_IN, response={204: None}, summary="Change your password")
def change_password(request: HttpRequest, body: NewPassword) -> None:
    """Needs `/account/confirm` within the last minutes. Ends all sessions, this one included."""
    actor = _own(request)
    _require_recent(request)
    actions.set_password(_user_id(actor), body.password, actor=actor)
    _leave_if_ended(request)


@account.get("/csrf", permission=SIGN_IN, response=dict[str, str], summary="A CSRF token for cookie-borne calls")
def csrf(request: HttpRequest) -> dict[str, str]:
    return {"csrf_token": get_token(request)}


@account.get("/sessions", permission=SIGN_IN, response=list[SessionInfo], summary="Your sessions")
def own_sessions(request: HttpRequest) -> list[SessionInfo]:
    return queries.list_sessions(_user_id(_own(request)), request.session.session_key)


@account.delete("/sessions/{int:session_id}", permission=SIGN_IN, response={204: None}, summary="End one session")
def end_own_session(request: HttpRequest, session_id: int) -> None:
    actor = _own(request)
    actions.end_sessions(_user_id(actor), session_id=session_id, actor=actor)
    _leave_if_ended(request)


@account.delete("/sessions", permission=SIGN_IN, response={204: None}, summary="End all your sessions")
def end_own_sessions(request: HttpRequest) -> None:
    actor = _own(request)
    actions.end_sessions(_user_id(actor), actor=actor)
    _leave_if_ended(request)


def _leave_if_ended(request: HttpRequest) -> None:
    """The session of this very request may be among those that ended; saving it at the end would fail."""
    key = request.session.session_key
    if key and not request.session.exists(key):
        logout(request)


def _own(request: HttpRequest) -> Actor:
    actor = actor_of(request)
    if actor.user_id is None:
        raise Unauthenticated
    return actor


def _user_id(actor: Actor) -> int:
    assert actor.user_id is not None  # by _own
    return actor.user_id


def _require_recent(request: HttpRequest) -> None:
    """People prove themselves anew before a sensitive change; programs are bound by their scopes."""
    if actor_of(request).kind is not ActorKind.KEY and not session.is_recent(request):
        raise ReauthenticationRequired


class Invitation(Strict):
    email: str = Field(max_length=254, pattern=r"^[^@\s]+@[^@\s]+\.[^@\s]+$")
    name: str = Field(max_length=120)
    roles: list[str] = Field(min_length=1, max_length=50)
    unit_id: int | None = Field(None, ge=1, lt=2**63)
    language: str = Field("en", pattern="^(en|zh-hans)$")


class Leaving(Strict):
    successor_id: int | None = Field(None, ge=1, lt=2**31)
    revoke_keys: bool = False
    reason: str = Field(min_length=1, max_length=300)


class StaffIn(Strict):
    email: str = Field(max_length=254, pattern=r"^[^@\s]+@[^@\s]+\.[^@\s]+$")
    name: str = Field(max_length=120)
    password: str = Field(max_length=128)
    roles: list[str] = Field(max_length=50)
    unit_id: int | None = None
    language: str = Field("en", pattern="^(en|zh-hans)$")


class UserPatch(Strict):
    name: str | None = Field(None, max_length=120)
    language: str | None = Field(None, pattern="^(en|zh-hans)$")
    unit_id: int | None = None
    is_active: bool | None = None


class RoleNames(Strict):
    roles: list[str] = Field(max_length=50)


class Reason(Strict):
    reason: str = Field(min_length=1, max_length=500)


class RoleIn(Strict):
    name: str = Field(min_length=1, max_length=120)
    permissions: list[str] = Field(max_length=500)


class UnitIn(Strict):
    name: str = Field(min_length=1, max_length=120)
    parent_id: int | None = None


class KeyIn(Strict):
    name: str = Field(min_length=1, max_length=120)
    scopes: list[str] = Field(max_length=500)
    expires_at: Moment


class CreatedKey(Strict):
    key: ApiKeyInfo
    token: str


Limit = Annotated[int, Field(ge=1, le=paging.MAX_LIMIT)]


class UserPage(Strict):
    items: list[dict[str, Any]]
    next: str | None


class PermissionInfo(Strict):
    code: str
    text: str
    everyone: bool


_USER_FIELDS = frozenset(UserInfo.__dataclass_fields__)


@admin.get("/users", permission=READ, response=UserPage, summary="People who work here")
def users(request: HttpRequest, query: str = "", staff: bool | None = None, fields: str = "",
          limit: Limit = paging.DEFAULT_LIMIT, cursor: str = "") -> dict[str, Any]:
    after = paging.number(cursor) or 0
    found = queries.list_users(staff=staff, query=query, after_id=after, limit=limit + 1)
    items = paging.sparse([asdict(u) for u in found[:limit]], fields, _USER_FIELDS)
    return {"items": items, "next": paging.encode([found[limit - 1].id]) if len(found) > limit else None}


@admin.post("/users", permission=MANAGE, response={201: UserInfo}, summary="Invite somebody to work here")
def create_user(request: HttpRequest, body: StaffIn) -> UserInfo:
    user_id = actions.create_staff(body.email, body.name, body.password, body.roles, unit_id=body.unit_id,
                                   language=body.language, actor=actor_of(request))
    return queries.get_user(user_id)


@admin.get("/colleagues", permission=READ, response=list[Colleague], summary="Who works here, and when last seen")
def list_colleagues(request: HttpRequest) -> list[Colleague]:
    return colleagues.list_colleagues(actor=actor_of(request))


@admin.post("/invitations", permission=MANAGE, response={201: UserInfo}, summary="Invite a colleague by mail")
def invite(request: HttpRequest, body: Invitation) -> UserInfo:
    """They choose their own password; the link holds for an hour."""
    user_id = colleagues.invite_staff(body.email, body.name, body.roles, unit_id=body.unit_id, language=body.language,
                                      actor=actor_of(request))
    return queries.get_user(user_id)


@admin.post("/users/{int:user_id}/invitation", permission=MANAGE, response={204: None},
            summary="Send an invitation again")
def invite_again(request: HttpRequest, user_id: int) -> None:
    colleagues.invite_again(user_id, actor=actor_of(request))


@admin.post("/users/{int:user_id}/leave", permission=MANAGE, response={204: None},
            summary="Close the account of a colleague who leaves")
def leave(request: HttpRequest, user_id: int, body: Leaving) -> None:
    """The account is disabled, all sessions end, living API keys go to the successor or are revoked."""
    colleagues.leave(user_id, successor_id=body.successor_id, revoke_keys=body.revoke_keys, reason=body.reason,
                     actor=actor_of(request))


@admin.get("/users/{int:user_id}", permission=READ, response=UserInfo, summary="One of the people who work here")
def user(request: HttpRequest, user_id: int) -> UserInfo:
    return queries.get_user(user_id)


@admin.patch("/users/{int:user_id}", permission=MANAGE, response=UserInfo,
             summary="Change name, language or unit of a colleague")
def update_user(request: HttpRequest, user_id: int, body: UserPatch) -> UserInfo:
    actions.update_user(user_id, **body.dict(), actor=actor_of(request))
    return queries.get_user(user_id)


@admin.put("/users/{int:user_id}/roles", permission=ROLES, response=UserInfo, summary="Set the roles of a colleague")
def set_roles(request: HttpRequest, user_id: int, body: RoleNames) -> UserInfo:
    _require_recent(request)
    actions.set_roles(user_id, body.roles, actor=actor_of(request))
    return queries.get_user(user_id)


@admin.post("/users/{int:user_id}/password", permission=MANAGE, response={204: None},
            summary="Set the password of a colleague")
def set_password(request: HttpRequest, user_id: int, body: NewPassword) -> None:
    _require_recent(request)
    actions.set_password(user_id, body.password, actor=actor_of(request))


@admin.post("/users/{int:user_id}/second-factors/remove", permission=MANAGE, response={204: None},
            summary="Remove the second factors of a colleague who lost them")
def remove_second_factors(request: HttpRequest, user_id: int, body: Reason) -> None:
    _require_recent(request)
    actions.remove_second_factors(user_id, reason=body.reason, actor=actor_of(request))


@admin.get("/users/{int:user_id}/sessions", permission=SESSIONS, response=list[SessionInfo],
           summary="Sessions of a colleague")
def sessions(request: HttpRequest, user_id: int) -> list[SessionInfo]:
    queries.get_user(user_id)
    return queries.list_sessions(user_id)


@admin.delete("/users/{int:user_id}/sessions", permission=SESSIONS, response={204: None},
              summary="End all sessions of a colleague")
def end_sessions(request: HttpRequest, user_id: int) -> None:
    queries.get_user(user_id)
    actions.end_sessions(user_id, actor=actor_of(request))


@admin.get("/permissions", permission=READ, response=list[PermissionInfo],
           summary="All permissions, for roles and keys")
def permissions(request: HttpRequest) -> list[dict[str, Any]]:
    from django.utils.translation import gettext

    return [{"code": p.code, "text": gettext(p.text), "everyone": p.everyone}
            for _, p in sorted(kit_actor.declared().items())]


@admin.get("/roles", permission=READ, response=list[RoleInfo], summary="Roles and what they may")
def roles(request: HttpRequest) -> list[RoleInfo]:
    return queries.list_roles()


@admin.put("/roles/{slug:code}", permission=ROLES, response=RoleInfo, summary="Create or change a role")
def save_role(request: HttpRequest, code: str, body: RoleIn) -> RoleInfo:
    _require_recent(request)
    return actions.save_role(code, body.name, body.permissions, actor=actor_of(request))


@admin.delete("/roles/{slug:code}", permission=ROLES, response={204: None}, summary="Delete a role of one's own making")
def delete_role(request: HttpRequest, code: str) -> None:
    actions.delete_role(code, actor=actor_of(request))


@admin.get("/units", permission=READ, response=list[UnitInfo], summary="Units of the organisation")
def units(request: HttpRequest) -> list[UnitInfo]:
    return queries.list_units()


@admin.post("/units", permission=MANAGE, response={201: UnitInfo}, summary="Create a unit")
def create_unit(request: HttpRequest, body: UnitIn) -> UnitInfo:
    return actions.save_unit(body.name, parent_id=body.parent_id, actor=actor_of(request))


@admin.put("/units/{int:unit_id}", permission=MANAGE, response=UnitInfo, summary="Change a unit")
def save_unit(request: HttpRequest, unit_id: int, body: UnitIn) -> UnitInfo:
    return actions.save_unit(body.name, unit_id=unit_id, parent_id=body.parent_id, actor=actor_of(request))


@admin.delete("/units/{int:unit_id}", permission=MANAGE, response={204: None}, summary="Delete a unit")
def delete_unit(request: HttpRequest, unit_id: int) -> None:
    actions.delete_unit(unit_id, actor=actor_of(request))


@admin.get("/keys", permission=KEYS, response=list[ApiKeyInfo], summary="API keys")
def keys(request: HttpRequest) -> list[ApiKeyInfo]:
    return queries.list_keys()


@admin.post("/keys", permission=KEYS, response={201: CreatedKey}, summary="Create an API key")
def create_key(request: HttpRequest, body: KeyIn) -> HttpResponse:
    """The token is shown once and kept nowhere."""
    _require_recent(request)
    key, token = actions.create_api_key(body.name, body.scopes, body.expires_at, actor=actor_of(request))
    return HttpResponse(dumps({"key": key, "token": token}), status=201, content_type="application/json")


@admin.post("/keys/{int:key_id}/revoke", permission=KEYS, response={204: None}, summary="Revoke an API key")
def revoke_key(request: HttpRequest, key_id: int) -> None:
    actions.revoke_api_key(key_id, actor=actor_of(request))
