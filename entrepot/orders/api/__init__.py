"""HTTP of orders: one's own orders, guest tracking, and administration."""

from entrepot.orders.api import account, admin, changes, fulfilments, papers, track

ROUTES = [
    ("/account", account.routes), ("/orders", track.routes), ("/admin/orders", admin.routes),
    ("/admin/orders", changes.routes), ("/admin/orders", fulfilments.routes), ("/admin/orders", papers.routes),
]
