"""The command line of a hub."""
