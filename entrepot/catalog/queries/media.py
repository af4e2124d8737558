"""Addresses of images."""

from __future__ import annotations

from django.conf import settings


def address(file: str, url: str) -> str:
    """Where a browser finds it: our own file below MEDIA_URL, or where it lives."""
    return f"{settings.MEDIA_URL}{file}" if file else url
