"""The office's own work pages: what each desk lists in its `PAGES`, in the order of the navigation."""

from __future__ import annotations

from entrepot.web.office import customer_desk, finder, frame, notices, targets_desk
from entrepot.web.office.content import desks as content
from entrepot.web.office.goods import pages as goods
from entrepot.web.office.orders import pages as orders
from entrepot.web.office.prices import pages as prices
from entrepot.web.office.stock import pages as stock
from entrepot.web.office.system import desks as system

DESKS = (frame, finder, notices, targets_desk, orders, customer_desk, stock, goods, prices, content, system)
PAGES = tuple(page for desk in DESKS for page in desk.PAGES)
