"""Permissions of this context."""

from entrepot.kit.actor import declare
from entrepot.kit.errors import N_

BUY = declare("checkout.buy", N_("Fill a cart and place an order"), everyone=True)
READ = declare("checkout.read", N_("See open carts"))
MANAGE = declare("checkout.manage", N_("Change and place carts for customers"))
DELIVERY = declare("checkout.delivery", N_("Set up delivery methods"))
MAINTAIN = declare("checkout.maintain", N_("Remove abandoned carts"))
