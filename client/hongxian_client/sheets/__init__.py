"""Excel and CSV sheets of any collection: import, export and the empty template."""
