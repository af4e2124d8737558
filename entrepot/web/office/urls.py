"""The office's own work pages: what each desk lists in its `PAGES`, in the order of the navigation."""

from __future__ import annotations

from entrepot.web.office import order_desk, product_desk, stock_desk

DESKS = (order_desk, stock_desk, product_desk)
PAGES = tuple(page for desk in DESKS for page in desk.PAGES)
