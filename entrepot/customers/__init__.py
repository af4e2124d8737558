"""Whom we serve: people and companies, addresses, consent per purpose, groups, points and store credit.

Owns customers, their address book, the append-only record of consents, and the append-only ledgers of points and store
credit, whose cached balance is the sum of its entries and never negative. Called through `public` by all above.
"""
