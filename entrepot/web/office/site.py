"""The office as a site: who may enter, where signing in and out happen, and the work pages beside the records."""

from __future__ import annotations

from collections.abc import Callable
from functools import update_wrapper
from typing import Any

from django.contrib.admin import AdminSite
from django.contrib.auth import logout
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, URLResolver, path, reverse

from entrepot.identity.permissions import SIGN_IN
from entrepot.kit.actor import ActorKind
from entrepot.kit.admin import BaseAdmin
from entrepot.kit.errors import PermissionDenied
from entrepot.kit.rest import actor_of, public_view
from entrepot.web.office.frame import frame


@public_view(SIGN_IN)
def to_sign_in(request: HttpRequest, extra_context: Any = None) -> HttpResponse:
    """There is one sign-in, with its second factor; the administration's own would know no such thing."""
    return HttpResponseRedirect(f"{reverse('account_login')}?next={reverse('admin:index')}")


_Site: Any = AdminSite  # its stubs forbid what it allows: answers of other kinds


class OfficeSite(_Site):  # type: ignore[misc]  # see above
    """Django's administration behind our sign-in, with our rights."""

    def register(self, model_or_iterable: Any, admin_class: Any = None, **options: Any) -> None:
        """Records with our rights only: packages register theirs with Django's, which nobody here holds."""
        if admin_class is not None and issubclass(admin_class, BaseAdmin):
            super().register(model_or_iterable, admin_class, **options)

    def has_permission(self, request: HttpRequest) -> bool:
        """Colleagues with any right at all; what they find inside depends on which."""
        actor = actor_of(request)
        return actor.kind is ActorKind.STAFF and bool(actor.permissions)

    def admin_view(self, view: Callable[..., HttpResponse], cacheable: bool = False) -> Callable[..., HttpResponse]:
        """A visitor is sent to sign in; who is signed in without rights here is refused, not sent in circles.

        Pages are asked for anew each time, but the browser may keep what was typed for the way back: with `no-store` it
        would forget a half-written form. The page's script looks whether its reader is still signed in.
        """
        inner = super().admin_view(view, cacheable)

        def entered(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            if not self.has_permission(request):
                if not request.user.is_authenticated:
                    return redirect_to_login(request.get_full_path(), reverse("account_login"))
                raise PermissionDenied(permission="web.work")
            answer: HttpResponse = inner(request, *args, **kwargs)
            if request.method == "GET" and answer.headers.get("Content-Type", "").startswith("text/html"):
                answer.headers["Cache-Control"] = "private, no-cache"
            return answer

        entered.admin_site = self  # type: ignore[attr-defined]  # how the start-up check knows the office's own views
        return update_wrapper(entered, view)

    def get_urls(self) -> list[URLPattern | URLResolver]:
        from entrepot.web.office.urls import PAGES

        return [*(path(p.route, self.admin_view(p.view), name=p.name) for p in PAGES), *super().get_urls()]

    login = staticmethod(to_sign_in)

    def logout(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        if request.method == "POST":
            logout(request)
            return HttpResponseRedirect(reverse("account_login"))
        return HttpResponseRedirect(reverse("admin:index"))

    def password_change(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        return HttpResponseRedirect(reverse("account_change_password"))

    def each_context(self, request: HttpRequest) -> dict[str, Any]:
        """What every page needs, ours or a record's: the frame. Django's own list of applications is not drawn."""
        return {"actor": actor_of(request), "frame": frame(request), "has_permission": True, "is_popup": False,
                "is_nav_sidebar_enabled": False, "available_apps": [], "site_title": "", "site_header": "",
                "site_url": "/"}

    def index(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        from entrepot.web.office.system.setup import wants_setup
        from entrepot.web.office.today import today

        if wants_setup(request):
            return HttpResponseRedirect(reverse("admin:desk_setup"))
        return TemplateResponse(request, "office/index.html", {**self.each_context(request), **today(request)})

    def app_index(self, request: HttpRequest, app_label: str, extra_context: dict[str, Any] | None = None,
                  ) -> HttpResponse:
        """A context has no page of its own: the navigation leads to its lists."""
        return HttpResponseRedirect(reverse("admin:index"))
