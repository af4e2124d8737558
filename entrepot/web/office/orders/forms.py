"""How a desk answers a form: done and on to the next page, or the same page with what was typed and why not."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.utils.translation import gettext as _

from entrepot.kit.errors import N_, DomainError, InvalidInput
from entrepot.kit.rest import translated
from entrepot.web.office.pages import text_of


@dataclass(frozen=True, slots=True)
class Refused:
    """A form that came back: which, what is wrong with which field, and what had been typed."""

    form: str
    field: str
    text: str
    given: QueryDict

    @property
    def is_general(self) -> bool:
        """No field of the form is to blame, so the form itself says it."""
        return self.field not in self.given


@dataclass(frozen=True, slots=True)
class Done:
    """What a form has done, in a sentence that names it, and where it goes on if that is another page."""

    text: str
    to: str = ""


def pressed(request: HttpRequest, form: str, action: Callable[[], Any], done: Any,
            back: Callable[[Any], str], show: Callable[[Refused], HttpResponse]) -> HttpResponse:
    """Run the action; `done` tells what it did and `back` makes the next address, both of what it returned if they are
    functions; `show` draws the page again."""
    try:
        result = action()
    except DomainError as error:
        return show(refused(request, form, error))
    if told := done(result) if callable(done) else done:
        messages.success(request, str(told))
    return HttpResponseRedirect(back(result))


def refused(request: HttpRequest, form: str, error: DomainError) -> Refused:
    if isinstance(error, InvalidInput):
        return Refused(form, str(error.params["field"]), _(str(error.params["reason"])), request.POST)
    return Refused(form, str(error.params.get("field", "")), translated(error), request.POST)


def id_of(request: HttpRequest, name: str = "id") -> UUID:
    try:
        return UUID(text_of(request, name))
    except ValueError as error:
        raise InvalidInput(name, N_("This is not an id.")) from error


def choice_of(kind: type[Any], given: str, name: str) -> Any:
    try:
        return kind(given)
    except ValueError as error:
        raise InvalidInput(name, N_("Choose one of the list.")) from error


def reason_of(request: HttpRequest) -> str:
    """Why: one of the usual reasons, words of one's own, or both."""
    usual, own = text_of(request, "why"), text_of(request, "reason")
    if not (usual or own):
        raise InvalidInput("reason", N_("Give a reason."))
    return f"{usual}: {own}" if usual and own else usual or own
