"""The first page and what stands on every page: menu, month, sync line."""
