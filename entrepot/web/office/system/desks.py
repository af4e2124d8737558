"""The pages of all desks of the system, in the order of the navigation."""

from __future__ import annotations

from entrepot.web.office.system import exports, imports, settings_desk, setup

PAGES = (*setup.PAGES, *settings_desk.PAGES, *imports.PAGES, *exports.PAGES)
