"""Command lines: what both have in common, and text laid out for a terminal."""
