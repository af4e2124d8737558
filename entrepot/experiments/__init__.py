"""Feature flags with stable assignment."""
