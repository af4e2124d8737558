"""What waits in stock, counted and listed by the same conditions."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from entrepot.inventory.levels import at_level
from entrepot.inventory.models import Balance, Count, Transfer
from entrepot.inventory.permissions import ADJUST, READ, TRANSFER
from entrepot.kit.actor import Actor
from entrepot.kit.admin import Work, count_some

LEVELS = {"out": _("out of stock"), "low": _("low"), "damaged": _("damaged"), "incoming": _("on the way")}


class LevelFilter(admin.SimpleListFilter):
    title = _("level")
    parameter_name = "level"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return list(LEVELS.items())

    def queryset(self, request: HttpRequest, queryset: QuerySet[Balance]) -> QuerySet[Balance]:
        return at_level(queryset, str(self.value())) if self.value() in LEVELS else queryset


def office_work(actor: Actor) -> Iterator[Work]:
    """Everything of stock that waits for this person; one statement per count."""
    if actor.can(READ) and actor.can(ADJUST):
        for level, text, urgent in (("out", _("Items out of stock"), True), ("low", _("Items running low"), False)):
            yield Work(level, text, count_some(at_level(Balance.objects.all(), level)), Balance, f"level={level}",
                       urgent)
    if actor.can(READ) and actor.can(TRANSFER):
        sent = count_some(Transfer.objects.filter(state="sent"))
        yield Work("transfers", _("Transfers to receive"), sent, Transfer, "state__exact=sent", page="desk_transfers")
    if actor.can(READ) and actor.can(ADJUST):
        review = count_some(Count.objects.filter(state="review"))
        yield Work("counts", _("Stock counts to look at"), review, Count, "state__exact=review", page="desk_counts")
