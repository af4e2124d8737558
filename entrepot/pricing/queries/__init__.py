"""Reads of pricing."""
