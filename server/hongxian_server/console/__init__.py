"""The hub's pages, for its keeper."""
