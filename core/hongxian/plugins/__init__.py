"""Plugins: loaded and called one by one, and what went wrong with each."""
