"""The kinds of fields: how their values are checked, stored and carried."""
