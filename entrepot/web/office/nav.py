"""The office's navigation as data: work pages of our own, and what each context lists in its `ADMIN_NAV`."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from importlib import import_module
from importlib.util import find_spec
from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from entrepot.kit.admin import NavItem
from entrepot.kit.apps import contexts
from entrepot.kit.rest import actor_of

GROUPS = {"sell": _("Sell"), "goods": _("Goods"), "stock": _("Stock"), "money": _("Money"),
          "customers": _("Customers"), "content": _("Content"), "system": _("System")}
# Desks of one record: they stand below the list of those records.
BELOW = {"desk/products/": "catalog_product", "desk/customers/": "customers_customer"}
MOST_SHOWN = 7  # lines of a group before the rest folds away


@cache
def office_modules() -> tuple[Any, ...]:
    """What each context shows in the office: its admin module (the kit's own is called records)."""
    names = [f"{c.name}.{m}" for c in contexts() for m in ("admin", "records")]
    found = [import_module(name) for name in names if find_spec(name)]
    return tuple(m for m in found if hasattr(m, "ADMIN_NAV"))


def _records() -> Iterator[NavItem]:
    """By rank; where that is equal, the contexts nearest to the business come first."""
    yield from sorted((item for module in reversed(office_modules()) for item in module.ADMIN_NAV),
                      key=lambda item: item.rank)


def icon_of(model: Any) -> str:
    """The sign of a kind of record, as the navigation shows it."""
    return next((item.icon for item in _records() if item.model is model), "inbox")


def sidebar(request: HttpRequest) -> list[dict[str, Any]]:
    """The groups and lines that this person may open."""
    from entrepot.web.office.urls import PAGES

    actor = actor_of(request)
    groups: dict[str, list[dict[str, Any]]] = {code: [] for code in GROUPS}
    for page in PAGES:
        if page.group and actor.can(page.permission):
            groups[page.group].append(_line(page.title, page.icon, reverse(f"admin:{page.name}")))
    for item in _records():
        if admin.site.get_model_admin(item.model).has_module_permission(request):
            opts = item.model._meta
            address = reverse(f"admin:{opts.app_label}_{opts.model_name}_changelist")
            title = gettext(capfirst(str(opts.verbose_name_plural)))
            groups[item.group].append(_line(title, item.icon, address))
    today = _line(gettext("Today's work"), "today", reverse("admin:index"))
    found: list[dict[str, Any]] = [
        {"code": "", "title": "", "items": [today]},
        *({"code": code, "title": GROUPS[code], "items": lines} for code, lines in groups.items() if lines)]
    _mark(request.path, found)
    for group in found:
        group["first"], group["more"] = group["items"][:MOST_SHOWN], group["items"][MOST_SHOWN:]
        group["more_open"] = any(line["active"] for line in group["more"])
    return found


def _line(title: Any, icon: str, address: str) -> dict[str, Any]:
    return {"title": title, "icon": icon, "link": address, "active": False}


def _mark(path: str, groups: list[dict[str, Any]]) -> None:
    """The line nearest to this page: itself, or the longest address above it. Today's work is above nothing."""
    lines = [line for group in groups for line in group["items"]]
    above = [line for line in lines[1:] if path.startswith(line["link"])]
    if not above:
        home = reverse("admin:index")
        lists = [reverse(f"admin:{model}_changelist") for desk, model in BELOW.items() if path.startswith(home + desk)]
        above = [line for line in lines if line["link"] in lists]
    nearest = max(above, key=lambda line: len(line["link"]), default=None)
    if nearest is None and path == lines[0]["link"]:
        nearest = lines[0]
    if nearest is not None:
        nearest["active"] = True
