"""A text kept in several languages, typed on a record: a line for each language instead of an object."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.conf import settings

LINES = ("name",)  # fields of that name hold a short text in each language


class TextsWidget(forms.MultiWidget):
    """One field for each language, kept as one mapping."""

    template_name = "kit/texts.html"

    def __init__(self) -> None:
        super().__init__({code.replace("-", "_"): forms.TextInput({"lang": code})
                          for code, _language in settings.LANGUAGES})

    def decompress(self, value: Any) -> list[str]:
        texts = value if isinstance(value, Mapping) else {}
        return [str(texts.get(code, "")) for code, _name in settings.LANGUAGES]

    def get_context(self, name: str, value: Any, attrs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context(name, value, attrs)
        for line, (_code, language) in zip(context["widget"]["subwidgets"], settings.LANGUAGES, strict=True):
            line["language"] = language
        return context


class TextsField(forms.MultiValueField):
    """Languages left empty are not kept."""

    def __init__(self, **options: Any) -> None:
        kept = {k: options[k] for k in ("required", "label", "help_text", "initial") if k in options}
        super().__init__([forms.CharField(required=False) for _language in settings.LANGUAGES],
                         require_all_fields=False, widget=TextsWidget(), **kept)

    def compress(self, data_list: Sequence[str]) -> dict[str, str]:
        return {code: text for (code, _name), text in zip(settings.LANGUAGES, data_list or (), strict=False) if text}

    def has_changed(self, initial: Any, data: Any) -> bool:
        return self.compress(data or ()) != {k: v for k, v in (initial or {}).items() if v}
