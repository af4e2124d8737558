"""Who works here: users, roles, organisation units, API keys, sessions and second factors."""
