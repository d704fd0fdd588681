"""The console's first page: the day at a glance, and what the keeper is asked for."""
