"""The rows of a file, of whatever kind it is, one after the other, whatever its size."""
