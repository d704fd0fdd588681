"""Keeping a hub: backups, tombstones, metrics, how it is."""
