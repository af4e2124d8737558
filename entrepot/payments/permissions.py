"""Permissions of this context."""
