"""What waits for a person, and what they look back on."""
