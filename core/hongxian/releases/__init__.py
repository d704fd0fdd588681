"""Releases of plugins: files that travel, signed by whoever publishes them."""
