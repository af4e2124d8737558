"""Permissions of this context."""

from entrepot.kit.actor import declare
from entrepot.kit.errors import N_

READ = declare("experiments.read", N_("See feature flags"))
CHANGE = declare("experiments.change", N_("Create and change feature flags"))
