"""Secrets that people choose, and the slowing of guesses."""
