"""The pages of all desks of the system, in the order of the navigation."""

from __future__ import annotations

from entrepot.web.office.system import exports, hooks, imports, jobs, keys, people, settings_desk, setup, trail

PAGES = (*setup.PAGES, *settings_desk.PAGES, *imports.PAGES, *exports.PAGES, *people.PAGES, *keys.PAGES, *hooks.PAGES,
         *jobs.PAGES, *trail.PAGES)
