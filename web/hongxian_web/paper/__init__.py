"""What is printed: a laptop's documents, and what the hub hands to its town."""
