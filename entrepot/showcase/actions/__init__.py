"""The verbs of the showcase: mark, rebuild, follow, and the settings of search."""
