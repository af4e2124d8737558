"""What the desks of the system say of times and reasons."""

from __future__ import annotations

from django import template
from django.utils.formats import number_format
from django.utils.translation import gettext, ngettext

register = template.Library()


@register.filter
def span(seconds: int | float) -> str:
    """A length of time in the largest unit that is still telling: "40 seconds", "3 minutes"."""
    whole = round(seconds)
    if whole < 90:
        return ngettext("%(n)d second", "%(n)d seconds", whole) % {"n": whole}
    if whole < 5400:
        return ngettext("%(n)d minute", "%(n)d minutes", whole // 60) % {"n": whole // 60}
    if whole < 172_800:
        return ngettext("%(n)d hour", "%(n)d hours", whole // 3600) % {"n": whole // 3600}
    return ngettext("%(n)d day", "%(n)d days", whole // 86_400) % {"n": whole // 86_400}


@register.filter
def said(msgid: str) -> str:
    """A sentence that was kept in English, in the reader's language."""
    return gettext(msgid) if msgid else ""


@register.filter
def counted(number: int) -> str:
    """A whole number with its thousands apart."""
    return number_format(number, decimal_pos=0, force_grouping=True)
