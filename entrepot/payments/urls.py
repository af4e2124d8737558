"""Routes at the root of the site."""

from django.urls import path

from entrepot.kit.rest import public_view
from entrepot.payments import views
from entrepot.payments.permissions import NOTIFY

notified = public_view(NOTIFY)

urlpatterns = [
    path("webhooks/<slug:provider>", notified(views.webhook), name="payments-webhook"),
    path("pay/simulator/<uuid:payment_id>", notified(views.simulator_page), name="payments-simulator"),
]
