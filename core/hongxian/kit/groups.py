"""Which records are of one person or thing, as far as a rule sees."""

from __future__ import annotations

from hongxian.collections.builtin import Alias
from hongxian.kit.seen import Seen


def group_seen(seen: Seen, collection: str, id: str) -> set[str]:
    """The ids of a record and all that are joined with it, as far as a rule sees."""
    found, new = {id}, [id]
    while new:
        each = new.pop()
        of_it = {"collection": collection}
        edges = (*seen.all(Alias, one=each, **of_it), *seen.all(Alias, other=each, **of_it))
        joined = {end for edge in edges for end in (edge.one, edge.other)} - found
        found |= joined
        new += joined
    return found
