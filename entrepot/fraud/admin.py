"""Back office of fraud checks: decisions and rules to read."""

from __future__ import annotations

from django.contrib import admin

from entrepot.fraud.models import Assessment, Rule, RuleVersion
from entrepot.fraud.permissions import CONFIGURE, READ
from entrepot.fraud.rules import KINDS
from entrepot.kit import said
from entrepot.kit.admin import BaseInline, NavItem, ReadOnlyAdmin, SettingAdmin


class VersionInline(BaseInline):
    model = RuleVersion
    view_permission = READ
    fields = readonly_fields = ("version", "params", "score", "is_active", "dry_run", "at")
    can_delete = False


@admin.register(Rule)
class RuleAdmin(SettingAdmin):
    """To read with every version it had; changed by the form of the settings, which knows each kind's limits."""

    view_permission, change_permission = READ, CONFIGURE
    setting = "fraud"
    list_display = ("code", "kind", "score", "is_active", "dry_run", "version")
    search_fields = ("code",)
    fields = ("code", "kind", "params", "score", "is_active", "dry_run", "version")
    inlines = (VersionInline,)


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
