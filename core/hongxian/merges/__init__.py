"""How two versions of a field become one."""
