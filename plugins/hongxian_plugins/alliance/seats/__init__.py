"""Seats and tickets: given to one person each, and drawn where there are fewer than people."""
