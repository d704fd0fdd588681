"""The store, whole: what the laptop and the hub share."""
