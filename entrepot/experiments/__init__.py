"""Feature flags with stable assignment.

Always true: the same subject gets the same answer while a flag's share stands, and raising the share takes nobody out
(see `rules`). Any context above may ask `public.is_on`.
"""
