"""Routes at the root of the site."""

from django.urls import path

from entrepot.payments import views

urlpatterns = [
    path("webhooks/<slug:provider>", views.webhook, name="payments-webhook"),
    path("pay/simulator/<uuid:payment_id>", views.simulator_page, name="payments-simulator"),
]
