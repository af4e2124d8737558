"""Back office of flags, saved by the same actions as over the API."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy

from entrepot.experiments import actions
from entrepot.experiments.models import Flag
from entrepot.experiments.permissions import CHANGE, READ
from entrepot.kit.admin import BaseAdmin, NavItem
from entrepot.kit.rest import actor_of


@admin.register(Flag)
class FlagAdmin(BaseAdmin):
    view_permission, change_permission = READ, CHANGE
    list_display = ("key", "is_enabled", "share_percent", "description")
    search_fields = ("key",)
    broken = {"experiments_flag_share": ("share_percent", gettext_lazy("A share is from 0 to 100 per cent."))}
    fields = ("key", "description", "is_enabled", "share_percent", "version")

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        return ("key", "version") if obj else ("version",)

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        values = {"description": obj.description, "is_enabled": obj.is_enabled, "share_percent": obj.share_percent}
        if change:
            actions.update_flag(obj.key, **values, expected_version=obj.version, actor=actor_of(request))
            return
        actions.create_flag(obj.key, **values, actor=actor_of(request))
        obj.pk = Flag.objects.get(key=obj.key).pk
        obj._state.adding = False


ADMIN_NAV = (
    NavItem("system", Flag, "flag"),
)
