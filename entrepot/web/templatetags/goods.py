"""Controls of the goods and price desks: one field with its label and error, one cell of a grid."""

from __future__ import annotations

from typing import Any

from django import template
from django.utils.html import conditional_escape, format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from entrepot.web.office.goods.sheet import Field

register = template.Library()

_TYPES = {"moment": "datetime-local", "date": "date"}
_NONE = mark_safe("")


@register.simple_tag
def field(f: Field, css: str = "") -> SafeString:
    """Label, control, hint and error of a field."""
    if f.kind == "check":
        return format_html('<div class="of-field {}"><label class="of-check">{} {}</label>{}</div>', css,
                           _control(f, _NONE), f.label, _error(f))
    if f.kind == "many":
        return format_html('<fieldset class="of-field gd-many {}"><legend class="of-label">{}</legend>{}{}</fieldset>',
                           css, f.label, _boxes(f), _error(f))
    hint = format_html("<small>{}</small>", f.hint) if f.hint else _NONE
    return format_html('<label class="of-field {}"><span>{}{}</span>{}{}{}</label>', css, f.label,
                       _mark(f), _control(f, _NONE), hint, _error(f))


@register.simple_tag
def cell(f: Field) -> SafeString:
    """A control in a table, named for those who do not see its heading."""
    name = format_html(' aria-label="{}"', f.label)
    note = format_html('<small class="of-soft gd-note">{}</small>', f.hint) if f.hint else _NONE
    return format_html("{}{}{}", _control(f, name), note, _error(f))


@register.simple_tag
def control(f: Field) -> SafeString:
    return format_html("{}{}", _control(f, format_html(' aria-label="{}"', f.label)), _error(f))


def _mark(f: Field) -> SafeString:
    return format_html(' <em class="of-badge info">{}</em>', _("changed")) if f.typed and not f.error else _NONE


def _error(f: Field) -> SafeString:
    return format_html('<span class="of-error" id="e-{}">{}</span>', f.name, f.error) if f.error else _NONE


def _control(f: Field, naming: SafeString) -> SafeString:
    about = format_html('{}{}{}', naming, mark_safe(' data-typed=""') if f.typed else _NONE,
                        format_html(' aria-invalid="true" aria-describedby="e-{}"', f.name) if f.error else _NONE)
    if f.kind == "check":
        shown = _NONE if f.locked else format_html('<input type="hidden" name="{}-shown" value="1">', f.name)
        return format_html('<input type="checkbox" name="{}" value="1"{}{}{}>{}', f.name,
                           mark_safe(" checked") if f.is_on else _NONE,
                           mark_safe(" disabled") if f.locked else _NONE, about, shown)
    if f.kind == "select":
        options = format_html_join("", '<option value="{}"{}>{}</option>', (
            (code, mark_safe(" selected") if str(code) == str(f.value) else "", label) for code, label in f.choices))
        return format_html('<select name="{}"{}{}>{}</select>', f.name, mark_safe(" disabled") if f.locked else _NONE,
                           about, options)
    if f.kind == "many":
        return _boxes(f)
    if f.kind == "multi":
        return _several(f, about)
    closed = mark_safe(" readonly") if f.locked else _NONE
    if f.kind == "area":
        return format_html('<textarea name="{}" rows="5"{}{}>{}</textarea>', f.name, closed, about, f.value)
    keys = mark_safe(' inputmode="decimal" class="of-num" autocomplete="off"') if f.kind == "number" else _NONE
    return format_html('<input type="{}" name="{}" value="{}"{}{}{}>', _TYPES.get(f.kind, "text"), f.name, f.value,
                       keys, closed, about)


def _several(f: Field, about: SafeString) -> SafeString:
    chosen = {str(v) for v in f.value or ()}
    options = format_html_join("", '<option value="{}"{}>{}</option>', (
        (code, mark_safe(" selected") if str(code) in chosen else "", label) for code, label in f.choices))
    shown = _NONE if f.locked else format_html('<input type="hidden" name="{}-shown" value="1">', f.name)
    return format_html('<select multiple size="4" name="{}"{}{}>{}</select>{}', f.name,
                       mark_safe(" disabled") if f.locked else _NONE, about, options, shown)


def _boxes(f: Field) -> SafeString:
    chosen = {str(v) for v in f.value or ()}
    closed = mark_safe(" disabled") if f.locked else _NONE
    box = '<label class="of-check"><input type="checkbox" name="{}" value="{}"{}{}> {}</label>'
    boxes = format_html_join("", box, (
        (f.name, code, mark_safe(" checked") if str(code) in chosen else "", closed, label)
        for code, label in f.choices))
    shown = _NONE if f.locked else format_html('<input type="hidden" name="{}-shown" value="1">', f.name)
    return format_html('<div class="gd-boxes">{}{}</div>', boxes, shown)


@register.filter
def joined(values: Any, between: str = ", ") -> SafeString:
    return mark_safe(conditional_escape(between).join(conditional_escape(v) for v in values))  # noqa: S308 escaped one by one
