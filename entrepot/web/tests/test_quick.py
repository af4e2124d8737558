"""Fields written out directly read as Django's templates would have written them."""

from __future__ import annotations

import re

import pytest
from django import forms
from django.forms.renderers import DjangoTemplates
from django.utils import translation

from entrepot.web.storefront.countries import COUNTRIES
from entrepot.web.storefront.forms import MarkedForm
from entrepot.web.storefront.quick import CountrySelect, Quick

CLEVER = '"><script>alert(1)</script>\'&'


class Asked(MarkedForm):
    name = forms.CharField(max_length=120, widget=forms.TextInput(attrs={"placeholder": CLEVER, "data-live": True,
                                                                         "data-off": False}))
    mail = forms.EmailField(required=False, help_text="one@example.com")
    pieces = forms.IntegerField(min_value=1, initial=3)
    key = forms.CharField(widget=forms.HiddenInput)
    place = forms.ChoiceField(choices=[("", "Choose"), (CLEVER, CLEVER), ("a", "A")])
    country = forms.ChoiceField(choices=list(COUNTRIES.items()), widget=CountrySelect)
    kind = forms.ChoiceField(choices=[("a", "A"), ("b", "B")], widget=forms.RadioSelect, initial="b")
    note = forms.CharField(widget=forms.Textarea)


def _plain(html: str) -> str:
    return re.sub(r"\s*\n\s*", "", html)


@pytest.mark.parametrize("data", [None, {}, {"name": CLEVER, "mail": "x", "pieces": "-1", "key": CLEVER,
                                             "place": CLEVER, "country": "DE", "kind": "a", "note": CLEVER}])
def test_a_field_reads_as_djangos_own(data: dict[str, str] | None) -> None:
    quick, own = Asked(data), Asked(data, renderer=DjangoTemplates())
    own.fields["country"].widget = forms.Select(choices=own.fields["country"].choices)  # type: ignore[attr-defined]
    assert isinstance(quick.renderer, Quick)
    for name in quick.fields:
        assert _plain(str(quick[name])) == _plain(str(own[name])), name
    for ours, djangos in zip(quick["kind"], own["kind"], strict=True):
        assert _plain(ours.tag()) == _plain(djangos.tag())
    assert "<script>" not in "".join(str(field) for field in quick)


def test_a_list_of_countries_takes_no_template_for_each(monkeypatch: pytest.MonkeyPatch) -> None:
    rendered: list[str] = []
    monkeypatch.setattr(DjangoTemplates, "render", lambda self, name, context, request=None: rendered.append(name))
    str(Asked()["country"])
    assert rendered == []


def test_a_list_of_countries_is_in_the_readers_language() -> None:
    with translation.override("zh-hans"):
        assert '<option value="DE">德国</option>' in str(Asked()["country"])
    assert '<option value="DE">Germany</option>' in str(Asked()["country"])
