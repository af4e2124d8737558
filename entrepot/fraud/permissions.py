"""Permissions of this context."""

from entrepot.kit.actor import declare
from entrepot.kit.errors import N_

READ = declare("fraud.read", N_("See fraud decisions and rules"))
CONFIGURE = declare("fraud.configure", N_("Change fraud rules"))
MAINTAIN = declare("fraud.maintain", N_("Forget old attempts"))
# Every order is assessed, whoever places it.
ASSESS = declare("fraud.assess", N_("Have an order assessed"), everyone=True)
