"""Waste sorting: sheets of 100 points and their grid, and households by building."""
