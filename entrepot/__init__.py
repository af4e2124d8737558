"""Entrepot (货栈): an open, self-hosted e-commerce operations platform."""

__version__ = "0.1.0"
