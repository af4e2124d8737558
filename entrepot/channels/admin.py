"""Imports in the office: to read; files are brought in over the API or the command line."""

from __future__ import annotations

from django.contrib import admin

from entrepot.channels.models import ImportIssue, ImportRun
from entrepot.channels.permissions import IMPORT
from entrepot.kit.admin import BaseInline, NavItem, ReadOnlyAdmin


class IssueInline(BaseInline):
    model = ImportIssue
    fields = readonly_fields = ("line", "column", "code", "reason", "refused")
    view_permission = IMPORT


@admin.register(ImportRun)
class ImportRunAdmin(ReadOnlyAdmin):
    view_permission = IMPORT
    work_page = "desk_import"
    list_display = ("file_name", "kind", "state", "rows", "started_at", "ended_at")
    list_filter = ("kind", "state")
    search_fields = ("file_name",)
    ordering = ("-id",)
    inlines = (IssueInline,)


ADMIN_NAV = (
    NavItem("system", ImportRun, "upload_file"),
)
