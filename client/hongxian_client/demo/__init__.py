"""The demonstration: a hub and laptops on one machine, told step by step."""
