"""Pages travel compressed: a home page of 42 kB takes 8. See docs/adr/0012 for what that means for secrets in pages."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, HttpResponseNotModified
from django.http.response import HttpResponseBase
from django.middleware.gzip import GZipMiddleware
from django.utils.cache import patch_vary_headers

_PAGES = ("text/html", "text/css", "text/javascript", "application/manifest+json", "image/svg+xml")


class Compressed(GZipMiddleware):
    """Pages and what belongs to them; not the API's answers, nor files, most of which are packed already."""

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        if isinstance(response, HttpResponseNotModified):
            _like_the_page(request, response)
        if not response.get("Content-Type", "").startswith(_PAGES):
            return response
        return super().process_response(request, response)


def _like_the_page(request: HttpRequest, response: HttpResponse) -> None:
    """What stays as it was, is named as it was: compressed pages have weak etags."""
    etag = response.get("ETag", "")
    if not etag:
        return
    patch_vary_headers(response, ("Accept-Encoding",))
    if "gzip" in request.headers.get("Accept-Encoding", "") and not etag.startswith("W/"):
        response["ETag"] = f"W/{etag}"
