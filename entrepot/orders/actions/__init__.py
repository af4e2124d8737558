"""The verbs of orders, one file per group; each verb is one function and one transaction."""
