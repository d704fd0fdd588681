"""Kinds whose value is the state of a merge: many laptops change it at once."""
