"""Addresses of the shop; the language is part of the path, English without a prefix."""

from django.urls import path

from entrepot.web.storefront.views import browse, cart, orders

app_name = "shop"
urlpatterns = [
    path("", browse.home, name="home"),
    path("search/", browse.search, name="search"),
    path("c/<str:slug>/", browse.category, name="category"),
    path("p/<str:slug>/", browse.product, name="product"),
    path("cart/", cart.cart, name="cart"),
    path("cart/add/", cart.add, name="add"),
    path("cart/line/<uuid:line_id>/", cart.change_line, name="cart-line"),
    path("cart/coupon/", cart.coupon, name="coupon"),
    path("checkout/", cart.checkout_page, name="checkout"),
    path("checkout/delivery/", cart.delivery, name="delivery"),
    path("checkout/place/", cart.place, name="place"),
    path("checkout/placed/", orders.placed, name="placed"),
    path("orders/<uuid:order_id>/pay/", orders.pay, name="pay"),
    path("track/", orders.track, name="track"),
    path("track/<str:secret>/", orders.track, name="track-secret"),
    path("account/", orders.account, name="account"),
    path("account/orders/<uuid:order_id>/", orders.order, name="order"),
    path("account/orders/<uuid:order_id>/cancel/", orders.cancel, name="order-cancel"),
    path("account/orders/<uuid:order_id>/return/", orders.ask_return, name="order-return"),
    path("account/orders/<uuid:order_id>/invoices/<uuid:invoice_id>/", orders.invoice, name="invoice"),
]
