"""The bell: what is new for a person, what they want to hear of, and the watch over what waits for somebody."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any, NamedTuple

from django.contrib import admin
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext, gettext_lazy

from entrepot.kit import clock, db, notices
from entrepot.kit.actor import Actor, system
from entrepot.kit.admin import Work
from entrepot.kit.errors import N_
from entrepot.kit.notices import Told
from entrepot.kit.rest import actor_of
from entrepot.web.office.nav import office_modules
from entrepot.web.office.pages import acted, office_page, whole, work_page
from entrepot.web.permissions import OFFICE

DAILY = "figures.daily"  # by mail alone
# texts of single happenings; what waits in a queue says its own name
TEXTS = {
    "import.done": N_("The import {file} is through: {rows} rows."),
    "import.failed": N_("The import {file} could not be read."),
}
BY_PERSON = {"import.done": gettext_lazy("My imports that are through"),
             "import.failed": gettext_lazy("My imports that failed")}
_QUEUE = "work."


class Shown(NamedTuple):
    id: int
    at: Any
    text: str
    address: str
    is_read: bool
    tone: str


def text_of_notice(told: Told) -> str:
    if told.kind.startswith(_QUEUE):
        return gettext("{what}: {n}").format(what=gettext(told.params.get("label", "")), n=told.params.get("n", ""))
    return gettext(TEXTS.get(told.kind, told.kind)).format(**told.params)


def shown(told: Told) -> Shown:
    bad = told.kind.endswith("failed") or told.params.get("urgent")
    return Shown(told.id, told.at, text_of_notice(told), reverse("admin:desk_notice", args=[told.id]), told.is_read,
                 "bad" if bad else "")


# ---- pages

def show(request: HttpRequest) -> HttpResponse:
    actor = actor_of(request)
    if request.method == "POST":
        return acted(request, lambda: notices.mark_all_read(actor=actor), reverse("admin:desk_notices"),
                     gettext("Everything is marked as read."))
    given = request.GET.get("before", "")
    found = notices.latest(actor, limit=51, before=whole(given))
    return office_page(request, "notices", gettext("Notifications"), {
        "found": [shown(n) for n in found[:50]], "older": found[49].id if len(found) > 50 else None})


def follow(request: HttpRequest, notice_id: int) -> HttpResponse:
    """Read it, and go where it leads."""
    actor = actor_of(request)
    if (found := notices.get_notice(notice_id, actor)) is None:
        raise Http404
    notices.mark_read(notice_id, actor=actor)
    leads = found.address.startswith("/office/")
    return HttpResponseRedirect(found.address if leads else reverse("admin:desk_notices"))


def settings(request: HttpRequest) -> HttpResponse:
    actor = actor_of(request)
    kinds = list(_kinds(actor))
    if request.method == "POST":
        muted = [code for code, _label in kinds if code != DAILY and f"show:{code}" not in request.POST]
        mailed = [code for code, _label in kinds if f"mail:{code}" in request.POST]
        return acted(request, lambda: notices.choose(muted=muted, mailed=mailed, actor=actor),
                     reverse("admin:desk_notice_settings"), gettext("Your wishes are kept."))
    wishes = notices.wishes_of(actor.user_id or 0)
    rows = [{"code": code, "label": label, "shown": code not in wishes.muted, "mailed": code in wishes.mailed,
             "mail_only": code == DAILY} for code, label in kinds]
    return office_page(request, "notice_settings", gettext("What to tell me"), {
        "rows": rows, "crumbs": [(gettext("Notifications"), reverse("admin:desk_notices"))]})


def _kinds(actor: Actor) -> Iterator[tuple[str, Any]]:
    """What this person can be told of: their own doings, the queues of their work, and the daily figures."""
    from entrepot.orders.permissions import READ as SEE_ORDERS

    for work in waiting_for(actor):
        yield f"{_QUEUE}{work.code}", work.label
    yield from BY_PERSON.items()
    if actor.can(SEE_ORDERS):
        yield DAILY, gettext_lazy("Figures of the day before, every morning")


def waiting_for(actor: Actor) -> Iterator[Work]:
    for module in office_modules():
        if hasattr(module, "ADMIN_WORK"):
            yield from module.ADMIN_WORK(actor)


# ---- the watch, once a minute in the worker

_LEVEL = """
INSERT INTO kit_counter AS c (name, hits, ends_at) VALUES (%(name)s, %(n)s, %(until)s)
ON CONFLICT (name) DO UPDATE SET hits = %(n)s, ends_at = %(until)s
RETURNING (SELECT hits FROM kit_counter WHERE name = %(name)s)
"""


def watch() -> int:
    """Tell those concerned when more waits in a queue than a minute ago; returns how many queues grew."""
    grown, now = 0, clock.now()
    for work in waiting_for(system("watch")):
        before = db.value(_LEVEL, {"name": f"watch:{work.code}", "n": work.count, "until": now + timedelta(days=7)})
        if work.count > (before or 0):
            grown += _tell_of(work, f"{now:%Y%m%d%H%M}")
    return grown


def _tell_of(work: Work, moment: str) -> bool:
    opts = work.model._meta
    needed = getattr(admin.site.get_model_admin(work.model), "view_permission", None)
    with translation.override("en"):
        label = str(work.label)  # the msgid: translated again for each reader
    address = f"{reverse(f'admin:{opts.app_label}_{opts.model_name}_changelist')}?{work.query}"
    return notices.tell(f"{_QUEUE}{work.code}", key=f"{work.code}:{moment}", address=address,
                        params={"label": label, "n": work.count, "urgent": work.urgent},
                        permission=needed.code if needed else "")


PAGES = (
    work_page("desk_notices", "desk/notices/", show, OFFICE),
    work_page("desk_notice_settings", "desk/notices/settings/", settings, OFFICE),
    work_page("desk_notice", "desk/notices/<int:notice_id>/", follow, OFFICE),
)
