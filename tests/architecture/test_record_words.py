"""What the database refuses of a record is said in words, in both languages, beside a field of the form."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib import admin
from django.utils import translation

from entrepot.kit.admin import BaseAdmin, ReadOnlyAdmin

MADE_BY_FORM = [a for a in admin.site._registry.values()
                if isinstance(a, BaseAdmin) and not isinstance(a, ReadOnlyAdmin)]
FORMS = [*MADE_BY_FORM, *(i(a.model, admin.site) for a in MADE_BY_FORM for i in a.inlines)]
GUARDED = [(f, c.name) for f in FORMS for c in f.opts.constraints if not f.readonly_fields]


@pytest.mark.parametrize(("form", "name"), GUARDED, ids=str)
def test_every_constraint_of_a_form_has_its_sentence(form: Any, name: str) -> None:
    assert name in getattr(form, "broken", {}), f"{type(form).__name__}.broken says nothing of {name}"
    field, sentence = form.broken[name]
    assert form.opts.get_field(field)
    with translation.override("en"):
        english = str(sentence)
    with translation.override("zh-hans"):
        assert str(sentence) != english


def test_no_sentence_speaks_of_a_constraint_that_is_gone() -> None:
    for form in MADE_BY_FORM:
        assert set(form.broken) <= {c.name for c in form.opts.constraints}, type(form).__name__
