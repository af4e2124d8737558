"""The office's own work pages, as data: address, view, permission, and the place in the navigation."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

from django.http import HttpResponse
from django.utils.translation import gettext_lazy as _

from entrepot.catalog import permissions as catalog
from entrepot.inventory import permissions as inventory
from entrepot.kit.actor import Permission
from entrepot.kit.rest import public_view
from entrepot.orders import permissions as orders
from entrepot.web.office import order_desk, product_desk, stock_desk


class Page(NamedTuple):
    name: str
    route: str
    view: Callable[..., HttpResponse]
    permission: Permission
    title: Any = ""
    icon: str = ""
    group: str = ""  # none: reached from another page


def _page(name: str, route: str, view: Callable[..., HttpResponse], permission: Permission, title: Any = "",
          icon: str = "", group: str = "") -> Page:
    return Page(name, route, public_view(permission)(view), permission, title, icon, group)


PAGES = (
    _page("desk_order", "desk/orders/<uuid:order_id>/", order_desk.show, orders.READ),
    _page("desk_order_do", "desk/orders/<uuid:order_id>/do/<slug:verb>/", order_desk.do, orders.READ),
    _page("desk_invoice", "desk/invoices/<uuid:invoice_id>.pdf", order_desk.invoice, orders.READ),
    _page("desk_slip", "desk/slips/<uuid:fulfilment_id>.pdf", order_desk.packing_slip, orders.READ),
    _page("desk_stock", "desk/stock/", stock_desk.show, inventory.READ, _("Stock desk"), "barcode_scanner", "stock"),
    _page("desk_stock_do", "desk/stock/do/<slug:verb>/", stock_desk.do, inventory.READ),
    _page("desk_new_product", "desk/products/new/", product_desk.new, catalog.EDIT, _("New product"), "add_box",
          "goods"),
    _page("desk_product", "desk/products/<uuid:product_id>/", product_desk.show, catalog.READ),
    _page("desk_product_do", "desk/products/<uuid:product_id>/do/<slug:verb>/", product_desk.do, catalog.READ),
)
