"""Permissions of this context."""

from entrepot.kit.actor import declare
from entrepot.kit.errors import N_

READ = declare("orders.read", N_("See orders"))
NOTE = declare("orders.note", N_("Write notes on orders"))
HOLD = declare("orders.hold", N_("Hold orders and release them"))
APPROVE = declare("orders.approve", N_("Approve orders above the limit"))
CANCEL = declare("orders.cancel", N_("Cancel orders"))
FULFIL = declare("orders.fulfil", N_("Pack, ship and hand over orders"))
CHANGE = declare("orders.change", N_("Edit, split and merge orders"))
RETURN = declare("orders.return", N_("Decide on returns, exchanges and claims"))
RECEIVE = declare("orders.receive_return", N_("Receive returned goods"))
POLICY = declare("orders.policy", N_("Set how long customers may ask for returns"))
MAIL = declare("orders.mail", N_("Edit mail templates and resend messages"))
ISSUER = declare("orders.issuer", N_("Edit what invoices say of the seller"))
IMPORT = declare("orders.import", N_("Import orders and credit notes"))
PLACE = declare("orders.place", N_("Place an order"), everyone=True)
OWN = declare("orders.own", N_("See and manage one's own orders"), everyone=True)
TRACK = declare("orders.track", N_("Follow an order by its secret link"), everyone=True)
