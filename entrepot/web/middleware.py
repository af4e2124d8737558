"""Who makes a request: an API key, a signed-in person or a visitor; worked out when somebody asks."""

from __future__ import annotations

from dataclasses import replace
from uuid import UUID

import structlog
from django.db import DataError
from django.http import HttpRequest, HttpResponse
from django.utils.functional import SimpleLazyObject

from entrepot.customers.contracts import CustomerInfo
from entrepot.identity import public as identity
from entrepot.identity.errors import InvalidApiKey
from entrepot.kit.actor import ANONYMOUS, Actor, ActorKind, system
from entrepot.kit.csp import NonceDescriptor
from entrepot.kit.errors import Unstorable
from entrepot.kit.middleware import API, Inner, refused
from entrepot.kit.network import client_ip

log = structlog.get_logger(__name__)
CUSTOMER = "entrepot.customer_id"


class ActorMiddleware(Inner):
    """Last in MIDDLEWARE. Sets `request.actor`, lazily: a page that asks for no actor costs no statement."""

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.actor = SimpleLazyObject(lambda: resolve(request))  # type: ignore[attr-defined]
        request.csp_nonce = NonceDescriptor(request)  # type: ignore[attr-defined]
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        """A page was sent what no column takes (a null, a number past all bounds): the asker's fault, and undone."""
        if not isinstance(error, DataError) or request.path_info.startswith(API):
            return None
        log.warning("a page was sent what cannot be kept", path=request.path_info, error=str(error).splitlines()[0])
        return refused(request, Unstorable())


def resolve(request: HttpRequest) -> Actor:
    """The actor of a request. A key outranks the session; an unusable key is an error, not a visitor."""
    ip = client_ip(request)
    authorization = request.META.get("HTTP_AUTHORIZATION", "")  # `headers` copies all there is
    if authorization:
        scheme, _, token = authorization.partition(" ")
        if scheme.lower() != "bearer":
            raise InvalidApiKey
        return identity.actor_of_key(token.strip(), ip)
    return _of_session(request, ip) or replace(ANONYMOUS, ip=ip)


def _of_session(request: HttpRequest, ip: str | None) -> Actor | None:
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        return None
    actor = identity.actor_of_signed_in(user, ip)
    if actor is None or (actor.kind is ActorKind.STAFF and not identity.session.is_verified(request)):
        return None
    return actor if actor.kind is ActorKind.STAFF else replace(actor, customer_id=_customer_id(request, user.pk))


def _customer_id(request: HttpRequest, user_id: int) -> UUID:
    known = request.session.get(CUSTOMER)
    if known is None:
        from entrepot.customers import public as customers

        customer = customers.customer_of_user(user_id) or _first_visit(user_id)
        known = request.session[CUSTOMER] = str(customer.id)
    return UUID(known)


def _first_visit(user_id: int) -> CustomerInfo:
    """Who signed up on allauth's page has a sign-in but is nobody's customer yet."""
    from entrepot.customers import public as customers

    user = identity.get_user(user_id)
    return customers.create_customer(email=user.email, name=user.name, language=user.language, user_id=user_id,
                                     actor=system("sign-up"))
