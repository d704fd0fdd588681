"""The command line of a laptop: one module for each family of commands."""
