"""Keeping a hub: how it is, what it clears away, what its keeper decides."""
