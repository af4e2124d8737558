"""People, roles and the organisation: who works here, what each may do and why, and leaving in good order."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from entrepot.identity import office
from entrepot.identity import public as identity
from entrepot.identity.permissions import KEYS, MANAGE, READ, ROLES, SESSIONS
from entrepot.kit.actor import Permission
from entrepot.kit.errors import N_, DomainError, InvalidInput
from entrepot.kit.rest import actor_of, translated
from entrepot.web.office.pages import acted, office_page, text_of, whole, work_page
from entrepot.web.office.system.access import by_area, in_words, rights, role_name

_RIGHTS: dict[str, Permission] = {"manage": MANAGE, "roles": ROLES, "sessions": SESSIONS, "keys": KEYS}


def _may(request: HttpRequest) -> set[str]:
    return {name for name, right in _RIGHTS.items() if actor_of(request).can(right)}


def index(request: HttpRequest) -> HttpResponse:
    return _index(request, {}, {})


def _index(request: HttpRequest, typed: dict[str, Any], errors: dict[str, str], status: int = 200) -> HttpResponse:
    actor, query = actor_of(request), request.GET.get("q", "").strip().casefold()
    people = [p for p in office.list_colleagues(actor=actor) if query in f"{p.name} {p.email}".casefold()]
    names = {r.code: role_name(r) for r in identity.list_roles()}
    context = {"people": people, "names": names, "roles": names.items(), "units": office.list_units(), "query": query,
               "may": _may(request), "typed": typed, "errors": errors, "languages": settings.LANGUAGES,
               "without": sum(p.is_active and not p.has_second_factor for p in people)}
    return office_page(request, "system/people", _("People"), context, status=status)


def invite(request: HttpRequest) -> HttpResponse:
    if request.method != "POST":
        return HttpResponseRedirect(reverse("admin:desk_people"))
    try:
        person = office.invite_staff(
            text_of(request, "email"), text_of(request, "name"), request.POST.getlist("roles"),
            unit_id=_number(request, "unit"), language=text_of(request, "language") or "en", actor=actor_of(request))
    except DomainError as error:
        field = str(error.params.get("field", "")) or ("email" if error.code == "email_taken" else "roles")
        told = _(error.params["reason"]) if "reason" in error.params else translated(error)
        typed = {**request.POST.dict(), "roles": request.POST.getlist("roles")}
        return _index(request, typed, {field: told}, 422)
    return HttpResponseRedirect(reverse("admin:desk_person", args=[person]))


def _number(request: HttpRequest, name: str) -> int | None:
    return whole(text_of(request, name), 9)


def person(request: HttpRequest, user_id: int) -> HttpResponse:
    """One colleague: roles and what they amount to, factors, sessions, and the way out."""
    actor = actor_of(request)
    found = office.get_colleague(user_id, actor=actor)
    roles = identity.list_roles()
    held = {code for r in roles if r.code in found.roles for code in r.permissions}
    may = _may(request)
    context = {"person": found, "roles": [(r.code, role_name(r), r.code in found.roles) for r in roles],
               "units": office.list_units(), "may": may, "words": in_words(held), "is_me": actor.user_id == user_id,
               "sessions": office.list_sessions(user_id) if "sessions" in may or actor.user_id == user_id else [],
               "keys": office.keys_of(user_id), "languages": settings.LANGUAGES,
               "others": [p for p in office.list_colleagues(actor=actor) if p.is_active and p.id != user_id]}
    return office_page(request, "system/person", found.name or found.email, context)


def person_do(request: HttpRequest, user_id: int, verb: str) -> HttpResponse:
    if verb not in _VERBS:
        raise Http404
    back = reverse("admin:desk_person", args=[user_id])
    if request.method != "POST":
        return HttpResponseRedirect(back)
    return acted(request, lambda: _VERBS[verb](request, user_id), back)


def _save(request: HttpRequest, user_id: int) -> None:
    identity.update_user(user_id, name=text_of(request, "name"), language=text_of(request, "language"),
                         unit_id=_number(request, "unit"), actor=actor_of(request))


def _roles(request: HttpRequest, user_id: int) -> None:
    identity.set_roles(user_id, request.POST.getlist("roles"), actor=actor_of(request))


def _end(request: HttpRequest, user_id: int) -> None:
    identity.end_sessions(user_id, session_id=_number(request, "session"), actor=actor_of(request))


def _factors(request: HttpRequest, user_id: int) -> None:
    office.remove_second_factors(user_id, reason=_reason(request), actor=actor_of(request))


def _reason(request: HttpRequest) -> str:
    if not (reason := text_of(request, "reason")):
        raise InvalidInput("reason", N_("Give a reason."))
    return reason


def _leave(request: HttpRequest, user_id: int) -> None:
    office.leave(user_id, successor_id=_number(request, "successor"), revoke_keys="revoke" in request.POST,
                 reason=_reason(request), actor=actor_of(request))


def _back(request: HttpRequest, user_id: int) -> None:
    identity.update_user(user_id, is_active=True, actor=actor_of(request))


def _again(request: HttpRequest, user_id: int) -> None:
    office.invite_again(user_id, actor=actor_of(request))


_VERBS = {"save": _save, "roles": _roles, "end": _end, "factors": _factors, "leave": _leave, "back": _back,
          "invite": _again}


def roles(request: HttpRequest) -> HttpResponse:
    """The matrix of roles and rights; with two chosen, only what differs between them."""
    found = identity.list_roles()
    chosen = [r for r in found if r.code in (request.GET.get("a"), request.GET.get("b"))]
    shown = chosen if len(chosen) == 2 else found
    query = request.GET.get("q", "").strip().casefold()
    areas = []
    for area, all_rights in by_area():
        rows = [(r.code, r.text, [r.code in role.permissions for role in shown]) for r in all_rights
                if query in f"{r.text} {r.code}".casefold()]
        rows = [row for row in rows if len(chosen) != 2 or len(set(row[2])) > 1]
        if rows:
            areas.append((area, rows))
    people = office.list_colleagues(actor=actor_of(request))
    context = {"roles": [(r, role_name(r), sum(r.code in p.roles for p in people)) for r in shown],
               "all": [(r.code, role_name(r)) for r in found], "areas": areas, "query": query, "may": _may(request),
               "compared": len(chosen) == 2, "a": request.GET.get("a", ""), "b": request.GET.get("b", "")}
    return office_page(request, "system/roles", _("Roles"), context)


def role(request: HttpRequest, code: str) -> HttpResponse:
    """What a role lets people do, in words; a role of the company's own can be changed, a built-in one copied."""
    found = next((r for r in identity.list_roles() if r.code == code), None)
    if found is None and code != "new":
        raise Http404
    source = next((r for r in identity.list_roles() if r.code == request.GET.get("copy")), None)
    typed: dict[str, str] = {}
    error = ""
    held = set(found.permissions if found else source.permissions if source else ())
    if request.method == "POST":
        actor_of(request).require(ROLES)
        held, typed = set(request.POST.getlist("rights")), {"name": text_of(request, "name"),
                                                            "code": text_of(request, "code")}
        try:
            saved = office.save_role(found.code if found else typed["code"], typed["name"], held,
                                     actor=actor_of(request))
            return HttpResponseRedirect(reverse("admin:desk_role", args=[saved.code]))
        except DomainError as problem:
            error = translated(problem)
    people = [p for p in office.list_colleagues(actor=actor_of(request)) if found and found.code in p.roles]
    context = {"role": found, "areas": by_area(held), "words": in_words(held), "typed": typed, "error": error,
               "may": _may(request), "people": people, "total": len(rights()), "held": len(held)}
    title = role_name(found) if found else _("New role")
    return office_page(request, "system/role", title, context, status=422 if error else 200)


