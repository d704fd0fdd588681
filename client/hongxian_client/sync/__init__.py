"""A sync, one file for each phase of the protocol; the hub's `sync` has files of the same names."""
