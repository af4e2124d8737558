"""The verbs of pricing: the only writers."""
