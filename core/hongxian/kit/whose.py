"""Whose a new record is that no form asks about: one laptop may be of several teams."""

from __future__ import annotations

from hongxian.collections.local_time import local_today
from hongxian.collections.store_protocol import PresentStore
from hongxian.errors import UnknownTeam

MEMBERS = "roster.membership"
"""Who is of which team, where there is a roster."""


def team_for(store: PresentStore, *, like: str | None = None, person: str | None = None) -> str:
    """The scope of the laptop's team that a new record is for which no form asks; raises `UnknownTeam` of none.

    That of what it belongs to (`like` is its scope), where the laptop is of it; else the laptop's only
    one; of several one that `person` is in, else the first: nobody is sent away for want of a team.
    At the hub, which is of no team and writes for all, it is `like`, or one that `person` is in.
    """
    writer = store.writer()
    teams = sorted(writer.teams)
    if not writer.laptop and (here := like or min(_with(store, person), default="")):
        return here
    if not teams:
        raise UnknownTeam(name="?", known="-")
    if like in teams:
        return str(like)
    theirs = set(_with(store, person)) & set(teams) if len(teams) > 1 else ()
    return min(theirs or teams)


def _with(store: PresentStore, person: str | None) -> list[str]:
    """The teams that somebody is in today, of those that are known here."""
    if person is None or MEMBERS not in store.collections:
        return []
    member = store.collection(MEMBERS).model
    query = member.select(member.scope).where(
        member.person == person,
        member.until.is_null() | (member.until >= local_today(store)),
    )
    return [str(scope) for (scope,) in query.tuples()]
