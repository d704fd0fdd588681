"""A sync as the hub answers it, one file for each phase; the laptop's `sync` has files of the same names."""
