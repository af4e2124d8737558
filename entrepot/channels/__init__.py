"""The outside world: importing and exporting catalogues and order histories."""
