"""How dates are written where Django's own way does not serve: one that people of every country read alike."""
