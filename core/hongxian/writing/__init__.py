"""What becomes of a write before it is kept."""
