"""Permissions of this context."""

from entrepot.kit.actor import declare
from entrepot.kit.errors import N_

READ = declare("customers.read", N_("See customers"))
MANAGE = declare("customers.manage", N_("Create and change customers, groups and companies"))
ADJUST_BALANCE = declare("customers.adjust_balance", N_("Change points and store credit by hand"))
OWN = declare("customers.own", N_("Use one's own account"), everyone=True)
REGISTER = declare("customers.register", N_("Open an account"), everyone=True)
