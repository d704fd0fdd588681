"""The year in numbers: what a plugin counts of a year."""

from hongxian.kit.yearly import Figure, yearly

__all__ = ["Figure", "yearly"]