def role_delete(request: HttpRequest, code: str) -> HttpResponse:
    if request.method != "POST":
        return HttpResponseRedirect(reverse("admin:desk_role", args=[code]))
    return acted(request, lambda: office.delete_role(code, actor=actor_of(request)), reverse("admin:desk_roles"))


def units(request: HttpRequest) -> HttpResponse:
    """The organisation as a tree, with its people."""
    found = office.list_units()
    people = office.list_colleagues(actor=actor_of(request))
    tree: list[dict[str, Any]] = []

    def grow(parent: int | None, depth: int) -> None:
        for unit in (u for u in found if u.parent_id == parent):
            tree.append({"unit": unit, "depth": depth, "indent": min(depth, 5),
                         "people": [p for p in people if p.unit_id == unit.id and p.is_active]})
            grow(unit.id, depth + 1)

    grow(None, 0)
    context = {"tree": tree, "may": _may(request), "nowhere": [p for p in people if p.unit_id is None and p.is_active]}
    return office_page(request, "system/units", _("Organisation"), context)


def units_do(request: HttpRequest, verb: str) -> HttpResponse:
    back = reverse("admin:desk_units")
    if request.method != "POST" or verb not in ("save", "delete"):
        return HttpResponseRedirect(back)
    unit_id, actor = _number(request, "unit"), actor_of(request)
    if verb == "delete":
        return acted(request, lambda: office.delete_unit(unit_id or 0, actor=actor), back)
    return acted(request, lambda: _save_unit(request, unit_id), back)


def _save_unit(request: HttpRequest, unit_id: int | None) -> None:
    if not (name := text_of(request, "name")):
        raise InvalidInput("name", N_("Give a name."))
    office.save_unit(name, unit_id=unit_id, parent_id=_number(request, "parent"), actor=actor_of(request))


PAGES = (
    work_page("desk_people", "desk/people/", index, READ, gettext_lazy("People"), "group", "system"),
    work_page("desk_people_invite", "desk/people/invite/", invite, MANAGE),
    work_page("desk_person", "desk/people/<int:user_id>/", person, READ),
    work_page("desk_person_do", "desk/people/<int:user_id>/do/<slug:verb>/", person_do, READ),
    work_page("desk_roles", "desk/roles/", roles, READ),
    work_page("desk_role", "desk/roles/<slug:code>/", role, READ),
    work_page("desk_role_delete", "desk/roles/<slug:code>/delete/", role_delete, ROLES),
    work_page("desk_units", "desk/units/", units, READ),
    work_page("desk_units_do", "desk/units/do/<slug:verb>/", units_do, MANAGE),
)
