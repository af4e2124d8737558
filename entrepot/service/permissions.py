"""Permissions of this context."""

from entrepot.kit.actor import declare
from entrepot.kit.errors import N_

READ = declare("service.read", N_("See reviews that wait for a look"))
MODERATE = declare("service.moderate", N_("Publish, refuse and answer reviews"))
BROWSE = declare("service.browse", N_("Read published reviews"), everyone=True)
OWN = declare("service.own", N_("Review what one has bought"), everyone=True)
