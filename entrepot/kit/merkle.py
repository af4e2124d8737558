"""Merkle trees as in RFC 6962: leaves and nodes are hashed apart, so neither can pass for the other."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence


def leaf_hash(data: bytes) -> bytes:
    """SHA-256 of a leaf; the prefix keeps leaves and nodes apart (RFC 6962, 2.1)."""
    return hashlib.sha256(b"\x00" + data).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """SHA-256 of two nodes, left first (RFC 6962, 2.1)."""
    return hashlib.sha256(b"\x01" + left + right).digest()


def root(leaves: Sequence[bytes]) -> bytes:
    """The tree head over leaf hashes; SHA-256 of nothing for none."""
    if not leaves:
        return hashlib.sha256(b"").digest()
    level = list(leaves)
    while len(level) > 1:  # pairing neighbours and carrying an odd one up gives RFC 6962's tree
        paired = [node_hash(level[i], level[i + 1]) for i in range(0, len(level) - 1, 2)]
        level = paired + ([level[-1]] if len(level) % 2 else [])
    return level[0]


def path(index: int, leaves: Sequence[bytes]) -> list[tuple[str, bytes]]:
    """The audit path of one leaf, from the leaf up: on which side the neighbour stands, and its hash."""
    level, steps = list(leaves), []
    while len(level) > 1:
        neighbour = index ^ 1
        if neighbour < len(level):
            steps.append(("left" if neighbour < index else "right", level[neighbour]))
        paired = [node_hash(level[i], level[i + 1]) for i in range(0, len(level) - 1, 2)]
        level, index = paired + ([level[-1]] if len(level) % 2 else []), index // 2
    return steps


def root_by_path(leaf: bytes, steps: Sequence[tuple[str, bytes]]) -> bytes:
    """The root that a leaf and its path lead to; equal to the sealed root only if nothing was changed."""
    for side, neighbour in steps:
        leaf = node_hash(neighbour, leaf) if side == "left" else node_hash(leaf, neighbour)
    return leaf
