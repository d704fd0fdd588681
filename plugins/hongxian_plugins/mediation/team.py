"""Which team of a laptop is the mediators'."""

from __future__ import annotations

from hongxian import Store

TEAM = "老娘舅"


def mediators_team(store: Store) -> str | None:
    """The team named 老娘舅, or the laptop's only team if its name says that it mediates."""
    known = getattr(store, "teams", None)  # a laptop has teams of its own, the hub has none
    teams: dict[str, str] = known() if known else {}
    named = [scope for scope, name in teams.items() if name == TEAM]
    only = [scope for scope, name in teams.items() if "调解" in name or TEAM in name]
    return next(iter(named or (only if len(teams) == 1 else [])), None)
