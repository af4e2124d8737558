"""Permissions of this context."""

from entrepot.kit.actor import declare
from entrepot.kit.errors import N_

METHODS = declare("payments.methods", N_("See the ways to pay"), everyone=True)
PAY = declare("payments.pay", N_("Pay one's own order"), everyone=True)
NOTIFY = declare("payments.notify", N_("Report on a payment as its provider, by a signed message"), everyone=True)
READ = declare("payments.read", N_("See payments"))
CAPTURE = declare("payments.capture", N_("Capture and void payments"))
REFUND = declare("payments.refund", N_("Refund payments"))
APPROVE_REFUND = declare("payments.approve_refund", N_("Decide on refunds above a colleague's limit"))
RECEIVE = declare("payments.receive", N_("Record money that came in or went out by hand"))
GIFT_CARDS = declare("payments.gift_cards", N_("Issue and deactivate gift cards"))
INBOX = declare("payments.inbox", N_("See and replay messages of payment providers"))
RECONCILE = declare("payments.reconcile", N_("Import statements and resolve differences"))
CONFIGURE = declare("payments.configure", N_("Choose the ways to pay per channel"))
