"""Settings of words and switches: mails to customers, feature flags, and links to the desks that hold the rest."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from entrepot.experiments import public as experiments
from entrepot.experiments.permissions import CHANGE
from entrepot.growth.permissions import READ as READ_PAGES
from entrepot.identity.permissions import KEYS, ROLES
from entrepot.kit.actor import Actor, system
from entrepot.kit.errors import N_, NotFound
from entrepot.kit.permissions import WEBHOOKS_READ
from entrepot.orders import public as orders
from entrepot.orders.permissions import MAIL
from entrepot.showcase.permissions import SEE_SEARCH
from entrepot.web.office.system.forms import ActionForm, long_text, number, text, yes
from entrepot.web.office.system.settings.entry import NEW, Item, Setting

_READER = system("settings")
KINDS = {
    "placed": N_("Order received"), "tracking_link": N_("Link to an order"), "paid": N_("Payment received"),
    "payment_failed": N_("Payment failed"), "shipped": N_("On its way"), "ready": N_("Ready to collect"),
    "delivered": N_("Arrived"), "cancelled": N_("Cancelled"), "expired": N_("Expired unpaid"),
    "return_requested": N_("Return asked for"), "return_approved": N_("Return agreed to"),
    "return_declined": N_("Return declined"), "return_received": N_("Returned goods arrived"),
    "refunded": N_("Refunded"), "changed": N_("Order changed"), "invoice": N_("Invoice")}


class MailForm(ActionForm):
    subject = text(gettext_lazy("Subject"), length=300)
    body = long_text(gettext_lazy("Text"), required=True, help_text=gettext_lazy(
        "Words in braces are filled in: {shop} {name} {number} {total} {lines} {link} and more. A line whose only"
        " word stays empty is left out."))


def _mails(actor: Actor) -> list[Item]:
    languages = dict(settings.LANGUAGES)
    return [Item(f"{t['kind']}:{t['language']}", f"{_(KINDS.get(t['kind'], t['kind']))} · {languages[t['language']]}",
                 _("your own text") if t["is_own"] else _("built-in text"), True)
            for t in orders.list_templates(actor=_READER)]


def _mail_initial(target: str) -> dict[str, Any]:
    kind, _colon, language = target.partition(":")
    found = next((t for t in orders.list_templates(actor=_READER) if (t["kind"], t["language"]) == (kind, language)),
                 None)
    if found is None:
        raise NotFound(N_("mail template"))
    return {"subject": found["subject"], "body": found["body"].replace("\r\n", "\n")}


def _save_mail(data: dict[str, Any], target: str, actor: Actor) -> None:
    kind, _colon, language = target.partition(":")
    orders.set_template(kind, language, subject=data["subject"], body=data["body"].replace("\r\n", "\n"), actor=actor)


class FlagForm(ActionForm):
    key = forms.SlugField(label=gettext_lazy("Key"), max_length=60,
                          help_text=gettext_lazy("As the code or a template asks for it."))
    description = text(gettext_lazy("What it switches"), required=False)
    is_enabled = yes(gettext_lazy("On"))
    share_percent = number(gettext_lazy("For how many, in percent"), most=Decimal(100),
                           help_text=gettext_lazy("A person or visitor always falls on the same side."))

    def shape(self) -> None:
        self.fields["key"].disabled = self.target != NEW


def _flags(actor: Actor) -> list[Item]:
    return [Item(f.key, f.description or f.key, f"{f.share_percent.normalize():f}%" if f.is_enabled else _("off"),
                 f.is_enabled) for f in experiments.list_flags()]


def _flag_initial(target: str) -> dict[str, Any]:
    if target == NEW:
        return {"share_percent": 100}
    found = next((f for f in experiments.list_flags() if f.key == target), None)
    if found is None:
        raise NotFound(N_("flag"))
    return {"key": found.key, "description": found.description, "is_enabled": found.is_enabled,
            "share_percent": f"{found.share_percent.normalize():f}"}


def _save_flag(data: dict[str, Any], target: str, actor: Actor) -> None:
    values = {"description": data["description"], "is_enabled": data["is_enabled"],
              "share_percent": data["share_percent"]}
    if target == NEW:
        experiments.create_flag(data["key"], actor=actor, **values)
    else:
        experiments.update_flag(target, actor=actor, **values)


SETTINGS = (
    Setting("mails", "words", gettext_lazy("Mails to customers"),
            gettext_lazy("Subject and text of every mail in every language, with a preview and a test mail."), MAIL,
            "mail", MailForm, _mails, _mail_initial, _save_mail,
            words=("template", "notification", "邮件模板", "通知")),
    Setting("flags", "words", gettext_lazy("Feature flags"),
            gettext_lazy("Switch parts of the shop on for all, for some, or off, without a new version."), CHANGE,
            "toggle_on", FlagForm, _flags, _flag_initial, _save_flag, gettext_lazy("Add a flag"),
            words=("experiment", "rollout", "开关", "灰度")),
    Setting("pages", "words", gettext_lazy("Legal texts, pages and menus"),
            gettext_lazy("Terms, privacy notice, imprint and all other pages of the shop, and the menus that lead to"
                         " them."), READ_PAGES, "article", page="desk_pages",
            words=("terms", "privacy", "imprint", "条款", "隐私", "菜单")),
    Setting("search", "words", gettext_lazy("Search words"),
            gettext_lazy("Synonyms, and products that stand first or last for a search."), SEE_SEARCH, "manage_search",
            page="showcase_synonym_changelist", words=("synonyms", "pins", "同义词", "搜索")),
    Setting("roles", "people", gettext_lazy("People and roles"),
            gettext_lazy("Who works here, what each role may do, and the organisation."), ROLES, "group",
            page="desk_people", words=("staff", "permissions", "MFA", "员工", "权限", "角色")),
    Setting("keys", "people", gettext_lazy("API keys"),
            gettext_lazy("Keys for programs: what each may do and until when."), KEYS, "key", page="desk_keys",
            words=("token", "integration", "密钥", "接口")),
    Setting("webhooks", "people", gettext_lazy("Webhooks"),
            gettext_lazy("Addresses outside that are told of events."), WEBHOOKS_READ, "webhook", page="desk_webhooks",
            words=("integration", "events", "回调")),
)
