"""Webhooks: who is told of which events, whether it arrived, what was sent and answered, send again, try out."""

from __future__ import annotations

from collections import Counter
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from entrepot.kit import webhooks
from entrepot.kit.errors import DomainError, NotFound
from entrepot.kit.json import pretty
from entrepot.kit.permissions import WEBHOOKS_MANAGE, WEBHOOKS_READ
from entrepot.kit.rest import actor_of, translated
from entrepot.web.office.pages import acted, office_page, text_of, whole, work_page

PAGE = 50
STATES = ("", "waiting", "done", "parked")


def _events(chosen: Any) -> list[tuple[str, list[tuple[str, bool]]]]:
    """Every event by the context that publishes it."""
    found: dict[str, list[tuple[str, bool]]] = {}
    for name in webhooks.event_names():
        found.setdefault(name.partition(".")[0], []).append((name, name in chosen))
    return sorted(found.items())


def index(request: HttpRequest) -> HttpResponse:
    actor = actor_of(request)
    if request.method == "POST":
        actor.require(WEBHOOKS_MANAGE)
        return _create(request)
    return _index(request)


def _index(request: HttpRequest, *, error: str = "", secret: str = "", made: Any = None,
           status: int = 200) -> HttpResponse:
    actor = actor_of(request)
    recent = webhooks.list_deliveries(None, "", None, 500)
    counts = Counter((d.endpoint_id, d.state) for d in recent)
    endpoints = [{"info": e, "parked": counts[e.id, "parked"], "done": counts[e.id, "done"],
                  "waiting": counts[e.id, "waiting"], "all": e.events == [webhooks.ANY]}
                 for e in webhooks.list_endpoints(actor=actor)]
    typed = request.POST if error else {}
    chosen = request.POST.getlist("events") if error else []
    context = {"endpoints": endpoints, "may": actor.can(WEBHOOKS_MANAGE), "events": _events(chosen), "typed": typed,
               "all": webhooks.ANY in chosen or not error, "error": error, "secret": secret, "made": made}
    return office_page(request, "system/webhooks", _("Webhooks"), context, status=status)


def _create(request: HttpRequest) -> HttpResponse:
    """The signing secret is in this answer and nowhere else."""
    try:
        made, secret = webhooks.create_endpoint(text_of(request, "url"), request.POST.getlist("events"),
                                                description=text_of(request, "description"), actor=actor_of(request))
    except DomainError as error:
        told = _(error.params["reason"]) if "reason" in error.params else translated(error)
        return _index(request, error=told, status=422)
    return _index(request, secret=secret, made=made)


def show(request: HttpRequest, endpoint_id: UUID) -> HttpResponse:
    return _show(request, endpoint_id)


def _show(request: HttpRequest, endpoint_id: UUID, *, secret: str = "", tried: Any = None) -> HttpResponse:
    actor = actor_of(request)
    endpoint = next((e for e in webhooks.list_endpoints(actor=actor) if e.id == endpoint_id), None)
    if endpoint is None:
        raise NotFound("webhook")
    state, last = request.GET.get("state", ""), whole(request.GET.get("before", ""))
    if state not in STATES:
        raise Http404
    log = webhooks.list_deliveries(endpoint_id, state, last, PAGE + 1)
    context = {"endpoint": endpoint, "events": _events(endpoint.events), "all": webhooks.ANY in endpoint.events,
               "log": log[:PAGE], "next": log[PAGE - 1].id if len(log) > PAGE else None, "state": state,
               "may": actor.can(WEBHOOKS_MANAGE), "secret": secret, "tried": tried}
    return office_page(request, "system/webhook", endpoint.description or endpoint.url, context)


def do(request: HttpRequest, endpoint_id: UUID, verb: str) -> HttpResponse:
    back, actor = reverse("admin:desk_webhook", args=[endpoint_id]), actor_of(request)
    if request.method != "POST":
        return HttpResponseRedirect(back)
    if verb == "save":
        return acted(request, lambda: webhooks.update_endpoint(
            endpoint_id, url=text_of(request, "url"), events=request.POST.getlist("events"),
            description=text_of(request, "description"), is_active="is_active" in request.POST, actor=actor), back)
    if verb == "rotate":
        return _show(request, endpoint_id, secret=webhooks.rotate_secret(endpoint_id, actor=actor))
    if verb == "test":
        return _show(request, endpoint_id, tried=webhooks.try_out(endpoint_id, actor=actor))
    if verb == "replay":
        return _replay(request, endpoint_id, back)
    if verb == "delete":
        return acted(request, lambda: webhooks.delete_endpoint(endpoint_id, actor=actor),
                     reverse("admin:desk_webhooks"), gettext_lazy("The webhook and its log are gone."))
    raise Http404


def _replay(request: HttpRequest, endpoint_id: UUID, back: str) -> HttpResponse:
    try:
        sent = webhooks.replay_failed(endpoint_id, actor=actor_of(request))
        messages.success(request, ngettext("%(n)d delivery is sent once more.", "%(n)d deliveries are sent once more.",
                                           sent) % {"n": sent})
    except DomainError as error:
        messages.error(request, translated(error))
    return HttpResponseRedirect(back)


def delivery(request: HttpRequest, delivery_id: int) -> HttpResponse:
    """What was sent and what came back, try by try."""
    if request.method == "POST":
        return acted(request, lambda: webhooks.replay(delivery_id, actor=actor_of(request)), request.path,
                     gettext_lazy("The delivery is sent once more."))
    sent = webhooks.request_of(delivery_id)
    if sent is None:
        raise NotFound("delivery")
    context = {"sent": sent, "body": pretty(sent["body"]), "attempts": webhooks.list_attempts(delivery_id),
               "may": actor_of(request).can(WEBHOOKS_MANAGE)}
    return office_page(request, "system/webhook_delivery", sent["event_name"], context)


PAGES = (
    work_page("desk_webhooks", "desk/webhooks/", index, WEBHOOKS_READ, gettext_lazy("Webhooks"), "webhook", "system"),
    work_page("desk_webhook", "desk/webhooks/<uuid:endpoint_id>/", show, WEBHOOKS_READ),
    work_page("desk_webhook_do", "desk/webhooks/<uuid:endpoint_id>/do/<slug:verb>/", do, WEBHOOKS_MANAGE),
    work_page("desk_webhook_delivery", "desk/webhooks/deliveries/<int:delivery_id>/", delivery, WEBHOOKS_READ),
)
