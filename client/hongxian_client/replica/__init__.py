"""The laptop's database: what is agreed, and what is unsent lying over it."""
