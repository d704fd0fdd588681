"""What only a person can decide: refused and bumped work, and conflicts."""
