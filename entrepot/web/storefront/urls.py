"""Addresses of the shop; the language is part of the path, English without a prefix."""

from django.urls import path

from entrepot.kit.rest import public_view
from entrepot.web.permissions import VISIT
from entrepot.web.storefront.views import browse, cart, checkout, frame, orders

app_name = "shop"
visit = public_view(VISIT)
urlpatterns = [
    path("", visit(browse.home), name="home"),
    path("search/", visit(browse.search), name="search"),
    path("c/<str:slug>/", visit(browse.category), name="category"),
    path("p/<str:slug>/", visit(browse.product), name="product"),
    path("region/", visit(frame.region), name="region"),
    path("cart/", visit(cart.cart), name="cart"),
    path("cart/add/", visit(cart.add), name="add"),
    path("cart/line/<uuid:line_id>/", visit(cart.change_line), name="cart-line"),
    path("cart/coupon/", visit(cart.coupon), name="coupon"),
    path("checkout/", visit(checkout.checkout_page), name="checkout"),
    path("checkout/delivery/", visit(checkout.delivery), name="delivery"),
    path("checkout/place/", visit(checkout.place), name="place"),
    path("checkout/placed/", visit(orders.placed), name="placed"),
    path("orders/<uuid:order_id>/pay/", visit(orders.pay), name="pay"),
    path("track/", visit(orders.track), name="track"),
    path("track/<str:secret>/", visit(orders.track), name="track-secret"),
    path("account/", visit(orders.account), name="account"),
    path("account/orders/<uuid:order_id>/", visit(orders.order), name="order"),
    path("account/orders/<uuid:order_id>/cancel/", visit(orders.cancel), name="order-cancel"),
    path("account/orders/<uuid:order_id>/return/", visit(orders.ask_return), name="order-return"),
    path("account/orders/<uuid:order_id>/invoices/<uuid:invoice_id>/", visit(orders.invoice), name="invoice"),
]
