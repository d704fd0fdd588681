"""Shapes: what a view shows, whoever draws it: a desk, a console, a terminal."""
