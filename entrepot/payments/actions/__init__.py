"""The only writers of payments, one module per group of verbs."""
