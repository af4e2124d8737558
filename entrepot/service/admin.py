"""The back office of reviews: read, publish, refuse, answer."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar
from uuid import UUID

from django.contrib import admin
from django.http import HttpRequest
from django.utils.html import format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from entrepot.kit.actor import Actor
from entrepot.kit.admin import Button, NavItem, ReadOnlyAdmin, Work, count_some
from entrepot.kit.rest import actor_of
from entrepot.service.actions import moderating
from entrepot.service.models import Review
from entrepot.service.permissions import MODERATE, READ


def _publish(request: HttpRequest, object_id: str, reason: str) -> str:
    moderating.publish_review(UUID(object_id), actor=actor_of(request))
    return ""


def _refuse(request: HttpRequest, object_id: str, reason: str) -> str:
    moderating.refuse_review(UUID(object_id), reason, actor=actor_of(request))
    return ""


def _answer(request: HttpRequest, object_id: str, reason: str) -> str:
    moderating.answer_review(UUID(object_id), reason, actor=actor_of(request))
    return ""


@admin.register(Review)
class ReviewAdmin(ReadOnlyAdmin):
    view_permission = READ
    list_display = ("created_at", "product", "rating", "title", "language", "state", "helpful_count")
    list_select_related = ("product",)
    list_filter = ("state", "rating", "language")
    search_fields = ("title", "text")
    fields = ("product", "author", "customer", "order", "language", "rating", "title", "text", "pictures", "state",
              "reason", "created_at", "decided_at", "helpful_count", "answer", "answered_at")
    ordering = ("-id",)
    buttons: ClassVar[list[Button]] = [
        Button("publish", _("Publish"), MODERATE, _publish),
        Button("refuse", _("Do not publish"), MODERATE, _refuse, asks_reason=True),
        Button("answer", _("Answer in public"), MODERATE, _answer, asks_reason=True)]

    @admin.display(description=_("pictures"))
    def pictures(self, obj: Review) -> SafeString:
        return format_html_join(" ", '<a href="/reviews/{}/photos/{}/">{}</a>',
                                ((obj.id, photo, n + 1) for n, photo in enumerate(obj.photos)))


def office_work(actor: Actor) -> Iterator[Work]:
    """Reviews that nobody has looked at yet."""
    if actor.can(MODERATE):
        waiting = count_some(Review.objects.filter(state=Review.State.WAITING))
        yield Work("reviews", _("Reviews to look at"), waiting, Review, "state__exact=waiting")


ADMIN_WORK = office_work
ADMIN_NAV = (NavItem("customers", Review, "reviews"),)
