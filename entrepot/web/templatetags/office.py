"""What the office's templates say of states and events."""

from __future__ import annotations

from typing import Any

from django import template
from django.conf import settings
from django.contrib.admin.templatetags.admin_list import items_for_result, result_headers
from django.utils.html import escape, format_html
from django.utils.safestring import mark_safe
from django.utils.translation import get_language, gettext

from entrepot.catalog import public as catalog
from entrepot.inventory import public as inventory
from entrepot.kit import columns, said, story
from entrepot.web import reasons
from entrepot.web.office import words as said_words
from entrepot.web.office.borrowed import CONTEXTS
from entrepot.web.office.system.access import AREAS

register = template.Library()

@register.filter
def tone(state: Any) -> str:
    return columns.tone(state)


@register.filter
def words(code: Any) -> str:
    """A code of ours in words; what has none is shown as it is, readable."""
    text = said_words.WORDS.get(str(code))
    return gettext(text) if text else said.coded("purpose", code) or str(code).replace("_", " ")


@register.filter
def field_name(name: str) -> str:
    """A field of a record in words; the parts of a name with dots one by one."""
    return " · ".join(said.key(part) for part in str(name).split("."))


@register.filter
def tongue(name: str) -> str:
    """The language that a text is kept in, by the name it is kept under: `name.zh-hans`."""
    last = str(name).rpartition(".")[2]
    return last if last in dict(settings.LANGUAGES) else ""


@register.filter
def said_of(stored: Any, name: str) -> str:
    """A stored value of the field of that name in words."""
    return said.value(str(name).rpartition(".")[2], stored)


@register.filter
def happened(kind: str) -> str:
    """What an event or an action of ours was, in words; the code itself where there are none."""
    return said_words.happened(kind)


@register.filter
def record_name(record: Any) -> str:
    """What a record is called on its page: by its own name, or by its kind and the end of its number."""
    text = str(record)
    if text in (str(record.pk), said.short(record.pk)) or " object (" in text:
        return f"{_first_large(str(record._meta.verbose_name))} {said.short(record.pk)}"
    return text


@register.filter
def contents(field: Any) -> Any:
    """What a field to read holds, in words where it is kept as a code, an id or an object."""
    name, record = field.field["field"], field.form.instance
    stored = {f.name: f for f in record._meta.fields}.get(name) if isinstance(name, str) else None
    column = columns.column_of(stored, linked=True) if stored is not None else name
    return column(record) if callable(column) and stored is not None else field.contents()


@register.filter
def area(code: str) -> str:
    """What a part of the system is called, as among the rights."""
    return gettext(AREAS.get(code, code.capitalize()))


@register.simple_tag
def place_names() -> dict[str, str]:
    """Warehouses and stores by name, as everywhere but in addresses and files: one statement for a page."""
    return {w.code: catalog.in_language(w.name, get_language() or "en") for w in inventory.warehouses()}


@register.filter
def reason(text: Any) -> str:
    """Why somebody did something: a usual reason in the reader's language, another as it was written."""
    return reasons.read(str(text or ""))


@register.filter
def who(label: str) -> str:
    """Who did it: people by their name, parts of the system in words."""
    return said.coded("actor", label) or label


@register.filter
def chosen_as(display: Any, spec: Any) -> str:
    """A choice of a list's filter: codes in words, ids by name."""
    name, stored = getattr(spec, "field_path", ""), getattr(spec, "field", None)
    if not name or getattr(stored, "choices", None) or getattr(stored, "remote_field", None):
        return str(display)
    if said.is_reference(name) and str(display).isdigit():
        return said.value(name, int(display))
    return said.coded(name, display, stored.model._meta.model_name if stored else "") or str(display)


@register.filter
def key(mapping: Any, name: Any) -> Any:
    return mapping.get(name) if hasattr(mapping, "get") else None


@register.filter
def in_language(texts: dict[str, str]) -> str:
    return catalog.in_language(texts, get_language() or "en")


@register.filter
def titled(value: Any) -> str:
    """A page's title or a context's name in the reader's language; names of records stay as they are."""
    text = str(value)
    return gettext(text) if text in CONTEXTS else text


@register.simple_tag
def list_table(cl: Any) -> dict[str, Any]:
    """Headers and rows of a list; each cell says its column too, so that a phone can stack them."""
    headers = [{"name": columns.name_of(column), "text": _first_large(str(header["text"])), "order": _order(header),
                "is_number": columns.is_number(column, cl.model),
                "address": header["url_primary"] if header["sortable"] else ""}
               for column, header in zip(cl.list_display, result_headers(cl), strict=True)]
    told = [f'data-label="{escape(h["text"])}"' + (" data-number" if h["is_number"] else "") for h in headers]
    return {"headers": headers, "rows": [(result.pk, _cells(cl, result, told)) for result in cl.result_list]}


def _cells(cl: Any, result: Any, told: list[str]) -> list[str]:
    return [mark_safe(cell[:3] + f" {attributes}" + cell[3:])  # noqa: S308  Django escaped the cell, we the label
            for cell, attributes in zip(items_for_result(cl, result, None), told, strict=True)]


def _order(header: dict[str, Any]) -> str:
    if not header["sortable"] or not header["sort_priority"]:
        return ""
    return "ascending" if header["ascending"] else "descending"


def _first_large(text: str) -> str:
    """As words are written here; a column that has but its field's name ("warehouse") in the reader's language too."""
    large = text[:1].upper() + text[1:]
    told = gettext(large) if large else large
    if told == large and text:
        told = gettext(text[:1].lower() + text[1:])
    return told[:1].upper() + told[1:]


@register.filter
def most(value: int | None, limit: int) -> int:
    return min(value or 0, limit)


@register.simple_tag
def sparkline(values: list[int]) -> str:
    """A line of figures without axes, as a drawing that needs no script and no style."""
    if len(values) < 2 or not any(values):
        return ""
    low, high = min(0, *values), max(values)
    step, scale = 100 / (len(values) - 1), 28 / ((high - low) or 1)
    points = [f"{n * step:.1f} {30 - (value - low) * scale:.1f}" for n, value in enumerate(values)]
    line = "M" + " L".join(points)
    return format_html('<svg class="of-spark" viewBox="0 0 100 32" preserveAspectRatio="none" aria-hidden="true">'
                       '<path class="area" d="{} L100 32 L0 32 Z"/><path d="{}"/></svg>', line, line)


@register.inclusion_tag("office/_trail.html")
def audit_trail(subject: Any, subject_id: Any = None, limit: int = 20) -> dict[str, Any]:
    """Who did what with a record and why: `{% audit_trail order %}` or `{% audit_trail "order" order.id %}`."""
    return {"entries": story.story_of(subject, subject_id, limit=limit)}


@register.filter
def worded(text: Any) -> str:
    """A field's label, also that of one that is only named in code."""
    return _first_large(str(text))
