"""What stands between engine and plugin: what a plugin declares, so that it need not write it."""
