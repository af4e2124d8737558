"""Whom we serve: people and companies, addresses, consent per purpose, groups, points and store credit."""
