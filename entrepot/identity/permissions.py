"""Permissions of this context."""

from entrepot.kit.actor import declare
from entrepot.kit.errors import N_

READ = declare("identity.read", N_("See users, roles and units"))
MANAGE = declare("identity.manage", N_("Add, change and disable users and units"))
ROLES = declare("identity.roles", N_("Define roles and grant them"))
KEYS = declare("identity.keys", N_("Create and revoke API keys"))
SESSIONS = declare("identity.sessions", N_("See and end other people's sessions"))
SIGN_IN = declare("identity.sign_in", N_("Sign in and manage one's own account"), everyone=True)
