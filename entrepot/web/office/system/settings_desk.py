"""All settings of the business in one place, found by name, explanation or what people call them in either language."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import NoReverseMatch, reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from entrepot.identity import public as identity
from entrepot.kit.actor import Actor
from entrepot.kit.rest import actor_of
from entrepot.orders import public as orders
from entrepot.orders.permissions import MAIL
from entrepot.web.office.pages import acted, office_page, text_of, work_page
from entrepot.web.office.system.forms import ActionForm
from entrepot.web.office.system.rows import AGAIN
from entrepot.web.office.system.settings import delivery, money, papers, shop, trust, words
from entrepot.web.office.system.settings.entry import NEW, Setting
from entrepot.web.permissions import SETTINGS as SEE

SETTINGS: dict[str, Setting] = {s.code: s for s in (*shop.SETTINGS, *delivery.SETTINGS, *money.SETTINGS,
                                                    *trust.SETTINGS, *papers.SETTINGS, *words.SETTINGS)}
GROUPS = {"shop": gettext_lazy("Shop and company"), "delivery": gettext_lazy("Stock and delivery"),
          "money": gettext_lazy("Money and trust"), "words": gettext_lazy("Words and switches"),
          "people": gettext_lazy("People and programs")}
_LANGUAGES = ("en", "zh-hans")


@dataclass(frozen=True, slots=True)
class Card:
    setting: Setting
    address: str


def address_of(setting: Setting) -> str:
    """Where a setting is changed; empty when the desk that holds it is not part of this installation."""
    if setting.form is not None:
        return reverse("admin:desk_setting", args=[setting.code])
    try:
        return reverse(f"admin:{setting.page}")
    except NoReverseMatch:
        return ""


def offered(actor: Actor) -> Iterator[Setting]:
    return (s for s in SETTINGS.values() if actor.can(s.permission))


def fits(setting: Setting, query: str) -> bool:
    """Whether every word stands in its names, explanations or other words, in any of our languages."""
    told = [*setting.words]
    for language in _LANGUAGES:
        with translation.override(language):
            told += [str(setting.title), str(setting.text), str(GROUPS[setting.group])]
    haystack = " ".join(told).casefold()
    return all(word in haystack for word in query.casefold().split())


def index(request: HttpRequest) -> HttpResponse:
    query, actor = request.GET.get("q", "").strip()[:100], actor_of(request)
    cards = [Card(s, address) for s in offered(actor) if fits(s, query) and (address := address_of(s))]
    groups = [(name, [c for c in cards if c.setting.group == code]) for code, name in GROUPS.items()]
    return office_page(request, "system/settings", _("Settings"),
                       {"query": query, "groups": [g for g in groups if g[1]]})


def _setting(request: HttpRequest, code: str) -> Setting:
    setting = SETTINGS.get(code)
    if setting is None or setting.form is None:
        raise Http404
    actor_of(request).require(setting.permission)
    return setting


def show(request: HttpRequest, code: str) -> HttpResponse:
    """What the setting is about, item by item."""
    setting = _setting(request, code)
    items = setting.items(actor_of(request))
    query = request.GET.get("q", "").strip().casefold()
    shown = [i for i in items if query in i.name.casefold()]
    return office_page(request, "system/setting", setting.title,
                       {"setting": setting, "items": shown, "query": query, "many": len(items) > 12})


def edit(request: HttpRequest, code: str, target: str) -> HttpResponse:
    """One form; saved through the action, which checks and writes the audit trail."""
    setting = _setting(request, code)
    if target == NEW and not setting.adds:
        raise Http404
    form = form_of(setting, target, request)
    if form.is_bound and "preview" not in request.POST and save(setting, target, form, actor_of(request)):
        return HttpResponseRedirect(reverse("admin:desk_setting", args=[code]))
    name = next((i.name for i in setting.items(actor_of(request)) if i.key == target), setting.adds)
    context = {"setting": setting, "form": form, "target": target, "is_new": target == NEW,
               **(_mail(request, target, form) if code == "mails" else {})}
    status = 422 if form.is_bound and form.errors else 200
    return office_page(request, "system/setting_form", name, context, status=status)


def form_of(setting: Setting, target: str, request: HttpRequest) -> ActionForm:
    """As it was typed; or, for a button that only wants another row or other fields, shown again with that."""
    assert setting.form is not None  # a setting with items has a form
    initial = setting.initial(target)
    if request.method != "POST":
        return setting.form(initial=initial, target=target)
    given = setting.form(request.POST, request.FILES, initial=initial, target=target)
    return setting.form(initial=initial | given.typed(), target=target) if AGAIN in request.POST else given


def save(setting: Setting, target: str, form: ActionForm, actor: Actor) -> bool:
    actor.require(setting.permission)
    return form.run(lambda data: setting.save(data, target, actor))


def _mail(request: HttpRequest, target: str, form: ActionForm) -> dict[str, Any]:
    """The mail as a customer would get it, from what stands in the form."""
    kind, _colon, language = target.partition(":")
    given = request.POST if request.method == "POST" else form.initial
    seen = orders.preview_mail(kind, language, subject=str(given.get("subject", "")), body=str(given.get("body", "")),
                               actor=actor_of(request))
    me = actor_of(request).user_id
    return {"seen": seen, "to": identity.get_user(me).email if me else ""}


def mail(request: HttpRequest, target: str, verb: str) -> HttpResponse:
    """A test mail to a colleague, or back to the built-in text."""
    back = reverse("admin:desk_setting_edit", args=["mails", target])
    if request.method != "POST":
        return HttpResponseRedirect(back)
    kind, _colon, language = target.partition(":")
    actor = actor_of(request)
    if verb == "reset":
        return acted(request, lambda: orders.reset_template(kind, language, actor=actor), back,
                     gettext_lazy("The built-in text holds again."))
    return acted(request, lambda: orders.send_test_mail(kind, language, text_of(request, "to"), actor=actor), back,
                 gettext_lazy("The test mail is on its way."))


PAGES = (
    work_page("desk_settings", "desk/settings/", index, SEE, gettext_lazy("Settings"), "settings", "system"),
    work_page("desk_setting_mail", "desk/settings/mails/<str:target>/do/<slug:verb>/", mail, MAIL),
    work_page("desk_setting", "desk/settings/<slug:code>/", show, SEE),
    work_page("desk_setting_edit", "desk/settings/<slug:code>/<str:target>/", edit, SEE),
)
