"""Hongxian and its peers on one machine, with the same rows, in one run: `make bench`."""
