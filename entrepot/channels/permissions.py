"""Permissions of this context."""

from entrepot.kit.actor import declare
from entrepot.kit.errors import N_

IMPORT = declare("channels.import", N_("Import files"))
EXPORT = declare("channels.export", N_("Export files"))
