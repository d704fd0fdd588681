"""Databases: opening them, upgrading their tables, what they keep about themselves."""
