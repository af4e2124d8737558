"""The office's own work pages: what each desk lists in its `PAGES`, in the order of the navigation."""

from __future__ import annotations

from entrepot.web.office import finder, frame, order_desk, stock_desk, targets_desk
from entrepot.web.office.content import desks as content
from entrepot.web.office.goods import pages as goods
from entrepot.web.office.prices import pages as prices
from entrepot.web.office.system import desks as system

DESKS = (frame, finder, targets_desk, order_desk, stock_desk, goods, prices, content, system)
PAGES = tuple(page for desk in DESKS for page in desk.PAGES)
