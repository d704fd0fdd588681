"""What the console tells of the journal."""
