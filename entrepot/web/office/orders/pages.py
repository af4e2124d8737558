"""Every page of the order desk, in the order of the navigation."""

from __future__ import annotations

from entrepot.web.office.orders import board, desk, editing, packing, refunds

PAGES = (*board.PAGES, *packing.PAGES, *desk.PAGES, *editing.PAGES, *refunds.PAGES)
