"""Keeping a hub: backups, metrics, how it is."""
