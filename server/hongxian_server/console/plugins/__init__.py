"""Plugins, and versions of the program: which take part here, what laptops run, and whom each release goes to."""
