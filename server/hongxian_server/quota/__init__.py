"""Rights of quotas: how they are used, and who gets how many."""
