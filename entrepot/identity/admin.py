"""Users, roles, units and keys in the office. Buttons call actions; rights and secrets are never typed into a form."""

from __future__ import annotations

from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from entrepot.identity import actions
from entrepot.identity.models import ApiKey, OrganisationUnit, Role, User
from entrepot.identity.permissions import KEYS, MANAGE, READ, SESSIONS
from entrepot.kit.admin import Button, NavItem, ReadOnlyAdmin
from entrepot.kit.rest import actor_of


def _disable(request: HttpRequest, object_id: str, reason: str) -> str:
    actions.update_user(int(object_id), is_active=False, actor=actor_of(request))
    return _("The account is disabled and all its sessions ended.")


def _enable(request: HttpRequest, object_id: str, reason: str) -> str:
    actions.update_user(int(object_id), is_active=True, actor=actor_of(request))
    return _("The account is enabled.")


def _end_sessions(request: HttpRequest, object_id: str, reason: str) -> str:
    ended = actions.end_sessions(int(object_id), actor=actor_of(request))
    return _("%(n)d sessions ended.") % {"n": ended}


def _remove_factors(request: HttpRequest, object_id: str, reason: str) -> str:
    actions.remove_second_factors(int(object_id), reason=reason, actor=actor_of(request))
    return _("The second factors are removed; the next sign-in asks to enrol anew.")


def _revoke(request: HttpRequest, object_id: str, reason: str) -> str:
    actions.revoke_api_key(int(object_id), actor=actor_of(request))
    return _("The key is revoked.")


@admin.register(User)
class UserAdmin(ReadOnlyAdmin):
    view_permission = READ
    list_display = ("email", "name", "is_staff", "is_active", "unit", "last_login")
    list_filter = ("is_staff", "is_active")
    search_fields = ("email", "name")
    ordering = ("id",)
    fields = ("email", "name", "is_staff", "is_active", "language", "roles", "unit", "joined_at", "last_login")
    buttons = [
        Button("disable", gettext_lazy("Disable"), MANAGE, _disable),
        Button("enable", gettext_lazy("Enable"), MANAGE, _enable),
        Button("end-sessions", gettext_lazy("End all sessions"), SESSIONS, _end_sessions),
        Button("remove-factors", gettext_lazy("Remove second factors"), MANAGE, _remove_factors, asks_reason=True),
    ]


@admin.register(Role)
class RoleAdmin(ReadOnlyAdmin):
    view_permission = READ
    list_display = ("__str__", "code", "is_builtin")
    fields = ("__str__", "code", "permissions", "is_builtin")
    search_fields = ("name", "code")
    ordering = ("code",)


@admin.register(OrganisationUnit)
class OrganisationUnitAdmin(ReadOnlyAdmin):
    view_permission = READ
    list_display = ("name", "parent")
    search_fields = ("name",)
    ordering = ("name",)


@admin.register(ApiKey)
class ApiKeyAdmin(ReadOnlyAdmin):
    view_permission = KEYS
    list_display = ("name", "prefix", "created_at", "expires_at", "revoked_at", "last_used_on")
    search_fields = ("name", "prefix")
    ordering = ("-id",)
    fields = ("name", "prefix", "scopes", "created_by", "created_at", "expires_at", "revoked_at", "last_used_on")
    buttons = [Button("revoke", gettext_lazy("Revoke"), KEYS, _revoke)]


ADMIN_NAV = (
    NavItem("system", User, "manage_accounts"),
    NavItem("system", Role, "shield_person"),
    NavItem("system", OrganisationUnit, "lan"),
    NavItem("system", ApiKey, "key"),
)
