"""Every page of the stock desk."""

from __future__ import annotations

from entrepot.web.office.stock import counting, items, ledger, moving

PAGES = (*items.PAGES, *ledger.PAGES, *moving.PAGES, *counting.PAGES)
