"""How two versions of a field become one."""

from hongxian.merges.changes import adding, plus, removing
from hongxian.merges.merge import First, Furthest, Largest, Latest, Merge, Smallest

__all__ = [
    "First",
    "Furthest",
    "Largest",
    "Latest",
    "Merge",
    "Smallest",
    "adding",
    "plus",
    "removing",
]
