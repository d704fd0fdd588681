"""A Django application of one syncable model, for the Morango peer."""
