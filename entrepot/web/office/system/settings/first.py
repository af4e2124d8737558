"""Short forms of the set-up that are no setting: the first product, the first legal page."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django import forms
from django.db import transaction
from django.utils.html import escape, linebreaks
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from entrepot.catalog import public as catalog
from entrepot.catalog.contracts import ProductInput, PublicationInput, VariantInput
from entrepot.catalog.errors import MediaTooLarge, UnsafeMedia
from entrepot.catalog.permissions import EDIT
from entrepot.growth import public as growth
from entrepot.growth.contracts import Content, PageKind
from entrepot.growth.permissions import PUBLISH
from entrepot.inventory import public as inventory
from entrepot.kit import said
from entrepot.kit.actor import Actor
from entrepot.kit.errors import InvalidInput
from entrepot.kit.rest import translated
from entrepot.payments import public as payments
from entrepot.payments.permissions import CONFIGURE
from entrepot.pricing import public as pricing
from entrepot.web.office.goods.making import MAX_MEGABYTES
from entrepot.web.office.system.forms import ActionForm, long_text, names, number, text, to_minor, yes
from entrepot.web.office.system.settings.entry import Setting

GENERAL = "general"
LEGAL = (("terms", gettext_lazy("Terms and conditions")), ("privacy", gettext_lazy("Privacy notice")),
         ("imprint", gettext_lazy("Imprint")), ("returns", gettext_lazy("Returns and right of withdrawal")))
_TITLES = {"terms": {"en": "Terms and conditions", "zh-hans": "服务条款"},
           "privacy": {"en": "Privacy notice", "zh-hans": "隐私政策"},
           "imprint": {"en": "Imprint", "zh-hans": "经营者信息"},
           "returns": {"en": "Returns", "zh-hans": "退换货政策"}}


class ProductForm(ActionForm):
    name_en = text(gettext_lazy("Name"))
    name_zh_hans = text(gettext_lazy("Name in Chinese"), required=False)
    sku = text(gettext_lazy("SKU"), length=64, help_text=gettext_lazy("Your own number for it."))
    price = number(gettext_lazy("Price"))
    stock = number(gettext_lazy("In stock"), places=3)
    description = long_text(gettext_lazy("Description"))
    picture = forms.FileField(label=gettext_lazy("Picture"), required=False, widget=forms.FileInput(
        attrs={"accept": "image/*"}))
    also = {"variants": "sku", "name": "name_en", "value": "sku", "content": "picture", "media": "picture"}

    def shape(self) -> None:
        self.fields["price"].label = _("Price in %(currency)s") % {"currency": catalog.default_channel().currency}

    def clean_picture(self) -> bytes | None:
        """Read here, and looked at by the catalogue: what is no picture is refused beside the field."""
        file = self.cleaned_data["picture"]
        if file is None:
            return None
        if file.size > MAX_MEGABYTES * 1024 * 1024:
            raise forms.ValidationError(translated(MediaTooLarge(megabytes=MAX_MEGABYTES, megapixels=40)))
        return bytes(file.read())


def _save_product(data: dict[str, Any], target: str, actor: Actor) -> None:
    """All of it or nothing: a product without a price would stand in the shop unsold."""
    channel = catalog.default_channel()
    with transaction.atomic():
        if GENERAL not in {t["code"] for t in catalog.list_product_types()}:
            catalog.create_product_type(GENERAL, {"en": "General", "zh-hans": "通用"}, actor=actor)
        language = next(iter(names(data)))
        product_id = catalog.create_product(ProductInput(
            GENERAL, names(data), description={language: linebreaks(data["description"], autoescape=True)},
            variants=(VariantInput(data["sku"]),), publications=(PublicationInput(channel.code),)), actor=actor)
        if data["picture"] is not None:
            try:
                catalog.add_media(product_id, content=data["picture"], actor=actor)
            except UnsafeMedia as error:
                raise InvalidInput("picture", error.params["reason"]) from error
        variant_id = catalog.variants_of([product_id])[product_id][0]
        pricing.set_prices(f"base-{channel.code}",
                           [(variant_id, Decimal(1), to_minor(data["price"], channel.currency) or 0)], actor=actor)
        place = next((w.code for w in inventory.warehouses() if channel.code in inventory.served_by(w.code)), "")
        if place and data["stock"] > 0:
            inventory.receive(variant_id, place, data["stock"], reason="opening stock", reference="", actor=actor)


class WaysForm(ActionForm):
    """The ways to pay that need no contract, at once."""

    bank_transfer = yes(gettext_lazy("Bank transfer"))
    account = long_text(gettext_lazy("The account to pay into"), help_text=gettext_lazy(
        "For a bank transfer: bank, name and number, as the payer needs them. Shown after the order and in its mail."))
    cash_on_delivery = yes(gettext_lazy("Cash on delivery"))

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        if data.get("bank_transfer") and not data.get("account"):
            self.add_error("account", _("Without an account nobody can transfer anything."))
        if data.get("account") and not data.get("bank_transfer"):
            self.add_error("bank_transfer", _("Choose it, or leave the account empty."))
        if not data.get("bank_transfer") and not data.get("cash_on_delivery") and not self.errors:
            self.add_error("cash_on_delivery", _("Choose at least one way to pay."))
        return data


def _ways(target: str) -> dict[str, dict[str, Any]]:
    channel = catalog.channel(target)
    return {w["code"]: w for w in payments.ways(channel.id, channel.currency)}


def _ways_initial(target: str) -> dict[str, Any]:
    ways = _ways(target)
    told = ways["bank_transfer"]["instructions"]
    return {"bank_transfer": ways["bank_transfer"]["is_offered"], "account": said.in_language(told),
            "cash_on_delivery": ways["cash_on_delivery"]["is_offered"]}


def _retold(told: dict[str, str], account: str) -> dict[str, str]:
    """The account in place of the text that was shown; what was written in other languages stays."""
    if not account:
        return {}
    language = get_language() or "en"
    return {**told, language if language in told else next(iter(told), "en"): account}


def _save_ways(data: dict[str, Any], target: str, actor: Actor) -> None:
    channel, ways = catalog.channel(target), _ways(target)
    told = {"bank_transfer": _retold(ways["bank_transfer"]["instructions"], data["account"]),
            "cash_on_delivery": ways["cash_on_delivery"]["instructions"]}
    with transaction.atomic():
        for code, instructions in told.items():
            payments.set_method(channel.id, code, is_offered=data[code], position=ways[code]["position"],
                                instructions=instructions, actor=actor)


class LegalForm(ActionForm):
    page = forms.ChoiceField(label=gettext_lazy("Which text"), choices=LEGAL)
    text_en = long_text(gettext_lazy("Text"), required=True, length=60_000)
    text_zh_hans = long_text(gettext_lazy("The same in Chinese"), length=60_000)
    also = {"slug": "page", "value": "page"}


def _save_legal(data: dict[str, Any], target: str, actor: Actor) -> None:
    body = {language: linebreaks(escape(told)) for language, told in names(data, "text").items()}
    content = Content(_TITLES[data["page"]], blocks=({"kind": "text", "data": {"heading": {}, "body": body}},))
    with transaction.atomic():
        made = growth.create_page(data["page"], PageKind.PAGE, content, actor=actor)
        growth.publish_page(made.id, actor=actor)


FIRST = {s.code: s for s in (
    Setting("first-product", "shop", gettext_lazy("First product"), "", EDIT, "add_box", ProductForm,
            save=_save_product, adds=gettext_lazy("Put it on sale")),
    Setting("ways", "money", gettext_lazy("Ways to pay"), "", CONFIGURE, "credit_card", WaysForm,
            initial=_ways_initial, save=_save_ways),
    Setting("legal", "words", gettext_lazy("Legal pages"), "", PUBLISH, "article", LegalForm, save=_save_legal,
            adds=gettext_lazy("Publish it")),
)}
