"""Menus."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from django.db import transaction

from entrepot.growth import queries
from entrepot.growth.contracts import MenuInfo, Texts
from entrepot.growth.models import Menu
from entrepot.growth.permissions import EDIT
from entrepot.growth.rules.menus import check_items
from entrepot.kit import audit, clock
from entrepot.kit.actor import Actor
from entrepot.kit.bylanguage import check_texts
from entrepot.kit.errors import N_, InvalidInput, NotFound, StaleVersion

_CODE = re.compile(r"[a-z][a-z0-9-]{0,39}")


def save_menu(code: str, title: Texts, items: Sequence[Any], *, expected_version: int | None = None,
              actor: Actor) -> MenuInfo:
    """Write a menu whole; one that is not there yet is made. Visitors see it at once."""
    actor.require(EDIT)
    if not _CODE.fullmatch(code):
        raise InvalidInput("code", N_("consists of small letters, digits and hyphens"))
    named = check_texts("title", title, limit=80, one_line=True, required=True)
    checked = check_items(items)
    with transaction.atomic():
        menu, is_new = Menu.objects.select_for_update().get_or_create(
            code=code, defaults={"title": named, "items": checked, "changed_at": clock.now()})
        if not is_new:
            if expected_version is not None and menu.version != expected_version:
                raise StaleVersion
            old = {"version": menu.version, "items": menu.items}
            menu.title, menu.items, menu.version, menu.changed_at = named, checked, menu.version + 1, clock.now()
            menu.save()
        audit.record(actor, "growth.save_menu", "growth.menu", code, old=None if is_new else old,
                     new={"version": menu.version, "items": checked})
    queries.forget()
    return queries.get_menu(code)


def delete_menu(code: str, *, actor: Actor) -> None:
    """Take a menu away. Raises NotFound."""
    actor.require(EDIT)
    with transaction.atomic():
        menu = Menu.objects.select_for_update().filter(code=code).first()
        if menu is None:
            raise NotFound(N_("menu"))
        audit.record(actor, "growth.delete_menu", "growth.menu", code, old={"items": menu.items})
        menu.delete()
    queries.forget()
