"""The office as a site: who may enter, where signing in and out happen, and the work pages beside the records."""

from __future__ import annotations

from collections.abc import Callable
from functools import update_wrapper
from typing import Any

from django.contrib.auth import logout
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import URLPattern, path, reverse
from unfold.sites import UnfoldAdminSite

from entrepot.identity.permissions import SIGN_IN
from entrepot.kit.actor import ActorKind
from entrepot.kit.admin import BaseAdmin
from entrepot.kit.errors import PermissionDenied
from entrepot.kit.rest import actor_of, public_view


@public_view(SIGN_IN)
def to_sign_in(request: HttpRequest, extra_context: Any = None) -> HttpResponse:
    """There is one sign-in, with its second factor; the administration's own would know no such thing."""
    return HttpResponseRedirect(f"{reverse('account_login')}?next={reverse('admin:index')}")


class OfficeSite(UnfoldAdminSite):  # type: ignore[misc]  # unfold is untyped
    """Django's administration behind our sign-in, with our rights."""

    index_template = "office/index.html"

    def register(self, model_or_iterable: Any, admin_class: Any = None, **options: Any) -> None:
        """Records with our rights only: packages register theirs with Django's, which nobody here holds."""
        if admin_class is not None and issubclass(admin_class, BaseAdmin):
            super().register(model_or_iterable, admin_class, **options)

    def has_permission(self, request: HttpRequest) -> bool:
        """Colleagues with any right at all; what they find inside depends on which."""
        actor = actor_of(request)
        return actor.kind is ActorKind.STAFF and bool(actor.permissions)

    def admin_view(self, view: Callable[..., HttpResponse], cacheable: bool = False) -> Callable[..., HttpResponse]:
        """A visitor is sent to sign in; who is signed in without rights here is refused, not sent in circles."""
        inner = super().admin_view(view, cacheable)

        def entered(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            if not self.has_permission(request):
                if not request.user.is_authenticated:
                    return redirect_to_login(request.get_full_path(), reverse("account_login"))
                raise PermissionDenied(permission="web.work")
            answer: HttpResponse = inner(request, *args, **kwargs)
            return answer

        entered.admin_site = self  # type: ignore[attr-defined]  # how the start-up check knows the office's own views
        return update_wrapper(entered, view)

    def extra_urls(self) -> list[URLPattern]:
        from entrepot.web.office.urls import PAGES

        return [path(p.route, self.admin_view(p.view), name=p.name) for p in PAGES]

    login = staticmethod(to_sign_in)

    def logout(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        if request.method == "POST":
            logout(request)
            return HttpResponseRedirect(reverse("account_login"))
        return HttpResponseRedirect(reverse("admin:index"))

    def password_change(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        return HttpResponseRedirect(reverse("account_change_password"))

    def each_context(self, request: HttpRequest) -> dict[str, Any]:
        return {**super().each_context(request), "actor": actor_of(request)}

    def index(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        from entrepot.web.office.today import today

        response: HttpResponse = super().index(request, {**(extra_context or {}), **today(request)})
        return response
