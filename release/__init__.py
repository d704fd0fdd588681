"""What `make release` does: a version, built from what was committed alone, the same bytes each time."""
