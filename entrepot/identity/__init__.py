"""Who works here: users, roles, organisation units, API keys, sessions and second factors.

We own sign-ins and what each may do. A staff session counts only after a second factor in that session; permissions
are read anew for every request, so a loss takes effect on the next one; no secret of a key or password is stored.
Everyone above may call us.
"""
