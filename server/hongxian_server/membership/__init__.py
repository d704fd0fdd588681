"""The hub's keeper, its teams and devices."""
