"""Back office of fraud checks: decisions to read, rules saved by the same actions as over the API."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from entrepot.fraud import actions
from entrepot.fraud.models import Assessment, Rule, RuleVersion
from entrepot.fraud.permissions import CONFIGURE, READ
from entrepot.fraud.rules import KINDS
from entrepot.kit import said
from entrepot.kit.admin import BaseAdmin, BaseInline, NavItem, ReadOnlyAdmin
from entrepot.kit.rest import actor_of


class VersionInline(BaseInline):
    model = RuleVersion
    view_permission = READ
    fields = readonly_fields = ("version", "params", "score", "is_active", "dry_run", "at")
    can_delete = False


@admin.register(Rule)
class RuleAdmin(BaseAdmin):
    view_permission, change_permission = READ, CONFIGURE
    list_display = ("code", "kind", "score", "is_active", "dry_run", "version")
    search_fields = ("code",)
    fields = ("code", "kind", "params", "score", "is_active", "dry_run", "version")
    inlines = (VersionInline,)

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        return ("code", "kind", "version") if obj else ("version",)

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        values = {"params": obj.params, "score": obj.score, "dry_run": obj.dry_run, "is_active": obj.is_active}
        if change:
            actions.update_rule(obj.code, **values, expected_version=obj.version, actor=actor_of(request))
            return
        actions.create_rule(obj.code, obj.kind, values.pop("params"), **values, actor=actor_of(request))
        obj.pk = Rule.objects.get(code=obj.code).pk
        obj._state.adding = False


@admin.register(Assessment)
class AssessmentAdmin(ReadOnlyAdmin):
    view_permission = READ
    list_display = ("order_id", "verdict", "score", "at")
    list_filter = ("verdict",)
    search_fields = ("=order_id",)
    ordering = ("-id",)


said.tell({code: kind.text for code, kind in KINDS.items()}, "rule.kind", "ruleversion.kind")

ADMIN_NAV = (
    NavItem("sell", Assessment, "policy", 6),
    NavItem("system", Rule, "gavel"),
)
