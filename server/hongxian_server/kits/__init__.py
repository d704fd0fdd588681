"""Kits: what makes a machine without a network a laptop of this hub, for each system one archive."""
