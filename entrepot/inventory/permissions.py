"""Permissions of this context."""

from entrepot.kit.actor import declare
from entrepot.kit.errors import N_

READ = declare("inventory.read", N_("See stock, movements and transfers"))
ADJUST = declare("inventory.adjust", N_("Correct stock and record damage"))
RECEIVE = declare("inventory.receive", N_("Receive goods"))
TRANSFER = declare("inventory.transfer", N_("Transfer stock between warehouses"))
COUNT = declare("inventory.count", N_("Count stock"))
CONFIGURE = declare("inventory.configure", N_("Set up warehouses, safety stock and channel buffers"))
MAINTAIN = declare("inventory.maintain", N_("Rebuild balances and sweep expired holds"))
# What carts and orders do to stock is decided, and permitted, by their own actions.
SERVE = declare("inventory.serve", N_("Reserve, release and ship stock for carts and orders"), everyone=True)
BROWSE = declare("inventory.browse", N_("See stores and whether they have an item"), everyone=True)
