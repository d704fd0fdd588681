"""Backups: made, kept for a while, tried and brought back; what a hub can be made from again."""
