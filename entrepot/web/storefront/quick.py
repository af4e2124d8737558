"""Plain form fields written out directly. Django renders one template for every option of a list: at two lists of
countries that was half of the time that the checkout page took.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any

from django import forms
from django.forms.renderers import DjangoTemplates
from django.http import HttpRequest
from django.utils.html import conditional_escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language

from entrepot.web.storefront.countries import COUNTRIES

Widget = Mapping[str, Any]  # what Django's own templates get


def _attrs(attrs: Mapping[str, Any]) -> str:
    return "".join(f" {conditional_escape(name)}" if value is True
                   else f' {conditional_escape(name)}="{conditional_escape(value)}"'
                   for name, value in attrs.items() if value is not False)


def _input(widget: Widget) -> str:
    value = "" if widget["value"] is None else f' value="{conditional_escape(widget["value"])}"'
    name = conditional_escape(widget["name"])
    return f'<input type="{widget["type"]}" name="{name}"{value}{_attrs(widget["attrs"])}>'


def _option(value: Any, label: Any, attrs: Mapping[str, Any]) -> str:
    return f'<option value="{conditional_escape(value)}"{_attrs(attrs)}>{conditional_escape(label)}</option>'


def _select(widget: Widget) -> str:
    """Lists without groups; we have no others."""
    options = widget.get("options") or "".join(
        _option(option["value"], option["label"], option["attrs"])
        for _group, options, _number in widget["optgroups"] for option in options)
    return f'<select name="{conditional_escape(widget["name"])}"{_attrs(widget["attrs"])}>{options}</select>'


_WRITTEN: dict[str, Callable[[Widget], str]] = {
    f"django/forms/widgets/{kind}.html": write for kind, write in
    (("text", _input), ("email", _input), ("hidden", _input), ("number", _input), ("radio_option", _input),
     ("select", _select))}


class CountrySelect(forms.Select):
    """The same list for everybody who reads the same language: written once."""

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        context = forms.Widget.get_context(self, name, value, attrs)
        codes = tuple(str(code) for code, _label in self.choices)
        context["widget"]["options"] = _countries(get_language() or "", codes, str(value or ""))
        return context


@lru_cache(maxsize=500)
def _countries(language: str, codes: tuple[str, ...], chosen: str) -> str:
    return "".join(_option(code, COUNTRIES[code], {"selected": True} if code == chosen else {}) for code in codes)


class Quick(DjangoTemplates):
    """Django's renderer, by templates where there is more to a field."""

    def render(self, template_name: str, context: dict[str, Any], request: HttpRequest | None = None) -> SafeString:
        write = _WRITTEN.get(template_name)
        if write is None or context["widget"].get("wrap_label"):
            return mark_safe(super().render(template_name, context, request))  # noqa: S308 what Django rendered
        return mark_safe(write(context["widget"]))  # noqa: S308 every value in it was escaped above
