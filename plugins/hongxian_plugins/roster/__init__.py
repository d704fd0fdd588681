"""Roster: who is in the community and in which team."""
