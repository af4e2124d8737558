"""Pages whose address names no language speak the one that the person chose, else their browser's."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.utils import translation

_UNPREFIXED = ("/office/", "/accounts/")


class ChosenLanguage:
    """After LocaleMiddleware, which reads an address without a language as English: right for the shop alone."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.path_info.startswith(_UNPREFIXED):
            language = translation.get_language_from_request(request)
            translation.activate(language)
            request.LANGUAGE_CODE = language
        return self.get_response(request)
