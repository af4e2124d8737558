"""Permissions of this context."""

from entrepot.kit.actor import declare
from entrepot.kit.errors import N_

READ = declare("insight.read", N_("See figures"))
COLLECT = declare("insight.collect", N_("Report what a visitor did"), everyone=True)
TARGETS = declare("insight.targets", N_("Set sales targets"))
