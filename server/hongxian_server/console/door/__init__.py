"""The keeper's door: who comes in at the console, how, and for how long."""
