"""Sessions that bring the person they belong to: one statement for both, asked anew at every request."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib import auth
from django.contrib.auth.middleware import AuthenticationMiddleware
from django.contrib.sessions.backends import db as stored
from django.contrib.sessions.models import Session
from django.db import DEFAULT_DB_ALIAS
from django.http import HttpRequest
from django.utils import timezone
from django.utils.crypto import constant_time_compare
from django.utils.functional import SimpleLazyObject

from entrepot.identity.models import User
from entrepot.kit import db

_FIELDS = [f.attname for f in User._meta.concrete_fields]
# allauth's record says whose session it is; a session without one is nobody's, or its person is read apart
_FIND = ("SELECT s.session_key, s.session_data, s.expire_date, "  # noqa: S608 own names
         f"{', '.join(f'u.{f.column}' for f in User._meta.concrete_fields)}"
         " FROM django_session s LEFT JOIN usersessions_usersession us ON us.session_key = s.session_key"
         " LEFT JOIN identity_user u ON u.id = us.user_id WHERE s.session_key = %s AND s.expire_date > %s")


class SessionStore(stored.SessionStore):
    """`SESSION_ENGINE`"""

    person: User | None = None

    @classmethod
    def get_model_class(cls) -> type[Session]:
        return Session

    def _get_session_from_db(self) -> Session | None:
        found = db.row(_FIND, [self.session_key, timezone.now()])
        if found is None:
            self._session_key = None
            return None
        key, data, expires, *person = found
        if person[0] is not None:
            self.person = User.from_db(DEFAULT_DB_ALIAS, _FIELDS, person)
        return Session(session_key=key, session_data=data, expire_date=expires)


class SignedIn(AuthenticationMiddleware):
    """Django's, which asks for the person again only where the session did not bring them."""

    def process_request(self, request: HttpRequest) -> None:
        super().process_request(request)
        request.user = SimpleLazyObject(lambda: _user_of(request))  # type: ignore[assignment]  # as Django's own does


def _user_of(request: HttpRequest) -> Any:
    """By Django's own rules: the same person, still active, signed in by a way that is still open, and with the
    password that they have now.
    """
    told = request.session
    id_, proof = told.get(auth.SESSION_KEY), told.get(auth.HASH_SESSION_KEY)
    person = getattr(told, "person", None)
    if (person is not None and proof and id_ == str(person.pk) and person.is_active
            and told.get(auth.BACKEND_SESSION_KEY) in settings.AUTHENTICATION_BACKENDS
            and constant_time_compare(proof, person.get_session_auth_hash())):
        return person
    return auth.get_user(request)
