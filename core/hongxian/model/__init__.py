"""What a record is, and what its model declares of it."""
